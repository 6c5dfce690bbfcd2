from odoo import api, fields, models
from odoo.exceptions import ValidationError

from .helpdesk_ticket_team_promise import PRIORITIES


class HelpdeskTicketType(models.Model):
    _inherit = "helpdesk.ticket.type"
    _order = "sequence, name, id"

    sequence = fields.Integer(default=10)
    code = fields.Char(
        copy=False,
        help="Short name used in links to the ticket form, e.g. ?type=incident.",
    )
    description = fields.Text(
        translate=True,
        help="One line that tells customers when to choose this type.",
    )
    icon = fields.Char(
        default="fa-ticket",
        help="Font Awesome icon shown with the type in the portal, e.g. fa-bolt.",
    )
    intro = fields.Text(
        translate=True,
        help="Sentence above the ticket form once this type is chosen.",
    )
    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        ondelete="restrict",
        index="btree_not_null",
        help="Tickets of this type go to this team.",
    )
    default_priority = fields.Selection(
        selection=PRIORITIES,
        default="1",
        help="Priority of a ticket of this type when nobody chooses one.",
    )
    visitor_form = fields.Boolean(
        string="Offered to visitors",
        default=True,
        help="Who has no account may choose this type in the form for visitors, if "
        "the team it goes to lets visitors write.",
    )

    form_field_ids = fields.One2many(
        comodel_name="helpdesk.ticket.form.field",
        inverse_name="type_id",
        string="Form",
        domain=[("team_id", "=", False)],
        help="What the form asks once this type is chosen, in this order. Empty: what "
        "the team's form asks.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE (code)",
        "Another ticket type has this code already.",
    )

    @api.constrains("team_id", "team_ids")
    def _check_team_allowed(self):
        """The routing team is one of the teams allowed to use the type."""
        for ticket_type in self:
            allowed = ticket_type.team_ids
            if ticket_type.team_id and allowed and ticket_type.team_id not in allowed:
                raise ValidationError(
                    self.env._(
                        "The team %(team)s does not use the type %(type)s. Add it to "
                        "the teams of the type or choose one of them.",
                        team=ticket_type.team_id.name,
                        type=ticket_type.name,
                    )
                )

    def action_fill_form(self):
        """Begin with the lines of the standard form."""
        self.ensure_one()
        if not self.form_field_ids:
            Field = self.env["helpdesk.ticket.form.field"]
            Field.create(
                [{**vals, "type_id": self.id} for vals in Field._get_standard_vals()]
            )

    def action_preview_form(self):
        """Show the form as customers see it who choose this type."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/helpdesk/form/preview?type={self.id}",
            "target": "new",
        }
