# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whatever bytes a mail has: its headers, its text and its files, without an error.

Pure functions, no ORM. ``read_mail`` makes a ``Mail``, an ``EmailMessage`` which does
not raise for its content; ``read_content`` finds text and files in it.
"""

import base64
import codecs
import email
import html
import logging
import re
from dataclasses import dataclass, field
from email._encoded_words import decode_b, decode_q
from email.generator import BytesGenerator
from email.message import EmailMessage
from email.policy import EmailPolicy, compat32
from functools import lru_cache
from io import BytesIO

from asn1crypto import cms

from .attachment_policy import clean_name
from .mail_tnef import read_winmail

_logger = logging.getLogger(__name__)

MAX_HEADER = 100_000
MAX_HEADERS = 2_000
MAX_CONTAINERS = 200
MAX_PARTS = 500
MAX_DEPTH = 30
#: characters of a text that a thread shows
MAX_TEXT = 200_000
MAX_HTML = 1_000_000

# Bytes and words -----------------------------------------------------------

#: codecs that are no charset, or take forever
NOT_CHARSETS = {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "undefined"}
#: charsets by what is meant by their name, as browsers do
MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
}
CONTROLS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 127])


def decode_text(data, charset=None):
    r"""Return the text of bytes: by their charset if it is true, else by what fits.

    >>> decode_text("Habitación".encode(), "us-ascii")
    'Habitación'
    >>> decode_text(b"Habitaci\xf3n"), decode_text(b"Habitaci\xf3n", "utf-8")
    ('Habitación', 'Habitación')
    >>> decode_text(b"Habitaci\xf3n \x80 20", "iso-8859-1")
    'Habitación € 20'
    >>> decode_text(b"Hola", "x-unknown"), decode_text(b"Hola", "punycode")
    ('Hola', 'Hola')
    >>> decode_text(b"a\0b\x81")
    'ab\x81'
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = None
    try:
        name = codecs.lookup(str(charset or "ascii").strip(" \"'")).name
    except (LookupError, ValueError):
        name = "ascii"
    name = MEANT.get(name, name)
    stateful = name.startswith(("iso2022", "utf-16", "utf-32", "utf-7", "hz"))
    if text is None or (stateful and name not in NOT_CHARSETS):
        text = _decode_by(data, name)
    return clean_text(text)


def _decode_by(data, name):
    """Decode by a codec; bytes it does not know are Windows' or stay as they are."""
    for codec in (name, "cp1252"):
        if codec not in NOT_CHARSETS and codec != "utf-8":
            try:
                return data.decode(codec)
            except (UnicodeError, LookupError, ValueError):
                continue
    return data.decode("latin-1")


def decode_base64(source):
    """Return what can be decoded of base64 that is damaged.

    >>> decode_base64(b"SG9sYS!BXaUZp!=x")
    b'Hola WiFi'
    """
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", source.partition(b"=")[0])
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def clean_text(text):
    r"""Return a text that a database takes: no nulls, controls or half characters.

    >>> clean_text("a\0b\x1b\udcf3")
    'ab?'
    """
    text = str(text or "").translate(CONTROLS)
    return text.encode("utf-8", "replace").decode("utf-8")


# The message ---------------------------------------------------------------


ENCODED_WORD = re.compile(r"=\?([^?\s]+)\?([bBqQ])\?([^?]*)\?=")
ADDRESS_HEADERS = frozenset(
    "from sender reply-to to cc bcc delivered-to return-path x-original-to resent-from"
    " resent-to resent-cc".split()
)


def decode_words(text):
    """Return a text with its encoded words decoded, wherever they stand.

    >>> decode_words("=?utf-8?Q?Habitaci=C3=B3n?= =?iso-8859-1?B?8w==?= 12")
    'Habitaciónó 12'
    >>> decode_words("=?nonsense?Q?a_b?="), decode_words("plain")
    ('a b', 'plain')
    """
    joined = re.sub(r"(\?=)\s+(=\?)", r"\1\2", text)
    return ENCODED_WORD.sub(_decode_word, joined)


def _decode_word(match):
    charset, kind, word = match.groups()
    try:
        decode = decode_b if kind in "bB" else decode_q
        data = decode(word.encode("utf-8", "replace"))[0]
    except (ValueError, LookupError):
        return match[0]
    return decode_text(data, charset.partition("*")[0])


