# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields

from .common import HelpdeskCommon

REQUEST = "Please send us the booking number."
#: a Monday, at noon in UTC
MONDAY = fields.Datetime.to_datetime("2026-03-02 12:00:00")


class LifeCommon(HelpdeskCommon):
    """A desk that waits four days for an answer and closes two days after solving."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {
                "reminder_interval_hours": 24,
                "reminder_max": 3,
                "waiting_limit_hours": 96,
                "solved_limit_hours": 48,
                "extension_max_days": 7,
            }
        )

    def _wait(self, **vals):
        """Return a ticket of Laura's that waits for Ana."""
        ticket = self._create_ticket(**{"user_id": self.laura.id, **vals})
        ticket.with_user(self.laura).action_wait_customer(REQUEST)
        self.flush_tracking()
        return ticket

    def _solve(self, **vals):
        """Return a ticket that Laura solved."""
        ticket = self._create_ticket(**{"user_id": self.laura.id, **vals})
        ticket.with_user(self.laura).action_solve()
        self.flush_tracking()
        return ticket

    def _close(self, **vals):
        """Return a ticket that is closed for good."""
        ticket = self._solve(**vals)
        ticket.action_close()
        self.flush_tracking()
        return ticket

    def _lines(self, ticket):
        """Return what customers read in the thread, as plain text, oldest first."""
        return [
            message.preview or "" for message in ticket.sudo()._get_public_messages()
        ]
