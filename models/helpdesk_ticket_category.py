from odoo import api, fields, models
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
    portal_hint = fields.Char(
        string="Hint for customers",
        translate=True,
        help="One line under the category in the ticket form: what belongs here.",
    )

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
