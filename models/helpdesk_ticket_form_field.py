# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models, tools

#: what every form has; where a set does not name them, they come first
ALWAYS = ("subject", "description")
#: what a form asks where nobody configured anything
STANDARD = (
    *ALWAYS,
    "files",
    "confidential",
    "location",
    "type",
    "category",
    "priority",
)


class HelpdeskTicketFormField(models.Model):
    """One line of the form of a team, of a type, or of a type in a team.

    The lines of the most specific of these are the form, as a whole.
    """

    _name = "helpdesk.ticket.form.field"
    _inherit = ["helpdesk.cached.mixin"]
    _description = "Field of the Ticket Form"
    _order = "sequence, id"
    _rec_name = "name"

    team_id = fields.Many2one(
        comodel_name="helpdesk.ticket.team",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: in the form of the type, whatever the team.",
    )
    type_id = fields.Many2one(
        comodel_name="helpdesk.ticket.type",
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: in the form of the team, unless a type has one of its own.",
    )
    name = fields.Selection(
        selection=[
            ("subject", "Subject"),
            ("description", "Description"),
            ("requester", "Requester"),
            ("copies", "People in copy"),
            ("type", "Ticket type"),
            ("priority", "Priority"),
            ("product", "Product"),
            ("brand", "Brand"),
            ("country", "Country"),
            ("location", "Location"),
            ("category", "Category"),
            ("vat", "Tax ID"),
            ("company", "Company name"),
            ("phone", "Contact phone"),
            ("area", "Area"),
            ("extension", "Extension"),
            ("files", "Attached files"),
            ("confidential", "Confidential files"),
        ],
        string="Field",
        required=True,
    )
    is_required = fields.Boolean(
        string="Required",
        help="The ticket cannot be sent without it. Subject and description always "
        "are; product, brand and country are shown and never asked.",
    )
    hint = fields.Text(
        translate=True,
        help="What stands beside the field: how to fill it in, with an example. Empty: "
        "the usual hint.",
    )
    sequence = fields.Integer(default=10)

    _name_uniq = models.UniqueIndex(
        "(COALESCE(team_id, 0), COALESCE(type_id, 0), name)",
        "This field is in the form already.",
    )
    _owner_set = models.Constraint(
        "CHECK (team_id IS NOT NULL OR type_id IS NOT NULL)",
        "Say whose form it is: a team's, a type's or both.",
    )

    @api.model
    @tools.ormcache("lang")
    def _get_sets(self, lang):
        """Return all configured forms: {(team id, type id): ((name, required, hint),)}.

        :param str lang: of the hints
        """
        sets = {}
        # sudo: helpdesk.ticket.form.field - what forms ask is no secret
        for line in self.sudo().with_context(lang=lang).search([]):
            rows = sets.setdefault((line.team_id.id or 0, line.type_id.id or 0), [])
            rows.append((line.name, line.is_required, line.hint or ""))
        return {key: tuple(rows) for key, rows in sets.items()}

    @api.model
    def _get_form_rows(self, team, ticket_type):
        """Return the configured form: tuples of name, required, hint; () if none.

        :param team: to which the tickets go
        :param ticket_type: the chosen type, or none
        """
        sets = self._get_sets(self.env.lang)
        team_id, type_id = team.id or 0, ticket_type.id or 0
        for key in ((team_id, type_id), (0, type_id), (team_id, 0)):
            if any(key) and sets.get(key):
                return self._complete(sets[key])
        return ()

    @api.model
    def _complete(self, rows):
        """Return the rows with what every form has."""
        present = {name for name, _required, _hint in rows}
        missing = tuple((name, True, "") for name in ALWAYS if name not in present)
        return missing + tuple(
            (name, is_required or name in ALWAYS, hint)
            for name, is_required, hint in rows
        )

    @api.model
    def _get_form_fields(self, team, ticket_type, category_required=False):
        """Return what the form asks: names with whether they are required, in order.

        :param team: to which the tickets go
        :param ticket_type: the chosen type, or none
        :param bool category_required: whether the standard form requires a category
        """
        rows = self._get_form_rows(team, ticket_type)
        if rows:
            return [(name, is_required) for name, is_required, _hint in rows]
        required = {*ALWAYS, "location"} | (
            {"category"} if category_required else set()
        )
        return [(name, name in required) for name in STANDARD]

    @api.model
    def _get_hints(self, team, ticket_type):
        """Return the hints that the form has instead of the usual ones, by name."""
        rows = self._get_form_rows(team, ticket_type)
        return {name: hint for name, _required, hint in rows if hint}

    @api.model
    def _get_standard_vals(self):
        """Return the values of lines that are the standard form."""
        return [
            {
                "name": name,
                "sequence": number * 10,
                "is_required": name in (*ALWAYS, "location"),
            }
            for number, name in enumerate(STANDARD, 1)
        ]
