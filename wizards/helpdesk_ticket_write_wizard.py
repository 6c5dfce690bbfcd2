# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import is_html_empty


class HelpdeskTicketWriteWizard(models.TransientModel):
    """D-01: our team writes to customers first; each of them gets a ticket."""

    _name = "helpdesk.ticket.write.wizard"
    _description = "Write to customers"

    partner_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Customers",
        required=True,
        help="Each gets a ticket and a mail of their own; nobody sees the others.",
    )
    subject = fields.Char(required=True)
    body = fields.Html(string="Message", sanitize_style=True)
    request = fields.Text(
        string="What we need from them",
        help="Filled in, the tickets wait for the customer; empty, we work on them.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        required=True,
        default=lambda self: self._default_team(),
    )
    type_id = fields.Many2one(comodel_name="helpdesk.ticket.type")
    category_id = fields.Many2one(comodel_name="helpdesk.ticket.category")
    attachment_ids = fields.Many2many(
        comodel_name="ir.attachment", string="Attachments"
    )
    count_text = fields.Char(compute="_compute_count_text")

    @api.model
    def _default_team(self):
        user = self.env.user
        return user.helpdesk_team_ids[:1] or self.env.company.helpdesk_team_id

    @api.depends("partner_ids")
    def _compute_count_text(self):
        for wizard in self:
            count = len(wizard.partner_ids)
            wizard.count_text = (
                self.env._("%(count)s tickets will be opened.", count=count)
                if count > 1
                else ""
            )

    def action_confirm(self):
        """Open the tickets and show them.

        :raise UserError: when nothing is said
        """
        self.ensure_one()
        if is_html_empty(self.body):
            raise UserError(self.env._("Write a message."))
        tickets = self.env["helpdesk.ticket"]._open_by_us(
            self.partner_ids,
            {
                "name": self.subject,
                "team_id": self.team_id.id,
                "type_id": self.type_id.id,
                "category_id": self.category_id.id,
                "user_id": self.env.uid,
            },
            self.body,
            attachment_ids=self.attachment_ids.ids,
            request=self.request or False,
        )
        action = {
            "type": "ir.actions.act_window",
            "res_model": "helpdesk.ticket",
            "name": self.env._("Opened tickets"),
        }
        if len(tickets) == 1:
            return action | {"res_id": tickets.id, "views": [(False, "form")]}
        return action | {
            "domain": [("id", "in", tickets.ids)],
            "views": [(False, "list"), (False, "form")],
        }
