# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which files a customer may attach: pure functions, one owner of the rule.

The words for a refusal are the caller's: a refusal is a code here, so that the portal,
the mail parser and the tests can each say it in their own way.
"""

import io
import re
import unicodedata
import zipfile

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_FILES = 20
#: All files of one form; the server takes requests up to 128 MB.
MAX_TOTAL_BYTES = 100 * 1024 * 1024
MAX_NAME_LENGTH = 120
#: What archives may unpack to, in bytes, and by how much they may grow.
MAX_UNPACKED = 200 * 1024 * 1024
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
#: The accept attribute of the file field.
ACCEPT_ATTRIBUTE = ",".join(f".{extension}" for extension in ACCEPTED_TYPES)

# Contents that are never what an accepted extension says: programs and active pages.
DISGUISED = (b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")
ACTIVE_PAGE = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype html|html|svg|script)",
    re.IGNORECASE | re.DOTALL,
)


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
    """The type a file of this name is served as.

    >>> mimetype_of("a.pdf"), mimetype_of("a.html")
    ('application/pdf', 'application/octet-stream')
    """
    return ACCEPTED_TYPES.get(extension_of(name), "application/octet-stream")


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


def refusal(name, content, max_bytes=MAX_FILE_BYTES):
    """Why a file is refused: "type", "empty", "size" or None when it is welcome.

    >>> refusal("informe.pdf", b"%PDF-1.7")
    >>> refusal("video.mkv", b"abc")
    'type'
    >>> refusal("informe.pdf", b"MZ\\x90 a program")
    'type'
    >>> refusal("foto.png", b"  <!DOCTYPE html><script>")
    'type'
    >>> refusal("foto.png", b"")
    'empty'
    >>> refusal("foto.png", b"12345", max_bytes=4)
    'size'
    """
    if extension_of(name) not in ACCEPTED_TYPES:
        return "type"
    if not content:
        return "empty"
    if len(content) > max_bytes:
        return "size"
    if (
        content.startswith(DISGUISED)
        or ACTIVE_PAGE.match(content[:1024])
        or is_bomb(content)
    ):
        return "type"
    return None
