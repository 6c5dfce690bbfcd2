from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class HelpdeskTicketCategory(models.Model):
    _inherit = "helpdesk.ticket.category"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        ondelete="restrict",
        check_company=True,
        index="btree_not_null",
        help="Tickets of this category go to this team unless their type says "
        "otherwise.",
    )
    team_ids = fields.Many2many(
        comodel_name="helpdesk.ticket.team",
        string="Listed by",
        help="Teams that list this category among theirs.",
    )
    portal_hint = fields.Char(
        string="Hint for customers",
        translate=True,
        help="One line under the category in the ticket form: what belongs here.",
    )
    is_private = fields.Boolean(
        string="Private",
        help="Of the customer's people, only the requester and managers see tickets of "
        "this category: not who takes part in them, nor who sees the tickets of a "
        "location or of the company. Your team sees them as any other.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        """Tell the rule of tickets about private categories."""
        categories = super().create(vals_list)
        if any(vals.get("is_private") for vals in vals_list):
            self.env.registry.clear_cache()
        return categories

    def write(self, vals):
        """Tell the rule of tickets about private categories."""
        res = super().write(vals)
        if "is_private" in vals:
            self.env.registry.clear_cache()
        return res

    @api.model
    @tools.ormcache()
    def _get_private_ids(self):
        """Return the ids of the private categories, archived ones too."""
        self.flush_model(["is_private"])
        self.env.cr.execute(
            "SELECT id FROM helpdesk_ticket_category WHERE is_private IS TRUE"
        )
        return tuple(row[0] for row in self.env.cr.fetchall())

    @api.constrains("team_id")
    def _check_team_lists_category(self):
        """A team that lists its categories only gets those."""
        for category in self:
            listed = category.team_id.category_ids
            if listed and category not in listed:
                raise ValidationError(
                    self.env._(
                        "The team %(team)s does not handle the category "
                        "%(category)s. Add it to the team's categories first.",
                        team=category.team_id.name,
                        category=category.name,
                    )
                )
