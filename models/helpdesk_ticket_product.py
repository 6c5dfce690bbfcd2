# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models


class HelpdeskTicketProduct(models.Model):
    """What customers use and ask about."""

    _name = "helpdesk.ticket.product"
    _description = "Helpdesk Ticket Product"
    _order = "sequence, name, id"

    name = fields.Char(required=True)
    brand_id = fields.Many2one(
        comodel_name="helpdesk.ticket.brand",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Tickets about this product go to this team unless their type, category "
        "or location says otherwise.",
    )
    location_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.location",
        relation="helpdesk_ticket_location_product_rel",
        column1="product_id",
        column2="location_id",
        string="Used at",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Empty: used by all companies.",
    )
