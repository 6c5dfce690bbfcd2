# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import fields, models

from ..tools import planning


class HelpdeskTicketTeam(models.Model):
    """The ticket form of a team."""

    _inherit = "helpdesk.ticket.team"

    type_cards = fields.Boolean(
        string="Types first",
        help="The form opens with the types as cards, each with its explanation; what "
        "the chosen one needs is asked then.",
    )
    form_field_ids = fields.One2many(
        comodel_name="helpdesk.ticket.form.field",
        inverse_name="team_id",
        string="Form",
        domain=[("type_id", "=", False)],
        copy=True,
        help="What the form asks, in this order. Empty: the standard form.",
    )
    example_ids = fields.One2many(
        comodel_name="helpdesk.ticket.example",
        inverse_name="team_id",
        string="Examples",
        help="Well-written tickets shown beside the form. Empty: the general ones.",
    )

    def action_fill_form(self):
        """Begin with the lines of the standard form."""
        self.ensure_one()
        if not self.form_field_ids:
            Field = self.env["helpdesk.ticket.form.field"]
            Field.create(
                [{**vals, "team_id": self.id} for vals in Field._get_standard_vals()]
            )

    def action_preview_form(self):
        """Show the form as customers of this team see it."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/helpdesk/form/preview?team={self.id}",
            "target": "new",
        }

    def _is_open(self, moment):
        """Tell whether the team works at ``moment``, naive UTC."""
        # sudo: resource.calendar - customers are told when the team works
        calendar = self.sudo().calendar_id
        if not calendar:
            return True
        start = planning.aware(moment)
        end = planning.aware(fields.Datetime.add(moment, minutes=1))
        return bool(calendar._work_intervals_batch(start, end)[False])
