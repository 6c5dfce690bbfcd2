# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails of a rehearsal: whom they were for, in their Message-ID and subject."""

import re

MARK = "hsp-rehearsal-"
IDS = re.compile(rf"<{MARK}(\d{{1,10}})-([^<>\s]+)>")


def mark_message_id(message_id, person_id):
    """Return a Message-ID of its own for the mail to each person.

    Mail programs show two mails with one Message-ID once.

    >>> mark_message_id("<1.2-openerp-3-helpdesk.ticket@host>", 7)
    '<hsp-rehearsal-7-1.2-openerp-3-helpdesk.ticket@host>'
    """
    return f"<{MARK}{person_id}-{message_id.strip().strip('<>')}>"


def read_message_ids(text):
    """Return a head as if there were no rehearsal, and for whom the last mail was.

    >>> read_message_ids("<1@host> <hsp-rehearsal-7-2@host>")
    ('<1@host> <2@host>', 7)
    >>> read_message_ids("<1@host>")
    ('<1@host>', None)
    """
    people = [int(found[0]) for found in IDS.findall(text)]
    return IDS.sub(r"<\2>", text), (people[-1] if people else None)


def mark_subject(subject, address):
    """Return a subject that says for whom the mail was; no language needed.

    >>> mark_subject("[#HT1] No WiFi", "ana@hotel.example")
    '[→ ana@hotel.example] [#HT1] No WiFi'
    """
    return f"[→ {address}] {subject or ''}".strip()
