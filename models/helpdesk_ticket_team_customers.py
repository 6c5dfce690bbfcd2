# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools
from odoo.fields import Domain

from .res_company import LOCATION_WORDS


class HelpdeskTicketTeam(models.Model):
    """A team as the desk of its own customers: what they are offered, in its words."""

    _inherit = "helpdesk.ticket.team"

    customer_ids = fields.One2many(
        comodel_name="res.partner",
        inverse_name="helpdesk_desk_id",
        string="Customers of this desk",
        domain=[("parent_id", "=", False)],
        help="Their tickets come to this team unless type, category, location or "
        "product says otherwise.",
    )
    only_own_customers = fields.Boolean(
        string="For its own customers only",
        help="Its customers choose among the types and categories of this team, and "
        "nobody else is offered them. Off: they are offered to everybody.",
    )
    location_word = fields.Selection(
        selection=LOCATION_WORDS,
        string="Locations are called",
        help="What customers of this desk call the place where something happened. "
        "Empty: as the company says.",
    )
    list_groupby = fields.Selection(
        selection=[
            ("stage", "Stage"),
            ("location", "Location"),
            ("category", "Category"),
            ("type", "Type"),
        ],
        string="List grouped by",
        help="How customers of this desk find their list of tickets, until they "
        "choose something else. Empty: not grouped.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        teams = super().create(vals_list)
        if any(vals.get("only_own_customers") for vals in vals_list):
            self.env.registry.clear_cache()
        return teams

    def write(self, vals):
        res = super().write(vals)
        if {"only_own_customers", "active"} & vals.keys():
            self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache()
    def _get_exclusive_ids(self):
        """Return the ids of the teams that are for their own customers only."""
        self.flush_model(["only_own_customers", "active"])
        self.env.cr.execute(
            """
            SELECT id FROM helpdesk_ticket_team
             WHERE only_own_customers IS TRUE AND active IS TRUE
            """
        )
        return tuple(row[0] for row in self.env.cr.fetchall())

    @api.model
    def _get_desk(self, partner=None):
        """Return the team a customer belongs to, as sudo: where nothing else routes.

        :param partner: a contact; default is the current user
        """
        # sudo: res.partner, res.company - which team customers write to
        partner_sudo = (partner or self.env.user.partner_id).sudo()
        company = self.env.company.sudo()
        desk = partner_sudo.helpdesk_desk_id
        if desk.active and desk.company_id.id in (False, company.id):
            return desk
        return company.helpdesk_team_id

    @api.model
    def _get_offered_domain(self):
        """Return which types or categories the current user is offered.

        A desk for its own customers offers them its own and nothing else, and
        hides these from everybody else but the visitors it lets write.

        :return: ``Domain`` on records with ``team_ids``; all where no desk is
        """
        exclusive = self._get_exclusive_ids()
        if not exclusive:
            return Domain.TRUE
        desk = self._get_desk()
        if desk.id in exclusive:
            return Domain("team_ids", "in", desk.ids)
        shared = Domain("id", "not in", exclusive)
        if self.env.user._is_public():
            shared |= Domain("visitor_form", "=", True)
        return Domain("team_ids", "=", False) | Domain("team_ids", "any!", shared)
