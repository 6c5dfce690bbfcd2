# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Read winmail.dat, in which Outlook hides text and files: [MS-OXTNEF], [MS-OXRTFCP].

Only what a ticket needs is read; hostile bytes end as a ``ValueError``.
"""

import re
import struct
from dataclasses import dataclass, field

SIGNATURE = 0x223E9F78
MAX_FILES = 100
MAX_RTF = 4_000_000

# attributes
BODY, ATTACH_DATA, ATTACH_TITLE = 0x800C, 0x800F, 0x8010
ATTACH_RENDERING, MESSAGE_PROPERTIES, ATTACH_PROPERTIES = 0x9002, 0x9003, 0x9005
# MAPI properties
TEXT, RTF_COMPRESSED, HTML = 0x1000, 0x1009, 0x1013
ATTACH_OBJECT, ATTACH_FILENAME, ATTACH_LONG_FILENAME = 0x3701, 0x3704, 0x3707
ATTACH_CONTENT_ID = 0x3712
#: sizes of the MAPI types of one length
FIXED = {2: 4, 3: 4, 4: 4, 5: 8, 6: 8, 7: 8, 10: 4, 11: 4, 20: 8, 64: 8, 72: 16}
STRING8, UNICODE, OBJECT, BINARY = 30, 31, 13, 258
#: how an RTF text begins that was compressed, see [MS-OXRTFCP] 2.1.2.1
RTF_DICTIONARY = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss "
    b"\\fmodern \\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier"
    b"{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab"
    b"\\tx"
)


@dataclass
class Winmail:
    """What was in it; the body as HTML or as plain text, each may be empty."""

    html: str = ""
    text: str = ""
    #: name, content, Content-ID
    files: list = field(default_factory=list)


class _Reader:
    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        if size < 0 or self.at + size > len(self.data):
            raise ValueError("winmail.dat ends too early")
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, kind):
        return struct.unpack(f"<{kind}", self.take(struct.calcsize(kind)))[0]

    def padded(self):
        """A value with its length before it, filled up to four bytes."""
        size = self.number("I")
        value = self.take(size)
        self.at = min(self.at + -size % 4, len(self.data))
        return value


def read_winmail(data):
    """Return the ``Winmail`` of the bytes of a winmail.dat.

    :raise ValueError: when they are none or are damaged
    """
    reader = _Reader(data)
    if reader.number("I") != SIGNATURE:
        raise ValueError("no winmail.dat")
    reader.take(2)
    found, entries, codepage = Winmail(), [], "cp1252"
    while reader.at < len(data) - 9:
        reader.take(1)
        name = reader.number("I") & 0xFFFF
        value = reader.take(reader.number("I"))
        reader.take(2)
        if name == ATTACH_RENDERING:
            entries.append({})
            if len(entries) > MAX_FILES:
                raise ValueError("too many files")
        elif name == ATTACH_DATA and entries:
            entries[-1].setdefault("content", value)
        elif name == ATTACH_TITLE and entries:
            entries[-1].setdefault("name", _decode(value, codepage))
        elif name == ATTACH_PROPERTIES and entries:
            entries[-1].update(_describe_file(_read_properties(value)))
        elif name == BODY:
            found.text = found.text or _decode(value, codepage)
        elif name == MESSAGE_PROPERTIES:
            _describe_message(found, _read_properties(value))
    found.files = [
        (entry.get("name") or "file", entry["content"], entry.get("cid", ""))
        for entry in entries
        if entry.get("content")
    ]
    return found


def _read_properties(data):
    """MAPI properties by their number; the last one of a number counts."""
    reader, found = _Reader(data), {}
    for _number in range(reader.number("I")):
        kind, name = reader.number("H"), reader.number("H")
        if name >= 0x8000:
            reader.take(16)
            if reader.number("I"):
                reader.padded()
            else:
                reader.take(4)
        several, kind = kind & 0x1000, kind & ~0x1000
        if kind in FIXED:
            for _value in range(reader.number("I") if several else 1):
                reader.take(FIXED[kind])
        elif kind in (STRING8, UNICODE, OBJECT, BINARY):
            for _value in range(reader.number("I")):
                value = reader.padded()
                if kind == UNICODE:
                    value = value.decode("utf-16-le", "replace").rstrip("\0")
                found[name] = value
        else:
            break  # of no known length: what follows cannot be read
    return found


def _describe_file(properties):
    names = (ATTACH_LONG_FILENAME, ATTACH_FILENAME)
    name = next((properties[key] for key in names if properties.get(key)), "")
    described = {"name": _decode(name, "cp1252")} if name else {}
    if properties.get(ATTACH_CONTENT_ID):
        described["cid"] = _decode(properties[ATTACH_CONTENT_ID], "cp1252")
    if isinstance(properties.get(ATTACH_OBJECT), bytes):
        described["content"] = properties[ATTACH_OBJECT]
    return described


def _describe_message(found, properties):
    if properties.get(HTML):
        found.html = _decode(properties[HTML], "utf-8")
    if properties.get(TEXT):
        found.text = _decode(properties[TEXT], "cp1252")
    if properties.get(RTF_COMPRESSED) and not (found.html or found.text):
        rtf = decompress_rtf(properties[RTF_COMPRESSED])
        if b"\\fromhtml1" in rtf[:200]:
            found.html = rtf_to_html(rtf)
        else:
            found.text = rtf_to_text(rtf)


def _decode(value, codepage):
    if isinstance(value, bytes):
        try:
            value = value.decode("utf-8")
        except UnicodeDecodeError:
            value = value.decode(codepage, "replace")
    return value.rstrip("\0")


# RTF -----------------------------------------------------------------------


def decompress_rtf(data):
    """Return the RTF of a compressed one (LZFu); what is not compressed as it is.

    :raise ValueError: when it is damaged or unpacks to too much
    """
    reader = _Reader(data)
    _size, raw_size = reader.number("I"), reader.number("I")
    kind = reader.take(4)
    reader.take(4)
    if raw_size > MAX_RTF:
        raise ValueError("too much text")
    if kind == b"MELA":
        return reader.take(min(raw_size, len(data) - reader.at))
    if kind != b"LZFu":
        raise ValueError("no compressed text")
    window, at = bytearray(4096), len(RTF_DICTIONARY)
    window[:at] = RTF_DICTIONARY
    output = bytearray()
    while reader.at < len(data) and len(output) < raw_size:
        control = reader.number("B")
        for bit in range(8):
            if len(output) >= raw_size or reader.at >= len(data):
                break
            if control >> bit & 1:
                token = struct.unpack(">H", reader.take(2))[0]
                offset, length = token >> 4, (token & 15) + 2
                if offset == at:
                    return bytes(output)
                copied = (window[(offset + step) % 4096] for step in range(length))
            else:
                copied = reader.take(1)
            for value in copied:
                output.append(value)
                window[at] = value
                at = (at + 1) % 4096
    return bytes(output)


#: groups of an RTF text that are no text
SILENT = re.compile(
    rb"\\(?:\*|fonttbl|colortbl|stylesheet|info|pict|object|header|footer|listtable)"
)
TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-zA-Z]+)(-?\d+)? ?|\\([^a-zA-Z])|([{}])|[\r\n]+"
    rb"|([^\\{}\r\n]+)"
)
WORDS = {b"par": "\n", b"line": "\n", b"tab": "\t", b"lquote": "‘", b"rquote": "’"}
WORDS |= {b"ldblquote": "“", b"rdblquote": "”", b"bullet": "•"}
WORDS |= {b"endash": "–", b"emdash": "—"}


def rtf_to_text(rtf):
    r"""Return the words of an RTF text.

    >>> rtf_to_text(rb"{\rtf1{\fonttbl{\f0 Arial;}}Habitaci\'f3n 12\par Gracias}")
    'Habitación 12\nGracias'
    """
    return _read_rtf(rtf, encapsulated=False).strip()


def rtf_to_html(rtf):
    r"""Return the HTML that an RTF text was made from, see [MS-OXRTFEX].

    >>> rtf_to_html(rb"{\rtf1\fromhtml1 {\*\htmltag64 <p>}\htmlrtf {\b \htmlrtf0 "
    ...     rb"Sin WiFi\htmlrtf }\htmlrtf0 {\*\htmltag72 </p>}}")
    '<p>Sin WiFi</p>'
    """
    return _read_rtf(rtf, encapsulated=True)


def _read_rtf(rtf, encapsulated):
    output, stack = [], []
    #: silent: nothing of this group is text; muted: between htmlrtf and htmlrtf0
    silent = muted = False
    skip = 0
    for match in TOKEN.finditer(rtf):
        code, word, number, symbol, brace, text = match.groups()
        if brace == b"{":
            stack.append((silent, muted))
            ahead = rtf[match.end() : match.end() + 16]
            if encapsulated and ahead.startswith(b"\\*\\htmltag"):
                silent = False
            elif SILENT.match(ahead):
                silent = True
        elif brace == b"}":
            silent, muted = stack.pop() if stack else (False, False)
        elif word == b"htmlrtf":
            muted = encapsulated and number != b"0"
        elif silent or muted:
            continue
        elif word == b"u":
            output.append(chr(int(number or 0) % 0x10000))
            skip = 1
        elif code or text:
            piece = bytes.fromhex(code.decode()) if code else text
            output.append(piece.decode("cp1252", "replace")[skip:])
            skip = 0
        elif word:
            output.append(WORDS.get(word, ""))
        elif symbol and symbol in b"\\{}~_-":
            output.append(
                {b"~": "\xa0", b"_": "-", b"-": ""}.get(symbol)
                or ("" if symbol == b"-" else symbol.decode())
            )
    return "".join(output).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