def decode_addresses(text):
    """Return addresses with the encoded words in their names decoded and quoted.

    >>> decode_addresses("=?utf-8?Q?P=C3=A9rez=2C_Ana?= <ana@hotel.example>")
    '"Pérez, Ana" <ana@hotel.example>'
    >>> decode_addresses('"=?utf-8?Q?Ana?=" <ana@hotel.example>')
    '"Ana" <ana@hotel.example>'
    """
    joined = re.sub(r"(\?=)\s+(=\?)", r"\1\2", text)
    pieces, at = [], 0
    for match in re.finditer(rf"(?:{ENCODED_WORD.pattern})+", joined):
        word = ENCODED_WORD.sub(_decode_word, match[0])
        word = word.replace("\\", "").replace('"', "'")
        pieces.append(joined[at : match.start()])
        quoted = "".join(pieces).count('"') % 2
        pieces.append(word if quoted else f'"{word}"')
        at = match.end()
    return "".join([*pieces, joined[at:]])


@lru_cache(maxsize=512)
def _read_header(value, addresses):
    """Return the text of a header: one line, every byte and word decoded."""
    if not value.isascii():
        try:
            data = value.encode("ascii", "surrogateescape")
        except UnicodeEncodeError:
            data = value.encode("utf-8", "replace")
        value = decode_text(data)
    if "=?" in value:
        value = decode_addresses(value) if addresses else decode_words(value)
    return " ".join(clean_text(value).split())


class _Policy(EmailPolicy):
    """Reads every header as text, whatever is in it."""

    def header_fetch_parse(self, name, value):
        addresses = name.lower() in ADDRESS_HEADERS
        return _read_header(str(value)[:MAX_HEADER], addresses)


class Mail(EmailMessage):
    """A message whose parts can be read, whatever they say of themselves."""

    def __init__(self, policy=None):
        super().__init__(policy or POLICY)
        #: what the reader should know: encrypted, shortened, too_deep, several_senders
        self.remarks = set()

    @property
    def is_incomplete(self):
        """Whether not all of it is in text and files, so that the raw mail is kept."""
        return bool(self.remarks & {"shortened", "too_deep"})

    def is_attachment(self):
        disposition = str(self.get("Content-Disposition", "")).strip().lower()
        return disposition.startswith("attachment")

    def get_content(self, *_args, **_kwargs):
        """Return text of a text, bytes of anything else."""
        if self.get_content_maintype() == "text":
            return decode_text(self.get_data(), self.get_content_charset())
        return self.get_data()

    def get_content_charset(self, failobj=None):
        try:
            return super().get_content_charset(failobj)
        except (LookupError, ValueError, TypeError, AttributeError):
            return failobj

    def get_data(self):
        """Return the decoded bytes of this part."""
        if isinstance(self._payload, list):
            parts = self._payload
            if self.get_content_maintype() == "message" and len(parts) == 1:
                return write_bytes(parts[0])
            return b"\n".join(map(write_bytes, parts))
        try:
            data = self.get_payload(decode=True) or b""
        except (ValueError, LookupError, TypeError, AssertionError):
            data = str(self._payload or "").encode("utf-8", "surrogateescape")
        coded = str(self.get("Content-Transfer-Encoding", "")).strip().lower()
        if coded == "base64" and data and b" " not in data.strip():
            source = str(self._payload).encode("ascii", "replace")
            if b"".join(data.split()) == b"".join(
                source.split()
            ):  # given up by the standard library
                data = decode_base64(source)
        return data

    def get_filename(self, failobj=None):
        try:
            name = super().get_filename() or ""
        except (LookupError, ValueError, TypeError, AttributeError):
            name = ""
        if "=?" in name:
            name = decode_words(name)
        if not name.strip():
            return failobj
        if not name.isascii() and "�" not in name:
            name = decode_text(name.encode("utf-8", "surrogateescape"))
        return clean_name(name)

    def as_string(self, *_args, **_kwargs):
        return decode_text(write_bytes(self))

    def as_bytes(self, *_args, **_kwargs):
        return write_bytes(self)


POLICY = _Policy(linesep="\r\n", message_factory=Mail, refold_source="none")


def read_mail(raw):
    """Return the ``Mail`` of raw bytes; of too tangled ones headers and source only."""
    raw = bytes(raw)
    lower = raw.lower()
    containers = lower.count(b"boundary=") + lower.count(b"message/rfc822")
    mail = None
    if containers <= MAX_CONTAINERS:
        try:
            mail = email.message_from_bytes(raw, policy=POLICY)
        except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
            mail = None
    if mail is None:
        mail = _read_source(raw)
    if len(mail._headers) > MAX_HEADERS:
        mail._headers = mail._headers[:MAX_HEADERS]
    if len(mail.get_all("From", [])) > 1:
        mail.remarks.add("several_senders")
    return mail


