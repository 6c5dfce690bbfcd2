# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    """The ticket of an incident that many follow."""

    _inherit = "helpdesk.ticket"

    announcement_ids = fields.One2many(
        comodel_name="helpdesk.announcement",
        inverse_name="ticket_id",
        string="Announcements",
        copy=False,
    )
    announcement_count = fields.Integer(compute="_compute_announcement_count")

    def _compute_announcement_count(self):
        # sudo: the number of what everybody may read on the pages
        for ticket in self.sudo():
            ticket.announcement_count = len(ticket.announcement_ids)

    def write(self, vals):
        """Those who follow the incident are asked once it is solved."""
        res = super().write(vals)
        if {"stage_id", "team_id"} & vals.keys():
            # sudo: helpdesk.announcement - whoever moves the ticket
            Announcement = self.env["helpdesk.announcement"].sudo()
            if not Announcement._get_incident_ticket_ids().isdisjoint(self.ids):
                found = Announcement.search([("ticket_id", "in", self.ids)])
                found._on_ticket_kind()
        return res

    def action_view_announcements(self):
        """Open what was announced of this ticket, or a new announcement of it.

        :return: action of its form, or of the list of several
        """
        self.ensure_one()
        found = self.announcement_ids
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Announcements"),
            "res_model": "helpdesk.announcement",
            "context": {
                "default_ticket_id": self.id,
                "default_name": self.name,
                "default_severity": "incident",
            },
        }
        if len(found) > 1:
            return {
                **action,
                "views": [[False, "list"], [False, "form"]],
                "domain": [("id", "in", found.ids)],
            }
        return {**action, "views": [[False, "form"]], "res_id": found.id}
