# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from .common import HelpdeskCommon

MODULE = "helpdesk_service_portal"
CRONS = ("ir_cron_send_reminders", "ir_cron_auto_close", "ir_cron_chase")
REQUEST = "Please send us the booking number."


@tagged("post_install", "-at_install")
class ClockCommon(HelpdeskCommon):
    """A desk that reminds daily, three times, and solves after four days."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {
                "reminder_interval_hours": 24,
                "reminder_max": 3,
                "waiting_limit_hours": 96,
                "solved_limit_hours": 48,
            }
        )
        cls.stages["solved"].mail_template_id = cls.env.ref(
            f"{MODULE}.mail_template_solved"
        )

    def _wait(self, **vals):
        """Return a ticket of Laura's that waits for Ana."""
        ticket = self._create_ticket(**{"user_id": self.laura.id, **vals})
        self.env.cr.flush()  # changes of what is being created are not told
        ticket.with_user(self.laura).action_wait_customer(REQUEST)
        self.env.cr.flush()
        return ticket

    def _solve(self, **vals):
        """Return a ticket that Laura solved."""
        ticket = self._create_ticket(**{"user_id": self.laura.id, **vals})
        self.env.cr.flush()  # changes of what is being created are not told
        ticket.with_user(self.laura).action_solve()
        self.env.cr.flush()
        return ticket

    def _run_clock(self, *names, send=True):
        """Run the crons of the clock as the server does, and send what they queued."""
        with self.enter_registry_test_mode():
            for name in names or CRONS:
                self.env.ref(f"{MODULE}.{name}").method_direct_trigger()
        self.env.invalidate_all()
        if send:
            self._send_mails()

    def _send_mails(self):
        """Send all mails that wait in the queue."""
        with self.mock_mail_gateway():
            self._get_queue().send()
        self.env.cr.flush()

    def _refuse_mails(self, error=None):
        """Let the server refuse all mails that wait in the queue."""
        error = error or MailDeliveryException("The server is down")
        with (
            self.mock_mail_gateway(),
            patch.object(type(self.env["ir.mail_server"]), "send_email") as send,
        ):
            send.side_effect = error
            self._get_queue().send()
        self.env.cr.flush()

    def _get_queue(self):
        self.env.cr.flush()
        return self.env["mail.mail"].search([("state", "=", "outgoing")])

    def _bounce(self, message):
        """Let the mail of ``message`` come back."""
        message.sudo().notification_ids.write(
            {"notification_status": "bounce", "failure_type": "mail_bounce"}
        )

    def _get_clock_mails(self, ticket, name):
        """Return the notices of ``ticket`` made of our template ``name``."""
        words = {
            "reminder": "We are still waiting for your answer",
            "solved": "solved",
        }[name]
        return ticket.message_ids.filtered(
            lambda m: m.message_type == "auto_comment" and words in (m.body or "")
        )

    def _count_reminders(self, ticket):
        return len(self._get_clock_mails(ticket, "reminder"))

    def _get_activities(self, ticket, name="clock"):
        kind = self.env.ref(f"{MODULE}.mail_activity_type_{name}")
        return ticket.activity_ids.filtered(lambda a: a.activity_type_id == kind)