def _read_source(raw):
    """Return a mail of one text: what stands below its headers, as it is."""
    head, _sep, body = raw.partition(b"\r\n\r\n" if b"\r\n\r\n" in raw else b"\n\n")
    mail = email.message_from_bytes(head + b"\n\n", policy=POLICY)
    for name in ("Content-Type", "Content-Transfer-Encoding"):
        del mail[name]
    mail._headers += [("Content-Type", 'text/plain; charset="utf-8"')]
    mail.set_payload(body.decode("ascii", "surrogateescape"))
    mail.remarks.add("too_deep")
    return mail


def write_bytes(message):
    """Return the bytes of a message or part, as near to what came as can be."""
    output = BytesIO()
    try:
        BytesGenerator(output, mangle_from_=False, policy=WRITE_POLICY).flatten(message)
        return output.getvalue()
    except Exception:  # the standard library's generator fails in many ways
        lines = [f"{name}: {value}" for name, value in message._headers]
        payload = message._payload if isinstance(message._payload, str) else ""
        text = "\r\n".join([*lines, "", payload])
        return text.encode("utf-8", "surrogateescape")


WRITE_POLICY = compat32.clone(linesep="\r\n", max_line_length=None)

# Text and files ------------------------------------------------------------

#: extensions of files that came without a name
EXTENSIONS = {
    "application/pdf": "pdf",
    "application/zip": "zip",
    "image/jpeg": "jpg",
    "image/jpg": "jpg",
    "image/png": "png",
    "image/gif": "gif",
    "image/heic": "heic",
    "image/webp": "webp",
    "video/mp4": "mp4",
    "text/calendar": "ics",
    "text/csv": "csv",
    "text/plain": "txt",
    "text/html": "html",
    "text/vcard": "vcf",
    "message/rfc822": "eml",
}
SIGNATURES = {
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
}
SMIME = {"application/pkcs7-mime", "application/x-pkcs7-mime"}
TNEF = {"application/ms-tnef", "application/vnd.ms-tnef"}


@dataclass
class Content:
    """What a mail says and brings."""

    #: ("plain" or "html", text), in the order in which they stand
    texts: list = field(default_factory=list)
    #: name, bytes, Content-ID or ""
    files: list = field(default_factory=list)
    remarks: set = field(default_factory=set)
    parts: int = 0

    @property
    def has_text(self):
        return any(text.strip() for _kind, text in self.texts)

    @property
    def has_html(self):
        return any(kind == "html" and text.strip() for kind, text in self.texts)

    def add_file(self, name, data, cid=""):
        if data and (name, data) not in [file[:2] for file in self.files]:
            self.files.append((name, data, cid.strip("<> \t")))

    def add(self, other):
        self.texts += other.texts
        for file in other.files:
            self.add_file(*file)
        self.remarks |= other.remarks


def read_content(mail, first_text_only=False):
    """Return the ``Content`` of a ``Mail``.

    :param bool first_text_only: of a bounce: what the machine says, without the mail
        that it sends back
    """
    content = Content()
    counter = [0]
    _read_part(mail, content, counter, depth=0)
    if first_text_only:
        content.texts, content.files = content.texts[:1], []
    if not content.has_text:
        for name, data, _cid in content.files:
            if name.endswith(".ics"):
                content.texts.append(("plain", describe_invitation(data)))
    if any(
        text.lstrip().startswith("-----BEGIN PGP MESSAGE")
        for _kind, text in content.texts
    ):
        content.remarks.add("encrypted")
    return content


def _read_part(part, content, counter, depth):
    """Add what a part holds."""
    counter[0] += 1
    if counter[0] > MAX_PARTS or depth > MAX_DEPTH:
        content.remarks.add("too_deep")
        return
    kind = part.get_content_type()
    children = part._payload if isinstance(part._payload, list) else None
    if part.get_content_maintype() == "multipart":
        if children is None:  # says it has parts, and has none
            _add_text(content, "plain", decode_text(part.get_data()))
        elif kind == "multipart/alternative":
            _read_alternatives(children, content, counter, depth)
        elif kind == "multipart/encrypted":
            content.remarks.add("encrypted")
            for child in children[1:]:
                content.add_file(child.get_filename("encrypted.asc"), child.get_data())
        else:
            for child in children:
                signed = kind == "multipart/signed" and child is not children[0]
                if not (signed and child.get_content_type() in SIGNATURES):
                    _read_part(child, content, counter, depth + 1)
    elif kind in SMIME:
        _read_smime(part, content, counter, depth)
    elif kind in TNEF or (part.get_filename() or "").lower() == "winmail.dat":
        _read_winmail(part, content)
    elif kind in ("text/plain", "text/html") and not _is_file(part, depth):
        _add_text(content, kind.partition("/")[2], part.get_content())
    else:
        content.add_file(
            _name_of(part, kind), part.get_data(), str(part.get("Content-ID", ""))
        )


