# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a mail server says about a mail of ours: pure functions, no ORM.

RFC 3464 https://www.rfc-editor.org/rfc/rfc3464
"""

import re

ADDRESS = re.compile(r"[^\s<>;,\"]+@[^\s<>;,\"]+")
#: of ``Action``: the server still tries, or it worked
PASSING_ACTIONS = frozenset(("delayed", "delivered", "relayed", "expanded"))


def _get_status_blocks(message):
    """Yield the headers of each recipient of a delivery report."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = part.get_payload()
            if isinstance(blocks, list):
                yield from blocks[1:] or blocks


def is_final_failure(message):
    """Tell whether a report says that a mail will not arrive; in doubt it does.

    :param message: ``email.message.Message`` of the report
    """
    actions = {
        str(block.get("Action") or "failed").strip().lower()
        for block in _get_status_blocks(message)
    }
    return not actions or not actions <= PASSING_ACTIONS


def get_failed_address(message):
    """Return the address a report is about, or an empty string."""
    for block in _get_status_blocks(message):
        for name in ("Original-Recipient", "Final-Recipient"):
            words = str(block.get(name) or "").partition(";")[2]
            found = ADDRESS.search(words)
            if found:
                return found[0].lower()
    found = ADDRESS.search(str(message.get("X-Failed-Recipients") or ""))
    return found[0].lower() if found else ""


def get_failure_words(message):
    """Return what the refusing server said, or an empty string.

    >>> from email import message_from_string
    >>> lines = ["Content-Type: message/delivery-status", "", "Reporting-MTA: dns; mx"]
    >>> lines += ["", "Action: failed", "Diagnostic-Code: smtp; 550 5.1.1 No such"]
    >>> get_failure_words(message_from_string("\\n".join(lines)))
    '550 5.1.1 No such'
    """
    for block in _get_status_blocks(message):
        words = str(block.get("Diagnostic-Code") or block.get("Status") or "")
        words = " ".join(words.partition(";")[2].split() or words.split())
        if words:
            return words
    return ""
