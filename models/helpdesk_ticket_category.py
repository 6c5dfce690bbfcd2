from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError


class HelpdeskTicketCategory(models.Model):
    _name = "helpdesk.ticket.category"
    _inherit = ["helpdesk.ticket.category", "helpdesk.cached.mixin"]

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

    @api.model
    @tools.ormcache()
    def _get_private_ids(self):
        """Return the ids of the private categories, archived ones too."""
        self.flush_model(["is_private"])
        self.env.cr.execute(
            "SELECT id FROM helpdesk_ticket_category WHERE is_private IS TRUE"
        )
        return tuple(row[0] for row in self.env.cr.fetchall())

    @api.model
    @tools.ormcache("lang")
    def _get_form_words(self, lang):
        """Return what forms show of categories: {id: (complete name, hint)}.

        :param str lang: of the reader
        """
        # sudo: helpdesk.ticket.category - which of them somebody is offered is
        # searched as that person
        categories = self.sudo().with_context(lang=lang).search([])
        return {
            category.id: (category.complete_name, category.portal_hint or "")
            for category in categories
        }

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
