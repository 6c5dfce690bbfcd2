# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models

#: what only we change, whoever asks for it by whatever door (S2-31)
FIXED_FIELDS = ("stage_id", "country_id", "brand_id", "product_id")


class HelpdeskTicket(models.Model):
    """What it is about: product, brand and country, which only the team changes.

    They follow from the place, so that nobody is asked what is known.
    """

    _inherit = "helpdesk.ticket"

    product_id = fields.Many2one(
        comodel_name="helpdesk.ticket.product",
        compute="_compute_product_id",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        tracking=True,
        help="Filled in where the location uses one product only.",
    )
    brand_id = fields.Many2one(
        comodel_name="helpdesk.ticket.brand",
        compute="_compute_brand_id",
        store=True,
        precompute=True,
        readonly=False,
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="The brand of the product, unless another one is chosen.",
    )
    country_id = fields.Many2one(
        comodel_name="res.country",
        compute="_compute_country_id",
        store=True,
        precompute=True,
        readonly=False,
        index="btree_not_null",
        help="Where it happens: the country of the location, else the requester's.",
    )

    @api.depends("location_id")
    def _compute_product_id(self):
        for ticket in self:
            # sudo: helpdesk.ticket.location - what is used there, whoever writes
            location = ticket.sudo().location_id
            known = ticket.product_id
            if not known or (
                location.product_ids and known.id not in location.product_ids.ids
            ):
                known = location.only_product_id
            ticket.product_id = known

    @api.depends("product_id")
    def _compute_brand_id(self):
        for ticket in self:
            # sudo: helpdesk.ticket.product - the brand of a product of this ticket
            product = ticket.sudo().product_id
            ticket.brand_id = product.brand_id if product else ticket.brand_id

    @api.depends("location_id", "partner_id")
    def _compute_country_id(self):
        for ticket in self:
            # sudo: res.partner - the country alone, of the people of this ticket
            known = ticket.sudo()
            ticket.country_id = (
                known.location_id.country_id
                or known.partner_id.country_id
                or known.partner_id.commercial_partner_id.country_id
            )

    def _get_routed_team(self):
        """Return the team that the product asks for where nothing before it does."""
        team = super()._get_routed_team()
        # sudo: routing reads teams of records the writer may not open
        return team or self.sudo().product_id.team_id

    @api.model
    def _portal_readable_fields(self):
        """S2-29 country, brand and product are shown, and never among the writable."""
        return super()._portal_readable_fields() | {
            "product_id",
            "brand_id",
            "country_id",
        }
