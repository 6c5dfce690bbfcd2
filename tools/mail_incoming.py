# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mail on its way in: what is known of it before the database sees it."""

import email.utils
import re
from dataclasses import dataclass, field

from .mail_key import get_message_key, hash_body
from .mail_parsing import get_kind_of_mail

#: newer versions of Python drop all addresses of a header with an odd one
NOT_STRICT = (
    {"strict": False} if getattr(email.utils, "supports_strict_parsing", 0) else {}
)
REFERENCE = re.compile(r"<[^<>\s]+>")
#: so many of the newest references are looked up, as the core does
MAX_REFERENCES = 32
MAX_ADDRESSES = 2_000
RECIPIENT_HEADERS = ("Delivered-To", "To", "Cc", "Resent-To", "Resent-Cc")


def get_addresses(message, names):
    """Return the addresses in some headers, in small letters, in their order.

    >>> get_addresses({"To": "Desk <Support@desk.example>, a@b.example"}, ["To", "Cc"])
    ['support@desk.example', 'a@b.example']
    >>> get_addresses({"To": "undisclosed-recipients:;"}, ["To"])
    []
    """
    values = []
    for name in names:
        if hasattr(message, "get_all"):
            values += [str(value) for value in message.get_all(name, [])]
        elif message.get(name):
            values.append(message[name])
    found = email.utils.getaddresses(values, **NOT_STRICT)
    known = dict.fromkeys(one.strip().lower() for _name, one in found if "@" in one)
    return list(known)[:MAX_ADDRESSES]


def strip_tag(address):
    """Return an address without what stands between plus and at.

    >>> strip_tag("support+ana@desk.example"), strip_tag("+1@desk.example")
    ('support@desk.example', '+1@desk.example')
    """
    local, _at, domain = address.partition("@")
    bare = local.partition("+")[0]
    return f"{bare}@{domain}" if bare else address


def get_references(message):
    """Return the Message-IDs that a mail answers, the newest last.

    >>> get_references({"References": "<1@a.example> <2@a.example>",
    ...     "In-Reply-To": "<2@a.example>"})
    ['<1@a.example>', '<2@a.example>']
    """
    values = f"{message.get('In-Reply-To') or ''} {message.get('References') or ''}"
    head = REFERENCE.findall(str(message.get("References") or ""))
    ids = dict.fromkeys([*head, *REFERENCE.findall(values)])
    return [one for one in ids if "reply_to" not in one][-MAX_REFERENCES:]


def get_returned_references(message):
    """Return the Message-IDs of mails that a report or a bounce sends back."""
    found = []
    for part in message.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822" and isinstance(part.get_payload(), list):
            found += [str(one.get("Message-ID") or "") for one in part.get_payload()]
        elif kind == "text/rfc822-headers":
            found += re.findall(
                r"(?im)^(?:x-microsoft-original-)?message-id:\s*(<[^<>\s]+>)",
                str(part.get_content()),
            )
    return [one for value in found for one in REFERENCE.findall(value)]


@dataclass
class IncomingMail:
    """A mail, where it came to and what the database knows of it."""

    message: object
    raw: bytes
    #: ``message_process`` was asked to open records of this model, if at all
    model: str = ""
    thread_id: int = 0
    custom_values: dict = None
    save_original: bool = False
    strip_attachments: bool = False
    #: see ``mail.thread._find_helpdesk_place``
    place: dict = field(default_factory=dict)
    #: as ``message_parse`` returns them
    values: dict = field(default_factory=dict)
    #: what is new in it, see ``mail_parsing.get_new_text``
    text: str = ""
    #: see ``mail.thread._get_mail_facts``
    facts: dict = field(default_factory=dict)
    kind: str = ""

    def __post_init__(self):
        self.key = get_message_key(self.message, self.raw)
        self.body_hash = hash_body(self.raw)
        self.kind = get_kind_of_mail(self.message)
        self.recipients = get_addresses(self.message, RECIPIENT_HEADERS)
        self.sender = (get_addresses(self.message, ["From"]) or [""])[0]
        self.references = get_references(self.message)
        if self.kind == "bounce" or "report" in self.message.get_content_type():
            self.references += get_returned_references(self.message)
