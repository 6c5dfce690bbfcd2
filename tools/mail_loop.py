# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What mails of a loop have in common: pure functions, no ORM."""

import hashlib
import re

from .text import normalize

TEXT_LENGTH = 500
ANSWER_PREFIX = re.compile(
    r"^\s*(?:(?:re|rv|aw|sv|r|tr|fw|fwd|auto(?:matic)?[\w -]*)\s*:\s*)+"
)
TAG = re.compile(r"\[?#\s?[a-z]{0,4}\d+\]?")
NUMBERS = re.compile(r"\S*\d\S*")
#: what machines say when they got a mail
MACHINE_WORDS = re.compile(
    r"thank(?:s| you) for (?:contacting|writing|your (?:e-?mail|message|request))"
    r"|(?:received|got) your (?:e-?mail|message|request)"
    r"|gracias por (?:contactar|comunicar|escribir|su (?:correo|mensaje|solicitud))"
    r"|hemos recibido (?:su|tu|el)\b|automatic|automated|autom[a-z]*amente"
    r"|do not reply|no responda"
)


def get_fingerprint(subject, text, sizes=(), is_answer=False):
    """Return what tells mails of a loop: equal for those that say the same.

    Numbers and dates count, so that twenty rooms without WiFi are twenty tickets,
    except in what looks like an answer to a mail of ours: a loop counts up.

    :param str subject: decoded subject
    :param str text: the new text, see ``mail_parsing.get_new_text``
    :param sizes: of the files, in bytes
    :param bool is_answer: whether headers say that it answers a mail

    >>> one = get_fingerprint("Room 101: no WiFi", "No WiFi in 101")
    >>> one == get_fingerprint("Room 102: no WiFi", "No WiFi in 102")
    False
    >>> one == get_fingerprint("room 101: no wifi", "No  WiFi in 101")
    True
    >>> one == get_fingerprint("Room 101: no WiFi", "No WiFi in 101", [2048])
    False
    >>> one = get_fingerprint("Re: [#HT00101] Help", "We got it. Case 4711")
    >>> one == get_fingerprint("RE: [#HT00102] Re: Help", "We got it. Case 4712")
    True
    >>> one = get_fingerprint("Case 4711", "Thank you for contacting us at 12:31")
    >>> one == get_fingerprint("Case 4712", "Thank you for contacting us at 12:32")
    True
    """
    subject, text = normalize(subject), normalize(text)[:TEXT_LENGTH]
    bare = ANSWER_PREFIX.sub("", TAG.sub(" ", subject))
    bare = ANSWER_PREFIX.sub("", bare)
    says = f"{bare}\n{text}"
    if (
        is_answer
        or ANSWER_PREFIX.match(subject)
        or TAG.search(subject)
        or MACHINE_WORDS.search(says)
    ):
        says = NUMBERS.sub("", says)
    words = " ".join(says.split())
    files = ",".join(str(size) for size in sorted(sizes))
    return hashlib.sha256(f"{words}\n{files}".encode()).hexdigest()[:32]
