# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Ways out of the processing of an incoming mail that are no errors."""


class StoppedMail(Exception):
    """A mail is not processed further; its line in the log says why.

    :param str reason: one of the codes of ``helpdesk.ticket.mail.log``
    :param str details: what the code cannot tell, such as a name; no sentence
    :param int ticket_id: the ticket it would have gone to
    """

    outcome = "failed"

    def __init__(self, reason, details="", ticket_id=None):
        super().__init__(reason, details)
        self.reason = reason
        self.details = details
        self.ticket_id = ticket_id


class HeldMail(StoppedMail):
    """Staff decides what becomes of the mail, which is kept."""

    outcome = "held"


class RefusedMail(StoppedMail):
    """The mail is not wanted; it is kept and nobody has to decide."""

    outcome = "refused"
