# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import Command, api, models

from ..tools import desk_templates

MODULE = "helpdesk_service_portal"
#: the mail a stage of each kind sends
STAGE_MAILS = {
    "waiting_customer": "mail_template_waiting",
    "waiting_other": "mail_template_stage",
    "solved": "mail_template_solved",
    "closed": "mail_template_closed",
}


class HelpdeskDeskTemplate(models.AbstractModel):
    """Makes a desk, a team with all that belongs to it, of a file in data/desks.

    Whoever makes one administrates the helpdesk: nothing is elevated here. The
    context tells the ``desk_labels`` (``all`` languages, ``en`` or ``es``) and a
    ``desk_prefix`` for external ids, which the demo data refers to.
    """

    _name = "helpdesk.desk.template"
    _description = "Helpdesk Desk Template"

    @api.model
    def _create_desk(self, code, vals=None, labels="all", prefix=None):
        """Create the desk of a template.

        :param str code: name of the file without its ending
        :param dict vals: of the team, win over the template's
        :param str labels: ``all``: each reader their own language, ``en`` or ``es``
        :param str prefix: the records get external ids that begin so; where there is
            such a team, it is this desk
        :return: the team
        """
        known = prefix and self.env.ref(f"{prefix}_team", raise_if_not_found=False)
        if known:
            return known
        template = desk_templates.read_templates()[code]
        maker = self.with_context(desk_labels=labels, desk_prefix=prefix)
        team = maker._create_team(template, vals or {})
        maker._create_stages(team, template)
        maker._create_categories(team, template)
        types = maker._create_types(team, template)
        maker._create_form(team, template, types)
        maker._create_examples(team, template, types)
        maker._create_mail_rules(team, template)
        # the rows of the lists above were read before they were complete
        team.invalidate_recordset()
        return team

    def _create_team(self, template, vals):
        promises = [Command.create(row) for row in template.get("promises", [])]
        row = {
            "key": False,
            "name": template["name"],
            "only_own_customers": True,
            "promise_ids": promises,
            **template["team"],
            **vals,
        }
        return self._create_rows("helpdesk.ticket.team", "team", [row])

    def _create_stages(self, team, template):
        """The statuses, in their order; each kind sends the mail it always does."""
        rows = [
            {
                "key": row["key"],
                "name": row["name"],
                "description": row["meaning"],
                "kind": row["kind"],
                "sequence": number * 10,
                "company_id": team.company_id.id,
                "team_ids": [Command.set(team.ids)],
                "fold": row["kind"] in ("solved", "closed"),
                "close_from_portal": row["kind"] == "solved",
                "mail_template_id": self._get_stage_mail(row),
            }
            for number, row in enumerate(template["stages"], 1)
        ]
        return self._create_rows("helpdesk.ticket.stage", "stage", rows)

    def _get_stage_mail(self, row):
        default = row.get("mail") and "mail_template_stage"
        name = STAGE_MAILS.get(row["kind"], default)
        found = name and self.env.ref(f"{MODULE}.{name}", raise_if_not_found=False)
        return found.id if found else False

    def _create_categories(self, team, template):
        rows = [
            {
                "key": row["key"],
                "name": row["name"],
                "portal_hint": row["hint"],
                "sequence": number * 10,
                "company_id": team.company_id.id,
                "team_ids": [Command.set(team.ids)],
            }
            for number, row in enumerate(template.get("categories", []), 1)
        ]
        categories = self._create_rows("helpdesk.ticket.category", "category", rows)
        categories.invalidate_recordset(["team_ids"])
        team.invalidate_recordset(["category_ids"])
        categories.team_id = team
        return categories

    def _create_types(self, team, template):
        """The types; the code of one goes into links and is had once."""
        Type = self.env["helpdesk.ticket.type"].with_context(active_test=False)
        taken = set(Type.search([("code", "!=", False)]).mapped("code"))
        rows = [
            {
                "key": row["key"],
                "name": row["name"],
                "description": row["description"],
                "intro": row.get("intro"),
                "icon": row["icon"],
                "default_priority": row["priority"],
                "code": self._get_free_code(row["key"], taken, team),
                "sequence": number * 10,
                "team_id": team.id,
                "team_ids": [Command.set(team.ids)],
            }
            for number, row in enumerate(template.get("types", []), 1)
        ]
        types = self._create_rows("helpdesk.ticket.type", "type", rows)
        keys = [row["key"] for row in template.get("types", [])]
        return dict(zip(keys, types, strict=True))

    @api.model
    def _get_free_code(self, code, taken, team):
        return f"{code}-{team.id}" if code in taken else code

    def _create_form(self, team, template, types):
        """What the team's form asks, and the forms of the types that have their own."""
        forms = [(False, template.get("form", []))]
        forms += [
            (types[row["key"]].id, row["form"])
            for row in template.get("types", [])
            if row.get("form")
        ]
        rows = [
            {
                "key": False,
                "team_id": team.id,
                "type_id": type_id,
                "name": line["name"],
                "is_required": line.get("required", False),
                "sequence": number * 10,
            }
            for type_id, lines in forms
            for number, line in enumerate(lines, 1)
        ]
        return self._create_rows("helpdesk.ticket.form.field", "field", rows)

    def _create_examples(self, team, template, types):
        rows = [
            {
                "key": False,
                "name": row["name"],
                "description": row["description"],
                "category": row["category"],
                "priority": row["priority"],
                "sequence": number * 10,
                "team_id": team.id,
                "type_id": types[row["type"]].id,
            }
            for number, row in enumerate(template.get("examples", []), 1)
        ]
        return self._create_rows("helpdesk.ticket.example", "example", rows)

    def _create_mail_rules(self, team, template):
        """The codes of subjects, unless a rule for all teams says the same."""
        rows = [
            {
                "key": False,
                "name": row["name"],
                "subject_pattern": row["pattern"],
                "priority": row["priority"],
                "sequence": number * 10,
                "team_id": team.id,
            }
            for number, row in enumerate(template.get("mail_rules", []), 1)
            if not self._is_ruled(row)
        ]
        return self._create_rows("helpdesk.ticket.mail.rule", "rule", rows)

    @api.model
    def _is_ruled(self, row):
        """Tell whether a mail rule of all teams does what this one would."""
        return any(
            not rule["team_id"]
            and rule["pattern"] == row["pattern"]
            and rule.get("priority") == row["priority"]
            for rule in self.env["helpdesk.ticket.mail.rule"]._get_rules()
        )

    # ------------------------------------------------------------
    # What will be made
    # ------------------------------------------------------------

    @api.model
    def _describe(self, code, lang):
        """Return what a template makes, in words for ``lang``, for the preview.

        :return: dict ``summary``, rows of ``stages``, ``types`` and ``categories``
            (name, second line), ``form`` (field, whether required), ``promises``
            (priority, hours), ``team``: its settings, ``rules``: names
        """
        template = desk_templates.read_templates()[code]

        def text(value):
            return desk_templates.in_language(value, lang)

        def rows(name, second):
            return [(text(r["name"]), text(r[second])) for r in template.get(name, [])]

        kinds = self._get_words("helpdesk.ticket.stage", "kind")
        fields_ = self._get_words("helpdesk.ticket.form.field", "name")
        priorities = self._get_words("helpdesk.ticket.team.promise", "priority")
        return {
            "summary": text(template["summary"]),
            "stages": [
                (text(row["name"]), text(row["meaning"]), kinds[row["kind"]])
                for row in template["stages"]
            ],
            "types": rows("types", "description"),
            "categories": rows("categories", "hint"),
            "form": [
                (fields_[row["name"]], row.get("required", False))
                for row in template["form"]
            ],
            "promises": [
                (priorities[row["priority"]], row["answer_hours"])
                for row in template["promises"]
            ],
            "team": template["team"],
            "rules": [text(row["name"]) for row in template.get("mail_rules", [])],
        }

    @api.model
    def _get_words(self, model, name):
        return dict(self.env[model]._fields[name]._description_selection(self.env))

    # ------------------------------------------------------------
    # Records with texts in two languages
    # ------------------------------------------------------------

    def _create_rows(self, model, label, rows):
        """Create records whose texts are English and Spanish.

        :param str label: goes into their external ids, before the row's ``key``
        :param rows: values, texts as in the templates, and a ``key``, or False
        """
        language = "es" if self.env.context["desk_labels"] == "es" else "en"
        keys = [row.pop("key") for row in rows]
        Model = self.env[model].with_context(lang="en_US")
        records = Model.create(
            [
                {
                    name: self._get_value(Model._fields[name], value, language)
                    for name, value in row.items()
                }
                for row in rows
            ]
        )
        if self.env.context["desk_labels"] == "all":
            for record, row in zip(records, rows, strict=True):
                self._translate(record, row)
        self._name_records(label, dict(zip(records, keys, strict=True)))
        return records.with_env(self.env)

    @api.model
    def _get_value(self, field, value, language):
        if not desk_templates.is_text(value):
            return value
        text = value[language]
        return Markup("<p>%s</p>") % text if field.type == "html" else text

    @api.model
    def _translate(self, record, row):
        """Write the Spanish texts in each kind of Spanish that is installed."""
        installed = self.env["res.lang"].get_installed()
        spanish = [code for code, _name in installed if code.startswith("es")]
        for name, text in row.items():
            if not spanish or not desk_templates.is_text(text):
                continue
            # of HTML the sentences are translated, of the rest the whole
            parts = callable(record._fields[name].translate)
            value = {text["en"]: text["es"]} if parts else text["es"]
            record.update_field_translations(name, dict.fromkeys(spanish, value))

    def _name_records(self, label, keys):
        prefix = self.env.context["desk_prefix"]
        named = {record: key for record, key in keys.items() if key or label == "team"}
        if prefix and named:
            self.env["ir.model.data"]._update_xmlids(
                [
                    {
                        "xml_id": "_".join(filter(None, (prefix, label, key))),
                        "record": record,
                        "noupdate": True,
                    }
                    for record, key in named.items()
                ]
            )
