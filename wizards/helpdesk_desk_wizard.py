# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import itertools
import re

from odoo import Command, api, fields, models

from ..tools import desk_templates


class HelpdeskDeskWizard(models.TransientModel):
    """A desk like one of those that customers described, ready to be adapted."""

    _name = "helpdesk.desk.wizard"
    _description = "New Desk from Template"

    template = fields.Selection(
        selection="_selection_template",
        required=True,
        default=lambda self: next(iter(desk_templates.read_templates())),
        help="What the desk begins with. Everything can be changed afterwards.",
    )
    name = fields.Char(
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        required=True,
        help="Customers read it, in mails and in the portal.",
    )
    alias_name = fields.Char(
        string="E-mail",
        compute="_compute_name",
        store=True,
        precompute=True,
        readonly=False,
        help="The part before the @: mails to this address open tickets of the desk. "
        "Empty: none by mail.",
    )
    alias_domain_id = fields.Many2one(
        comodel_name="mail.alias.domain",
        default=lambda self: self.env.company.alias_domain_id,
    )
    labels = fields.Selection(
        selection=[
            ("all", "English and Spanish: each reader their own"),
            ("es", "Spanish for everybody"),
            ("en", "English for everybody"),
        ],
        string="Names and meanings in",
        default="all",
        required=True,
        help="In which language statuses, types, categories and their explanations "
        "are written.",
    )
    calendar_id = fields.Many2one(
        comodel_name="resource.calendar",
        string="Working hours",
        help="Promises, reminders and time-outs are counted in these hours. Empty "
        "means around the clock.",
    )
    user_ids = fields.Many2many(
        comodel_name="res.users",
        string="Members",
        domain=[("share", "=", False)],
        help="Who answers. Others can be added later.",
    )
    customer_ids = fields.Many2many(
        comodel_name="res.partner",
        string="Customers",
        domain=[("parent_id", "=", False)],
        help="Whose tickets come to this desk by themselves. Their form offers its "
        "types and categories and no others.",
    )
    preview = fields.Html(compute="_compute_preview", sanitize=False)

    @api.model
    def _selection_template(self):
        return [
            (code, desk_templates.in_language(template["name"], self.env.lang))
            for code, template in desk_templates.read_templates().items()
        ]

    @api.depends("template", "labels")
    def _compute_name(self):
        """Propose the template's name and address; free ones of somebody stay."""
        proposed = desk_templates.read_templates()
        names = {text for row in proposed.values() for text in row["name"].values()}
        aliases = "|".join(re.escape(row["alias"]) for row in proposed.values())
        is_proposed = re.compile(rf"({aliases})(-\d+)?").fullmatch
        for wizard in self.filtered("template"):
            template = proposed[wizard.template]
            if not wizard.name or wizard.name in names:
                wizard.name = desk_templates.in_language(
                    template["name"], wizard._get_language()
                )
            if not wizard.alias_name or is_proposed(wizard.alias_name):
                wizard.alias_name = wizard._get_free_alias(template["alias"])

    def _get_free_alias(self, name):
        """Return an address nobody has: ``name``, or ``name-2`` and so on."""
        # sudo: mail.alias - whoever has it
        taken = (
            self.env["mail.alias"]
            .sudo()
            .search_fetch(
                [
                    ("alias_name", "=like", f"{name}%"),
                    ("alias_domain_id", "=", self.alias_domain_id.id),
                ],
                ["alias_name"],
            )
        )
        names = set(taken.mapped("alias_name"))
        numbered = (f"{name}-{number}" for number in itertools.count(2))
        proposals = itertools.chain([name], numbered)
        return next(free for free in proposals if free not in names)

    def _get_language(self):
        """Return in which language what is created will be read by the user."""
        return self.env.lang if self.labels == "all" else self.labels

    @api.depends("template", "labels")
    def _compute_preview(self):
        for wizard in self:
            if wizard.template:
                wizard.preview = self.env["ir.qweb"]._render(
                    "helpdesk_service_portal.desk_preview",
                    self.env["helpdesk.desk.template"]._describe(
                        wizard.template, wizard._get_language()
                    ),
                )
            else:
                wizard.preview = False

    def action_create(self):
        """Make the desk and open it.

        :raise UserError: when another document has the address already
        """
        self.ensure_one()
        vals = {
            "alias_name": self.alias_name,
            "calendar_id": self.calendar_id.id,
            "user_ids": [Command.set(self.user_ids.ids)],
            "customer_ids": [Command.set(self.customer_ids.ids)],
        }
        vals["name"] = self._get_name()
        team = self.env["helpdesk.desk.template"]._create_desk(
            self.template, vals, self.labels
        )
        return {
            "type": "ir.actions.act_window",
            "res_model": team._name,
            "res_id": team.id,
            "views": [(False, "form")],
            "target": "current",
        }

    def _get_name(self):
        """Return the name: the template's in both languages while nobody changed it."""
        text = desk_templates.read_templates()[self.template]["name"]
        return text if self.name in text.values() else self.name
