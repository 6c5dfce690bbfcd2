# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicket(models.Model):
    """Tickets that continue a closed one."""

    _inherit = "helpdesk.ticket"

    previous_ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket",
        string="Follow-up of",
        index="btree_not_null",
        ondelete="set null",
        copy=False,
        check_company=True,
        help="The closed ticket that this one continues.",
    )
    follow_up_ids = fields.One2many(
        comodel_name="helpdesk.ticket",
        inverse_name="previous_ticket_id",
        string="Follow-ups",
    )
