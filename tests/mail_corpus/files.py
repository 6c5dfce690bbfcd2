# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Files: alone, by the hundred, huge, disguised, and inside of others."""

import io
import struct
import zipfile

from .builder import PDF, PNG, Case, file, mail, multipart, part, to_bytes


def with_files(name, *files, says=None, kept=(), absent=(), **options):
    raw = multipart(name, [part(f"WiFi {name}"), *files], **options)
    return Case(name, raw, says=says, files=kept, absent=absent)


def named(disposition, content=PDF):
    """A file whose name is written in an odd way."""
    extra = to_bytes(f"Content-Disposition: attachment; {disposition}\r\n")
    return b"Content-Type: application/pdf\r\n" + extra + b"\r\n" + content + b"\r\n"


def bomb():
    """A ZIP of some kB that unpacks to two gigabytes."""
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        with archive.open("mimetype", "w", force_zip64=True) as entry:
            for _chunk in range(20):
                entry.write(bytes(5_000_000))
    data = bytearray(output.getvalue())
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 2_000_000_000)
    return bytes(data)


# winmail.dat ---------------------------------------------------------------


def attribute(name, data, level=1):
    return (
        struct.pack("<BII", level, name, len(data))
        + data
        + struct.pack("<H", sum(data) % 65536)
    )


def properties(*pairs):
    """MAPI properties: (type, number, bytes)."""
    output = struct.pack("<I", len(pairs))
    for kind, number, data in pairs:
        output += struct.pack("<HHII", kind, number, 1, len(data))
        output += data + bytes(-len(data) % 4)
    return output


def winmail(*message):
    """A winmail.dat with these MAPI properties of the message and one file."""
    return b"".join(
        [
            struct.pack("<IH", 0x223E9F78, 1),
            attribute(0x00069003, properties(*message)),
            attribute(0x00069002, bytes(14), 2),
            attribute(0x00018010, b"PLAN~1.PDF\0", 2),
            attribute(0x0006800F, PDF, 2),
            attribute(
                0x00069005,
                properties((31, 0x3707, "plano del hotel.pdf\0".encode("utf-16-le"))),
                2,
            ),
        ]
    )


def rtf(words):
    """Compressed RTF, not compressed: [MS-OXRTFCP] allows it."""
    data = words.encode()
    return struct.pack("<II4sI", len(data) + 12, len(data), b"MELA", 0) + data


def outlook(name, *message, text=None):
    parts = [part(text)] if text else []
    data = winmail(*message)
    return multipart(name, [*parts, file("winmail.dat", data, "application/ms-tnef")])


PLAN = ("plano del hotel.pdf",)

MAILS = [
    Case(
        "only-a-file",
        mail("only-a-file", PDF, 'application/pdf; name="recibo.pdf"'),
        says=(),
        files=("recibo.pdf",),
    ),
    Case(
        "only-files",
        multipart(
            "only-files", [file("foto.png", PNG, "image/png"), file("recibo.pdf", PDF)]
        ),
        says=(),
        files=("foto.png", "recibo.pdf"),
    ),
    Case(
        "text-is-a-file",
        mail(
            "text-is-a-file",
            extra='Content-Disposition: attachment; filename="nota.txt"\n',
        ),
        says=(),
    ),
    with_files("a-file", file("recibo.pdf", PDF), kept=("recibo.pdf",)),
    with_files(
        "same-names",
        file("a.pdf", PDF),
        file("a.pdf", PDF + b"2"),
        kept=("a.pdf", "a.pdf"),
    ),
    with_files(
        "same-file-twice", file("a.pdf", PDF), file("a.pdf", PDF), kept=("a.pdf",)
    ),
    with_files(
        "file-name-split",
        named("filename*0*=utf-8''factura%20n; filename*1*=%C3%BAmero.pdf"),
        kept=("factura número.pdf",),
    ),
    with_files(
        "file-name-coded",
        named('filename="=?utf-8?Q?informaci=C3=B3n.pdf?="'),
        kept=("información.pdf",),
    ),
    with_files(
        "file-name-8bit", named('filename="información.pdf"'), kept=("información.pdf",)
    ),
    with_files(
        "file-name-path", named('filename="../../etc/passwd.pdf"'), kept=("passwd.pdf",)
    ),
    with_files(
        "file-name-turned", named('filename="a\u202egpj.pdf"'), kept=("agpj.pdf",)
    ),
    with_files("file-name-long", named(f'filename="{"x" * 400}.pdf"')),
    with_files(
        "file-name-charset", named("filename*=x-what''a%F3.pdf"), kept=("aó.pdf",)
    ),
    with_files("file-name-empty", named('filename=""')),
    with_files("file-empty", file("nada.pdf", b"")),
    with_files(
        "file-broken-base64",
        part(
            "JVBERi0xLjQK!!!\r\n=",
            "application/pdf",
            'Content-Disposition: attachment; filename="b.pdf"\n'
            "Content-Transfer-Encoding: base64\n",
        ),
        kept=("b.pdf",),
    ),
    with_files("program", file("factura.exe", b"MZ\x90"), absent=("factura.exe",)),
    with_files(
        "program-disguised", file("factura.pdf", b"MZ\x90"), absent=("factura.pdf",)
    ),
    with_files(
        "page",
        file("factura.html", b"<html><script>alert(1)</script>"),
        absent=("factura.html",),
    ),
    with_files("drawing", file("a.svg", b"<svg onload='alert(1)'/>", "image/svg+xml")),
    with_files("contact", part("BEGIN:VCARD\r\nEND:VCARD", "text/vcard")),
    with_files(
        "two-hundred-files",
        *[file(f"{number}.pdf", PDF + b"%d" % number) for number in range(200)],
    ),
    with_files(
        "zip-bomb", file("fotos.zip", bomb(), "application/zip"), absent=("fotos.zip",)
    ),
    with_files(
        "picture-bomb",
        file("foto.png", PNG[:16] + b"\x00\x01\x00\x00" * 2 + PNG[24:], "image/png"),
    ),
    with_files("twenty-five-megabytes", file("video.mp4", bytes(18_500_000))),
    Case(
        "winmail-text",
        outlook("winmail-text", (30, 0x1000, b"no"), text="WiFi winmail-text"),
        files=PLAN,
        lacks=("winmail.dat",),
    ),
    Case(
        "winmail-html",
        outlook("winmail-html", (258, 0x1013, b"<p>WiFi winmail-html</p>")),
        files=PLAN,
    ),
    Case(
        "winmail-plain",
        outlook(
            "winmail-plain", (31, 0x1000, "WiFi winmail-plain ñ".encode("utf-16-le"))
        ),
        files=PLAN,
    ),
    Case(
        "winmail-rtf",
        outlook(
            "winmail-rtf",
            (
                258,
                0x1009,
                rtf(r"{\rtf1{\fonttbl{\f0 Arial;}}WiFi winmail-rtf Habitaci\'f3n\par}"),
            ),
        ),
        says=("winmail-rtf Habitación",),
        files=PLAN,
    ),
    Case(
        "winmail-rtf-html",
        outlook(
            "winmail-rtf-html",
            (
                258,
                0x1009,
                rtf(
                    r"{\rtf1\fromhtml1 {\*\htmltag <p>}\htmlrtf {\htmlrtf0 "
                    r"winmail-rtf-html"
                    r"{\*\htmltag </p>}}"
                ),
            ),
        ),
        files=PLAN,
    ),
    with_files(
        "winmail-broken", file("winmail.dat", b"\x78\x9f\x3e\x22" + b"\xff" * 99)
    ),
]
