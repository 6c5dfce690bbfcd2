# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

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
        ticket.with_user(self.laura).action_wait_customer(REQUEST)
        self.env.cr.flush()
        return ticket

    def _solve(self, **vals):
        """Return a ticket that Laura solved."""
        ticket = self._create_ticket(**{"user_id": self.laura.id, **vals})
        ticket.with_user(self.laura).action_solve()
        self.env.cr.flush()
        return ticket

    def _run_clock(self, *names):
        """Run the crons of the clock as the server does, and send what they queued."""
        with self.enter_registry_test_mode():
            for name in names or CRONS:
                self.env.ref(f"{MODULE}.{name}").method_direct_trigger()
        self.env.invalidate_all()
        self._send_mails()

    def _send_mails(self):
        """Send all mails that wait in the queue."""
        self.env.cr.flush()
        mails = self.env["mail.mail"].search([("state", "=", "outgoing")])
        with self.mock_mail_gateway():
            mails.send()
        self.env.cr.flush()

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
