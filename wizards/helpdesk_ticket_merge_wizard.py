# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models


class HelpdeskTicketMergeWizard(models.TransientModel):
    """Choose which ticket goes on with others of the same customer."""

    _name = "helpdesk.ticket.merge.wizard"
    _description = "Merge tickets"

    ticket_ids = fields.Many2many(
        comodel_name="helpdesk.ticket",
        string="Tickets",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    commercial_partner_id = fields.Many2one(
        comodel_name="res.partner", compute="_compute_commercial_partner_id"
    )
    target_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Goes on",
        required=True,
        compute="_compute_target_id",
        store=True,
        readonly=False,
        help="Messages, files and people of the other tickets move here; their numbers "
        "and mails lead here.",
    )
    people = fields.Char(string="Who will see all of it", compute="_compute_people")

    @api.depends("ticket_ids")
    def _compute_commercial_partner_id(self):
        for wizard in self:
            customers = wizard.ticket_ids.commercial_partner_id
            wizard.commercial_partner_id = customers[:1]

    @api.depends("ticket_ids")
    def _compute_target_id(self):
        """Of several tickets the oldest open one goes on."""
        for wizard in self:
            tickets = wizard.ticket_ids._origin.sorted("id")
            open_ones = tickets.filtered(lambda t: t.stage_kind != "closed")
            wizard.target_id = open_ones[:1] if len(tickets) > 1 else False

    @api.depends("ticket_ids", "target_id")
    def _compute_people(self):
        for wizard in self:
            # sudo: who takes part in tickets the user reads
            rows = (wizard.ticket_ids | wizard.target_id).sudo().participant_ids
            people = rows.filtered("included").partner_id
            wizard.people = ", ".join(filter(None, people.mapped("name")))

    def action_confirm(self):
        """Merge, and show the ticket that goes on; the desk shows it itself."""
        self.ensure_one()
        (self.ticket_ids - self.target_id).action_merge_into(self.target_id.id)
        if self.env.context.get("helpdesk_from_desk"):
            return {
                "type": "ir.actions.act_window_close",
                "infos": {"ticket_id": self.target_id.id},
            }
        return {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "res_id": self.target_id.id,
            "views": [(False, "form")],
        }
