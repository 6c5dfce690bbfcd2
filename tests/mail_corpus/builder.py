# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails byte by byte: no library between what is written here and what is sent."""

import base64
import quopri
from dataclasses import dataclass

DESK = "support@desk.example"


@dataclass
class Case:
    """A mail and what has to become of it."""

    name: str
    #: bytes, or a function that is given the test and returns them
    raw: object
    outcome: str = "ticket"
    #: words that text or file names of ticket or message must have; default: the name
    says: tuple = None
    #: nobody who opens the ticket may get this
    lacks: tuple = ()
    #: names of files that must be kept
    files: tuple = ()
    #: names of files that must not be kept
    absent: tuple = ()

    @property
    def words(self):
        return (self.name,) if self.says is None else self.says


def mail(
    name,
    body=None,
    content_type='text/plain; charset="utf-8"',
    extra="",
    subject="Sin WiFi",
    sender="Rosa Sol <rosa@hotel-{name}.example>",
    to=DESK,
    message_id="<{name}@hotel.example>",
    date="Sun, 22 Nov 2026 05:00:00 +0000",
    encoding="8bit",
):
    """Return the bytes of a mail; a header that is None is left out.

    :param body: bytes or text; default is a sentence with the name
    :param extra: further headers, lines that end with a line feed; bytes or text
    """
    if body is None:
        body = f"Hola, en la recepción no hay WiFi. {name}\r\n"
    known = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Message-ID": message_id,
        "Date": date,
        "MIME-Version": "1.0",
        "Content-Type": content_type,
        "Content-Transfer-Encoding": encoding,
    }
    head = b"".join(
        to_bytes(key)
        + b": "
        + to_bytes(value).replace(b"{name}", name.encode())
        + b"\r\n"
        for key, value in known.items()
        if value is not None
    )
    return head + to_bytes(extra).replace(b"\n", b"\r\n") + b"\r\n" + to_bytes(body)


def to_bytes(value):
    return value if isinstance(value, bytes) else value.encode()


def part(content, content_type="text/plain; charset=utf-8", extra="", coded=False):
    """Return a part of a multipart."""
    head = f"Content-Type: {content_type}\r\n"
    head += extra.replace("\n", "\r\n")
    content = to_bytes(content)
    if coded:
        head += "Content-Transfer-Encoding: base64\r\n"
        content = base64.encodebytes(content)
    return head.encode() + b"\r\n" + content + b"\r\n"


def file(name, content, content_type="application/octet-stream"):
    extra = f'Content-Disposition: attachment; filename="{name}"\n'
    return part(content, content_type, extra, coded=True)


def join(parts, boundary="=_b"):
    """Return the body of a multipart."""
    mark = b"--" + boundary.encode()
    return b"".join(mark + b"\r\n" + one for one in parts) + mark + b"--\r\n"


def multipart(name, parts, kind="mixed", boundary="=_b", **options):
    """Return a mail of several parts."""
    return mail(
        name,
        join(parts, boundary),
        f'multipart/{kind}; boundary="{boundary}"',
        **options,
    )


def inner(parts, kind, boundary):
    """Return a multipart as part of another one."""
    return part(join(parts, boundary), f'multipart/{kind}; boundary="{boundary}"')


def quoted(text):
    return quopri.encodestring(to_bytes(text))


PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAoAAAAKCAIAAAACUFjqAAAAEklEQVR4nGP4z8CAB+GTG8HSALfKY52f"
    "TcuYAAAAAElFTkSuQmCC"
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
