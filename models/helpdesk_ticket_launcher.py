# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

SHOWN_TICKETS = 4
SHOWN_TYPES = 8


class HelpdeskTicket(models.Model):
    """What the help button shows of tickets."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _launcher_types(self, types):
        """Return types as the button lists them.

        :param types: at most as many as fit
        """
        return [
            {"name": t.name, "text": t.description or "", "code": t.code or str(t.id)}
            for t in types[:SHOWN_TYPES]
        ]

    @api.model
    def _launcher_values(self):
        """Return the latest tickets of the current user, with status (S4-30)."""
        own = self.search(
            [("partner_id", "=", self.env.user.partner_id.id)],
            order="write_date desc, id desc",
            limit=SHOWN_TICKETS,
        )
        # sudo: helpdesk.ticket.stage - the status of tickets the user may read
        return {
            "types": self._launcher_types(self._portal_types()),
            "tickets": [
                {
                    "subject": ticket.name,
                    "number": f"#{ticket.number}",
                    "status": ticket.stage_id.name,
                    "url": f"/my/ticket/{ticket.id}",
                }
                for ticket in own.sudo()
            ],
        }
