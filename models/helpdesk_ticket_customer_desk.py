# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import models


class HelpdeskTicket(models.Model):
    """A ticket that nothing routes comes to the desk of its customer."""

    _inherit = "helpdesk.ticket"

    def _get_routed_team(self):
        """Return the requester's desk where type, category, … say nothing."""
        team = super()._get_routed_team()
        if team:
            return team
        # sudo: res.partner - the desk of this very ticket's customer
        desk = self.sudo().partner_id.helpdesk_desk_id
        company = self.company_id or self.env.company
        known = desk.active and desk.company_id.id in (False, company.id)
        return desk if known else team
