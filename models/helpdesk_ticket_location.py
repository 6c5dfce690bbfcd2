from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.base.models.res_partner import _tz_get


class HelpdeskTicketLocation(models.Model):
    _name = "helpdesk.ticket.location"
    _description = "Helpdesk Ticket Location"
    _parent_store = True
    _rec_name = "complete_name"
    _rec_names_search = ["complete_name", "code"]
    _order = "sequence, complete_name, id"

    name = fields.Char(required=True, index="trigram")
    code = fields.Char(copy=False, help="Short name, e.g. used in links to the form.")
    parent_id = fields.Many2one(
        comodel_name="helpdesk.ticket.location",
        index="btree_not_null",
        ondelete="restrict",
        check_company=True,
    )
    parent_path = fields.Char(index=True)
    child_ids = fields.One2many(
        comodel_name="helpdesk.ticket.location", inverse_name="parent_id"
    )
    complete_name = fields.Char(
        compute="_compute_complete_name", store=True, recursive=True
    )
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        index="btree_not_null",
        ondelete="restrict",
        help="The customer whose site this is. Empty: offered to all customers.",
    )
    manager_ids = fields.Many2many(
        comodel_name="res.partner",
        relation="helpdesk_ticket_location_manager_rel",
        column1="location_id",
        column2="partner_id",
        string="Managed by",
        help="Contacts who manage this location. The ticket form offers them the "
        "locations they manage and no others.",
    )
    address_id = fields.Many2one(comodel_name="res.partner")
    country_id = fields.Many2one(
        comodel_name="res.country",
        compute="_compute_country_id",
        store=True,
        readonly=False,
    )
    tz = fields.Selection(
        selection=_tz_get,
        string="Time zone",
        help="Dates in mails and pages are told in this zone to people who have "
        "none of their own.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        ondelete="restrict",
        index="btree_not_null",
        check_company=True,
        help="Tickets of this location go to this team unless their type or "
        "category says otherwise.",
    )
    product_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.product",
        relation="helpdesk_ticket_location_product_rel",
        column1="location_id",
        column2="product_id",
        string="Products",
        check_company=True,
        help="What is used there. Where it is one product only, tickets are about it.",
    )
    only_product_id = fields.Many2one(
        comodel_name="helpdesk.ticket.product",
        compute="_compute_only_product_id",
        store=True,
        help="The product, where one only is used.",
    )
    show_in_portal = fields.Boolean(
        default=True, help="Offer this location in the ticket form of the portal."
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        help="Empty: used by all companies.",
    )

    _code_uniq = models.UniqueIndex(
        "(code, COALESCE(company_id, 0)) WHERE code IS NOT NULL",
        "Another location has this code already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Who manages a location may see its tickets: audited."""
        locations = super().create(vals_list)
        locations._log_managers({})
        return locations

    def write(self, vals):
        if "manager_ids" not in vals:
            return super().write(vals)
        before = {location: location.manager_ids for location in self}
        res = super().write(vals)
        self._log_managers(before)
        return res

    def _log_managers(self, before):
        """Audit who manages these locations now and did not before, or the reverse.

        :param dict before: managers by location
        """
        for location in self:
            former = before.get(location, location.manager_ids.browse())
            now = location.manager_ids
            for person in (former | now) - (former & now):
                verb = "manages" if person in now else "manages no more"
                self.env["helpdesk.audit"]._log(
                    "scope", partner=person, details=f"{verb}: {location.complete_name}"
                )

    @api.depends("name", "parent_id.complete_name")
    def _compute_complete_name(self):
        for location in self:
            names = [location.parent_id.complete_name, location.name]
            location.complete_name = " / ".join(name for name in names if name)

    @api.depends("address_id.country_id", "partner_id.country_id")
    def _compute_country_id(self):
        for location in self:
            location.country_id = (
                location.address_id.country_id
                or location.country_id
                or location.partner_id.country_id
            )

    @api.depends("product_ids")
    def _compute_only_product_id(self):
        for location in self:
            products = location.product_ids
            location.only_product_id = products if len(products) == 1 else False

    @api.model
    def _get_offered_domain(self, partner):
        """Return what belongs to ``partner`` or to everybody, shown in the portal.

        :param partner: a contact; the customer is their commercial entity
        :return: ``Domain`` on locations
        """
        return Domain("show_in_portal", "=", True) & (
            Domain("partner_id", "=", False)
            | Domain(
                "partner_id.commercial_partner_id",
                "=",
                partner.commercial_partner_id.id,
            )
        )

    @api.model
    def _get_offered(self, partner, domain=Domain.TRUE, field_names=None):
        """Return the locations for which ``partner`` may open a ticket.

        The locations the contact manages; if there are none, the portal-visible
        ones of their company and those offered to all (S0-15, S3-11).

        :param domain: what else holds for them
        :param field_names: what to read of them; default is everything
        """
        managed = Domain("manager_ids", "=", partner.id)
        manages_none = Domain.custom(
            to_sql=lambda _model, _alias, _query: SQL(
                """
                NOT EXISTS (
                    SELECT FROM helpdesk_ticket_location_manager_rel managing
                      JOIN helpdesk_ticket_location place
                        ON place.id = managing.location_id AND place.active IS TRUE
                     WHERE managing.partner_id = %s)
                """,
                partner.id,
            )
        )
        offered = self._get_offered_domain(partner)
        return self.search_fetch(
            domain & (managed | (manages_none & offered)), field_names
        )
