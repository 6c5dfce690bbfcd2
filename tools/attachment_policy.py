# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which files may be attached: one policy for form, thread, mail and backend.

Formats and limits come from the settings of a company; what is a format, and whether
a content is of it, is decided here. The words for a refusal are the caller's: a refusal
is a code here, so that each door can say it in its own way.
"""

import io
import mimetypes
import re
import unicodedata
import zipfile
from dataclasses import dataclass

MEGABYTE = 1024 * 1024
#: the server takes requests up to 128 MB
MAX_REQUEST_MEGABYTES = 120
MAX_NAME_LENGTH = 120
#: What archives may unpack to, in bytes, and by how much they may grow.
MAX_UNPACKED = 200 * MEGABYTE
MAX_RATIO = 100

#: Extension -> type sent to browsers. Our forms turn webp and heic into jpg.
ACCEPTED_TYPES = {
    "pdf": "application/pdf",
    "doc": "application/msword",
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": (
        "application/vnd.openxmlformats-officedocument.presentationml.presentation"
    ),
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "heif": "image/heif",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "avi": "video/x-msvideo",
    "zip": "application/zip",
    "rar": "application/vnd.rar",
}
#: What the customer reads; no word in it needs a translation.
ACCEPTED_WORDS = "PDF, Word, Excel, PowerPoint, JPG, PNG, GIF, MP4, MOV, AVI, ZIP, RAR"

PICTURES = {"jpg", "png", "gif", "webp", "heif"}
#: Extension -> the kinds of content that agree with it, see ``kind_of``. A picture may
#: be of another picture's format: forms draw it anew and name it rightly. Protected
#: files of Word, Excel and PowerPoint are OLE containers; ``.doc`` may be RTF.
AGREEING = {
    "pdf": {"pdf"},
    "doc": {"ole", "rtf", "word"},
    "docx": {"word", "ole"},
    "xls": {"ole", "excel"},
    "xlsx": {"excel", "ole"},
    "ppt": {"ole", "powerpoint"},
    "pptx": {"powerpoint", "ole"},
    **dict.fromkeys(("jpg", "jpeg", "png", "gif", "webp", "heic", "heif"), PICTURES),
    "mp4": {"film"},
    "mov": {"film"},
    "avi": {"avi"},
    "zip": {"zip", "word", "excel", "powerpoint"},
    "rar": {"rar"},
    # what administrators may add
    "csv": {"text"},
    "txt": {"text"},
    "log": {"text"},
    "eml": {"text"},
    "rtf": {"rtf"},
    "odt": {"zip"},
    "ods": {"zip"},
    "odp": {"zip"},
}
#: Formats that no administrator can add: who opens them runs them.
PROGRAMS = frozenset(
    "app apk bat cmd com cpl dll dmg exe gadget hta iso jar js jse lnk msc msi msp "
    "pif ps1 psm1 reg scr sh sys vb vbe vbs wsf wsh".split()
)
#: Formats that are pages: kept as they are, never shown by a browser.
PAGES = frozenset("htm html mht mhtml shtml svg svgz xht xhtml xml xsl".split())
#: Types that browsers may show; everything else is downloaded.
INLINE_TYPES = frozenset(
    (
        "application/pdf",
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "video/mp4",
        "video/quicktime",
    )
)
DOWNLOAD = "application/octet-stream"

# Contents that are never what an accepted extension says: programs and active pages.
DISGUISED = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")
ACTIVE_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*"
    rb"<(?:!doctype (?:html|svg)|html|svg|script|head|body|iframe)",
    re.IGNORECASE | re.DOTALL,
)
OFFICE = {"word": "word/", "excel": "xl/", "powerpoint": "ppt/"}
HEIF_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
FILM_BOXES = {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
EXTENSION = re.compile(r"[a-z0-9]{1,10}")


@dataclass(frozen=True)
class Policy:
    """The formats and limits of one company."""

    #: accepted besides ``ACCEPTED_TYPES``, in lower case
    extra: tuple = ()
    max_file_bytes: int = 20 * MEGABYTE
    #: of one message
    max_files: int = 20
    max_message_bytes: int = 100 * MEGABYTE
    max_ticket_bytes: int = 500 * MEGABYTE

    @property
    def extensions(self):
        return (*ACCEPTED_TYPES, *self.extra)

    @property
    def words(self):
        """The formats as customers read them.

        >>> Policy(extra=("csv",)).words.endswith("ZIP, RAR, CSV")
        True
        """
        return ", ".join([ACCEPTED_WORDS, *map(str.upper, self.extra)])

    @property
    def accept(self):
        """The accept attribute of a file field."""
        return ",".join(f".{extension}" for extension in self.extensions)

    def refusal(self, name, content):
        """Why a file is refused, None when it is welcome.

        :return: "type", "empty", "size", or "content": not what its name says
        >>> policy = Policy(max_file_bytes=30)
        >>> policy.refusal("informe.pdf", b"%PDF-1.7")
        >>> policy.refusal("video.mkv", b"abc")
        'type'
        >>> policy.refusal("informe.pdf", b"MZ\\x90 a program")
        'content'
        >>> policy.refusal("informe.pdf", b"Rar!\\x1a\\x07")
        'content'
        >>> policy.refusal("foto.png", b"  <!DOCTYPE html><script>")
        'content'
        >>> policy.refusal("foto.png", b"")
        'empty'
        >>> policy.refusal("foto.png", b"x" * 31)
        'size'
        >>> Policy(extra=("svg", "dwg")).refusal("plano.svg", b"<svg onload='x'>")
        >>> Policy(extra=("svg", "dwg")).refusal("plano.dwg", b"<svg onload='x'>")
        'content'
        """
        extension = extension_of(name)
        if extension not in ACCEPTED_TYPES and extension not in self.extra:
            return "type"
        if not content:
            return "empty"
        if len(content) > self.max_file_bytes:
            return "size"
        return None if agrees(extension, content) else "content"

    def check(self, files, count=0, total=0, ticket_total=0):
        """Check files that come together.

        :param files: pairs of name and bytes
        :param int count: files that the message carries already, ``total`` their bytes
        :param int ticket_total: bytes of the files that the ticket has already
        :return: list of (clean name, bytes, refusal or None); besides those of
            ``refusal``: "count", "total", "ticket"
        >>> pdf = ("a.pdf", b"%PDF-1.7")
        >>> policy = Policy(max_files=2, max_message_bytes=20, max_ticket_bytes=30)
        >>> [reason for _n, _c, reason in policy.check([pdf, pdf, pdf])]
        [None, None, 'count']
        >>> [reason for _n, _c, reason in policy.check([pdf, pdf], total=10)]
        [None, 'total']
        >>> policy.check([pdf], ticket_total=25)[0][2]
        'ticket'
        """
        checked = []
        for name, content in files:
            clean, size = clean_name(name), len(content)
            reason = self.refusal(clean, content)
            if not reason and count >= self.max_files:
                reason = "count"
            elif not reason and total + size > self.max_message_bytes:
                reason = "total"
            elif not reason and ticket_total + total + size > self.max_ticket_bytes:
                reason = "ticket"
            if not reason:
                count += 1
                total += size
            checked.append((clean, content, reason))
        return checked


def read_extensions(text):
    """Read extensions as an administrator writes them.

    :return: (extensions, refused): tuple of those to accept besides ours, list of what
        is none or a program
    >>> read_extensions(".CSV, txt; odt pdf")
    (('csv', 'txt', 'odt'), [])
    >>> read_extensions("csv, exe, a/b")
    (('csv',), ['exe', 'a/b'])
    """
    words = dict.fromkeys(
        word.lstrip(".").lower() for word in re.split(r"[\s,;]+", text or "") if word
    )
    good, refused = [], []
    for word in words:
        if not EXTENSION.fullmatch(word) or word in PROGRAMS:
            refused.append(word)
        elif word not in ACCEPTED_TYPES:
            good.append(word)
    return tuple(good), refused


def clean_name(name):
    """The name a file is stored and shown under: no path, no trick characters.

    >>> clean_name("C:\\\\fakepath\\\\recibo.pdf")
    'recibo.pdf'
    >>> clean_name("../../etc/passwd.pdf")
    'passwd.pdf'
    >>> clean_name("factura\\u202efdp.exe")
    'facturafdp.exe'
    >>> clean_name("a\\x00b\\n.png")
    'ab.png'
    >>> clean_name(" . ")
    'file'
    >>> clean_name("ñ" * 300 + ".pdf") == "ñ" * 116 + ".pdf"
    True
    """
    name = unicodedata.normalize("NFC", str(name or ""))
    name = re.split(r"[\\/]", name)[-1]
    # Cc: control, Cf: invisible and direction marks, Cs/Co/Cn: not text at all
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C")
    name = name.strip(" .\t") and name.strip()
    if not name:
        return "file"
    stem, dot, extension = name.rpartition(".")
    if dot and stem and len(extension) <= 10:
        return f"{stem[: MAX_NAME_LENGTH - len(extension) - 1]}.{extension}"
    return name[:MAX_NAME_LENGTH]


def extension_of(name):
    """The lower-case extension of a name.

    >>> extension_of("Foto.JPG"), extension_of("README"), extension_of("a.tar.gz")
    ('jpg', '', 'gz')
    """
    _stem, dot, extension = (name or "").rpartition(".")
    return extension.lower() if dot else ""


def mimetype_of(name):
    """The type a file of this name is stored with; pages are downloads.

    >>> mimetype_of("a.pdf"), mimetype_of("a.html")
    ('application/pdf', 'application/octet-stream')
    >>> mimetype_of("a.csv"), mimetype_of("a.svg")
    ('text/csv', 'application/octet-stream')
    """
    extension = extension_of(name)
    if extension in PAGES:
        return DOWNLOAD
    guessed = mimetypes.guess_type(f"a.{extension}")[0]
    return ACCEPTED_TYPES.get(extension) or guessed or DOWNLOAD


def served_type(mimetype):
    """The type a file is sent to browsers with: what they may not show, they save.

    >>> served_type("image/png"), served_type("image/svg+xml"), served_type("text/html")
    ('image/png', 'application/octet-stream', 'application/octet-stream')
    """
    return mimetype if mimetype in INLINE_TYPES else DOWNLOAD


def kind_of(content):
    """The kind of a content by its first bytes, "" when it is none we know.

    >>> kind_of(b"\\x89PNG\\r\\n\\x1a\\n"), kind_of(b"GIF89a")
    ('png', 'gif')
    >>> kind_of(b"RIFF....WEBPVP8 "), kind_of(b"RIFF....AVI LIST")
    ('webp', 'avi')
    >>> kind_of(b"\\0\\0\\0\\x18ftypheic"), kind_of(b"\\0\\0\\0\\x18ftypmp42")
    ('heif', 'film')
    >>> kind_of(b"PK\\x03\\x04"), kind_of(b"hola"), kind_of(b"\\0\\0\\1")
    ('zip', 'text', '')
    """
    head = content[:1024]
    for kind, start in (
        ("png", b"\x89PNG\r\n\x1a\n"),
        ("jpg", b"\xff\xd8\xff"),
        ("gif", b"GIF8"),
        ("ole", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("rar", b"Rar!\x1a\x07"),
        ("rtf", b"{\\rtf"),
    ):
        if head.startswith(start):
            return kind
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _kind_of_archive(content)
    if head.startswith(b"RIFF"):
        return {b"WEBP": "webp", b"AVI ": "avi"}.get(head[8:12], "")
    if head[4:8] in FILM_BOXES:
        return "heif" if head[8:12] in HEIF_BRANDS else "film"
    if b"%PDF" in head:
        return "pdf"
    return "text" if _is_text(content[:4096]) else ""


def _kind_of_archive(content):
    """Tell Word, Excel and PowerPoint files from other archives."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "zip"
    if "[Content_Types].xml" in names:
        for kind, folder in OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return kind
    return "zip"


def _is_text(head):
    return head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" not in head


def agrees(extension, content):
    """Tell whether a content is what its extension says, and does no harm.

    Of formats that are unknown here only programs and active pages are told.

    >>> agrees("png", b"GIF89a"), agrees("pdf", b"hola"), agrees("csv", b"a;b")
    (True, False, True)
    """
    if content.startswith(DISGUISED) or is_bomb(content):
        return False
    if extension not in PAGES and ACTIVE_PAGE.match(content[:1024]):
        return False
    agreeing = AGREEING.get(extension)
    return not agreeing or kind_of(content) in agreeing


def is_bomb(content):
    """Tell whether an archive unpacks to so much that it is meant to do harm.

    Word, Excel and PowerPoint files are archives, too. Nothing is unpacked here.

    >>> is_bomb(b"PK\\x03\\x04"), is_bomb(b"no archive")
    (False, False)
    """
    if not content.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return False
    return unpacked > MAX_UNPACKED and unpacked > MAX_RATIO * len(content)
