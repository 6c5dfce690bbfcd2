# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicketBrand(models.Model):
    """Under which name products are sold."""

    _name = "helpdesk.ticket.brand"
    _description = "Helpdesk Ticket Brand"
    _order = "name, id"

    name = fields.Char(required=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Empty: used by all companies.",
    )
