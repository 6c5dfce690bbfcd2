# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools

from .helpdesk_ticket_team_promise import PRIORITIES


class HelpdeskTicketExample(models.Model):
    """A well-written ticket that the form shows to learn from (S4-32)."""

    _name = "helpdesk.ticket.example"
    _inherit = ["helpdesk.cached.mixin"]
    _description = "Example of a Well-Written Ticket"
    _order = "sequence, id"

    name = fields.Char(string="Subject", required=True, translate=True)
    description = fields.Text(required=True, translate=True)
    category = fields.Char(
        translate=True, help="The category in words, as customers read it."
    )
    priority = fields.Selection(selection=PRIORITIES, required=True, default="1")
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        ondelete="cascade",
        index="btree_not_null",
        help="Shown in this team's form. Empty: where the team has none of its own.",
    )
    type_id = fields.Many2one(
        comodel_name="helpdesk.ticket.type",
        ondelete="cascade",
        index="btree_not_null",
        help="Shown once this type is chosen. Empty: with any type.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)

    @api.model
    @tools.ormcache("team_id", "lang")
    def _get_rows(self, team_id, lang):
        """Return a team's examples as dicts, else those of no team.

        :param int team_id: of the team whose form it is
        :param str lang: of the reader
        """
        # sudo: helpdesk.ticket.example - written for customers
        Example = self.sudo().with_context(lang=lang)
        examples = Example.search([("team_id", "in", [team_id, False])])
        own = examples.filtered("team_id")
        labels = dict(self._fields["priority"]._description_selection(Example.env))
        return tuple(
            {
                "type_id": example.type_id.id or 0,
                "name": example.name,
                "description": example.description,
                "category": example.category or "",
                "priority": labels[example.priority],
            }
            for example in own or examples
        )
