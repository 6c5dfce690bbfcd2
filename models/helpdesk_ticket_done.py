# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    """Solved: what the customer says about it, and how it opens again."""

    _inherit = "helpdesk.ticket"

    thanked_date = fields.Datetime(
        string="Thanked",
        readonly=True,
        copy=False,
        help="When the customer said that all is well, after it was solved.",
    )
    customer_confirmed = fields.Selection(
        selection=[("yes", "Yes"), ("no", "No")],
        string="Solved, says the customer",
        readonly=True,
        copy=False,
        help="What the customer answered when closing the ticket; empty: nothing.",
    )

    def _portal_band(self):
        """Return what the band of whose turn it is says and offers.

        Icon, sentence and what we need; addresses only where they lead somewhere.
        """
        self.ensure_one()
        solved, closed = self.stage_kind == "solved", self.stage_kind == "closed"
        icons = {
            "customer": "fa-hand-o-right",
            "other": "fa-hourglass-half",
            "done": "fa-check-circle",
        }
        more_time = self._get_extension_state() == "open"
        path = f"/my/ticket/{self.id}"
        return {
            "kind": "closed" if closed else self.turn,
            "icon": icons.get(self.turn, "fa-wrench"),
            "text": self._get_turn_text(),
            "request": self.turn == "customer" and self.customer_request,
            "more_time": more_time and self._get_extension_path(),
            "reopen": solved and f"{path}/reopen",
            "thanks": solved and not self.thanked_date and f"{path}/thanks",
            "follow_up": closed and f"/new/ticket?follow_up={self.id}",
        }
