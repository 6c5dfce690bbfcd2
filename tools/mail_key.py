# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which mails are the same mail: pure functions, no ORM."""

import hashlib
import re

#: PostgreSQL's indexes take no longer words than some 2,700 bytes
KEY_LENGTH = 255
MESSAGE_ID = re.compile(r"<[^<>\s]+>")


def clean_header(value):
    """Return one line of a header that a database can keep.

    Null bytes and half characters (bytes in no known charset) are replaced.

    >>> clean_header("No\\x00 WiFi\\r\\n in \\udcf1 room")
    'No WiFi in \ufffd room'
    >>> clean_header(None)
    ''
    """
    text = str(value or "").replace("\x00", "")
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(text.split())


def hash_body(raw):
    """Return what tells the text and files of a mail, however its lines end.

    :param bytes raw: the whole mail

    >>> one = hash_body(b"To: a@b.example\\r\\n\\r\\nHello\\r\\n")
    >>> one == hash_body(b"Received: x\\nTo: a@b.example\\n\\nHello\\n\\n")
    True
    >>> one == hash_body(b"To: a@b.example\\n\\nGoodbye")
    False
    """
    lines = bytes(raw).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    body = lines.partition(b"\n\n")[2].rstrip()
    return hashlib.sha256(body).hexdigest()


def get_message_key(message, raw):
    """Return what two copies of one mail have in common and no other mail has.

    That is the Message-ID or, without, a hash of sender, date, subject and body. The
    first server's stamp stands in for a date that is missing.

    :param message: headers, such as ``email.message.Message``
    :param bytes raw: the whole mail

    >>> get_message_key({"Message-ID": " <1@hotel.example>\\n"}, b"")
    '<1@hotel.example>'
    >>> key = get_message_key({"From": "Ana <ANA@hotel.example>"}, b"x\\n\\nHi")
    >>> key == get_message_key({"From": "ana  <ana@hotel.example>"}, b"\\r\\n\\r\\nHi")
    True
    >>> key == get_message_key({"From": "ana@hotel.example"}, b"x\\n\\nBye")
    False
    >>> len(get_message_key({"Message-ID": "<" + "1" * 9999 + "@hotel.example>"}, b""))
    71
    """
    message_id = clean_header(message.get("Message-ID"))
    known = MESSAGE_ID.search(message_id)
    key = known[0] if known else message_id
    if key and len(key) <= KEY_LENGTH:
        return key
    if key:
        return "sha256:" + hashlib.sha256(key.encode()).hexdigest()
    stamps = message.get_all("Received", []) if hasattr(message, "get_all") else []
    parts = (
        clean_header(message.get("From")).lower(),
        clean_header(message.get("Date")) or clean_header(stamps[-1] if stamps else ""),
        clean_header(message.get("Subject")),
        hash_body(raw),
    )
    return "sha256:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()
