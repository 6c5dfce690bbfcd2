# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields
from odoo.tests import tagged

from .common import HelpdeskCommon

MODULE = "helpdesk_service_portal"
REQUEST = "Please send us a picture of the error."


@tagged("post_install", "-at_install")
class MailFlowCommon(HelpdeskCommon):
    """A ticket of Ana's that Laura takes care of, and its mails."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("en_US")
        cls.team.write(
            {
                "reminder_interval_hours": 24,
                "reminder_max": 3,
                "waiting_limit_hours": 96,
                "solved_limit_hours": 48,
            }
        )

    def setUp(self):
        super().setUp()
        with self.clock(hours=-2):
            self.ticket = self._create_ticket(user_id=self.laura.id)
            self.env.cr.flush()
        self._forget_mails()
        self.by_laura = self.ticket.with_user(self.laura)

    def _forget_mails(self):
        self.env["mail.mail"].search([]).unlink()

    def _commit(self):
        """Do what happens at the end of an action."""
        self.env.cr.flush()

    def _get_mails(self, user=None):
        """Return the mails that wait in the queue for ``user`` (Ana)."""
        partner = (user or self.ana).partner_id
        return (
            self.env["mail.mail"]
            .search([("state", "=", "outgoing"), ("recipient_ids", "=", partner.id)])
            .sorted("id")
        )

    def _get_text(self, mail):
        """Return the plain text of a mail."""
        with self.mock_mail_gateway():
            return mail._prepare_outgoing_list()[0]["body_alternative"]

    def _send_due(self):
        """Send what the queue would send now; return what left as plain dicts."""
        due = self.env["mail.mail"].search(
            [
                ("state", "=", "outgoing"),
                "|",
                ("scheduled_date", "=", False),
                ("scheduled_date", "<=", fields.Datetime.now()),
            ]
        )
        with self.mock_mail_gateway():
            due.send()
        return list(self._mails)