def _is_file(part, depth):
    return part.is_attachment() or (depth > 0 and bool(part.get_filename()))


def _add_text(content, kind, text):
    if kind == "html":
        content.texts.append((kind, text))
    elif text.strip():
        if len(text) > MAX_TEXT:
            content.remarks.add("shortened")
            text = text[:MAX_TEXT]
        content.texts.append((kind, text))


def _read_alternatives(children, content, counter, depth):
    """Add the best of several texts that say the same, and the files of all."""
    read = []
    for child in children:
        other = Content()
        _read_part(child, other, counter, depth + 1)
        read.append(other)
    texts = [other for other in read if other.has_text]
    best = next((other for other in reversed(texts) if other.has_html), None)
    best = best or (texts[-1] if texts else None)
    for other in read:
        if other is not best:
            other.texts = []
        content.add(other)


def _read_smime(part, content, counter, depth):
    """Add what a signed envelope holds; one that is encrypted stays closed."""
    data = part.get_data()
    try:
        envelope = cms.ContentInfo.load(data)
        if envelope["content_type"].native == "signed_data":
            inner = envelope["content"]["encap_content_info"]["content"].native
            if inner:
                _read_part(read_mail(inner), content, counter, depth + 1)
                return
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        _logger.info("A signed mail is damaged and kept as a file: %s", error)
    content.remarks.add("encrypted")
    content.add_file(part.get_filename("smime.p7m"), data)


def _read_winmail(part, content):
    data = part.get_data()
    try:
        winmail = read_winmail(data)
    except (ValueError, OverflowError):
        content.add_file("winmail.dat", data)
        return
    if not content.has_text:
        if winmail.html:
            _add_text(content, "html", clean_text(winmail.html))
        else:
            _add_text(content, "plain", clean_text(winmail.text))
    for name, file, cid in winmail.files:
        content.add_file(clean_name(name), file, cid)


def _name_of(part, kind):
    """Return the name of a file, one that tells its kind where it came without."""
    name = part.get_filename()
    if name:
        return name
    extension = EXTENSIONS.get(kind, "")
    stem = "attachment"
    if kind == "text/calendar":
        stem = "invitation"
    elif kind == "message/rfc822" and isinstance(part._payload, list) and part._payload:
        stem = str(part._payload[0].get("Subject", "")).strip() or "message"
        stem = re.sub(r"[\\/:*?\"<>|]+", " ", stem)[:80].strip() or "message"
    return clean_name(f"{stem}.{extension}" if extension else stem)


def describe_invitation(data):
    r"""Return what, when and where of an invitation, in lines.

    >>> describe_invitation(b"BEGIN:VEVENT\r\nSUMMARY:Visita\\, hotel\r\n"
    ...     b"DTSTART;TZID=X:20261130T100000\r\nLOCATION:Lobby\r\nEND:VEVENT")
    'Visita, hotel\n2026-11-30 10:00\nLobby'
    """
    text = re.sub(r"\r?\n[ \t]", "", decode_text(data[:MAX_TEXT]))
    event = text.partition("BEGIN:VEVENT")[2] or text
    lines = []
    for name in ("SUMMARY", "DTSTART", "LOCATION", "DESCRIPTION"):
        found = re.search(rf"^{name}(?:;[^:\r\n]*)?:(.*)$", event, re.M)
        value = found and found[1].strip()
        if value and name == "DTSTART":
            value = re.sub(
                r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d))?.*",
                lambda m: (
                    "-".join(m.groups()[:3]) + (f" {m[4]}:{m[5]}" if m[4] else "")
                ),
                value,
            )
        if value:
            lines.append(re.sub(r"\\([,;\\])", r"\1", value.replace("\\n", "\n")))
    return "\n".join(lines)


def text_of_html(source):
    """Return the words of HTML that is too tangled for a parser.

    >>> text_of_html("<style>p{}</style><p>Sin&nbsp;WiFi</p><p>Hab. 12")
    'Sin\\xa0WiFi\\nHab. 12'
    """
    source = source[:MAX_HTML]
    source = re.sub(r"(?is)<(script|style|head)\b.*?(?:</\1\s*>|$)", " ", source)
    source = re.sub(r"(?i)<(?:br|/p|/div|/tr|/li)\b[^>]*>", "\n", source)
    text = html.unescape(re.sub(r"(?s)<[^>]*>?", "", source))
    return re.sub(r"\n\s*\n+", "\n", text).strip()[:MAX_TEXT]
