from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ..tools.options import escape_all


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
    @tools.ormcache("lang", "ids")
    def _get_form_options(self, lang, ids):
        """Return categories as the options of a list, HTML, each with its hint.

        :param str lang: of the reader
        :param tuple ids: of categories the reader may choose, in order
        """
        # sudo: helpdesk.ticket.category - the reader was offered them
        categories = self.sudo().with_context(lang=lang).browse(ids)
        names = escape_all([one.complete_name for one in categories])
        hints = escape_all([one.portal_hint or "" for one in categories])
        return "".join(
            f'<option value="{number}" data-hint="{hint}">{name}</option>'
            for number, name, hint in zip(ids, names, hints, strict=True)
        )

    @api.model
    @tools.ormcache("lang")
    def _get_complete_names(self, lang):
        """Return how categories are called: {id: complete name}, archived ones, too.

        :param str lang: of the reader
        """
        # sudo: helpdesk.ticket.category - names of what the reader's tickets have
        Category = self.sudo().with_context(lang=lang, active_test=False)
        return {one.id: one.complete_name for one in Category.search([])}

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
