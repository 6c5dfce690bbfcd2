# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged, users
from odoo.tools import html2plaintext, mute_logger

from ..tools import desk_templates
from .common import HelpdeskCommon

KINDS = ("new", "in_progress", "waiting_customer", "waiting_other", "solved", "closed")


def leaves(value, path=()):
    """Yield the texts of a template and where they stand."""
    if isinstance(value, dict) and not desk_templates.is_text(value):
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from leaves(inner, (*path, number))
    else:
        yield path, value


@tagged("post_install", "-at_install")
class TestDeskTemplates(HelpdeskCommon):
    """The files in data/desks: five, whole, in two languages."""

    def test_five_desks(self):
        """ "One module covers them all; an administrator reaches each of the five by
        configuration (a team per desk …), never by changing code." """
        references = [t["reference"] for t in desk_templates.read_templates().values()]
        self.assertEqual(references, ["S0", "S1", "S2", "S3", "S4"])

    def test_whole(self):
        """A desk can be worked on: it has the stages and the settings it needs."""
        Team = self.env["helpdesk.ticket.team"]
        names = dict(self.env["helpdesk.ticket.form.field"]._fields["name"].selection)
        for code, template in desk_templates.read_templates().items():
            with self.subTest(code):
                self.assertLessEqual(template.keys(), desk_templates.KEYS)
                kinds = [stage["kind"] for stage in template["stages"]]
                self.assertLessEqual({"in_progress", "solved"}, {*kinds})
                self.assertEqual(kinds, sorted(kinds, key=KINDS.index))
                self.assertLessEqual(template["team"].keys(), Team._fields.keys())
                forms = [template["form"]]
                forms += [row.get("form", []) for row in template.get("types", [])]
                for form in forms:
                    asked = [line["name"] for line in form]
                    self.assertLessEqual({*asked}, {*names})
                    self.assertEqual(len(asked), len({*asked}))

    def test_two_languages(self):
        """Every sentence is there in English and in Spanish, and they differ."""
        same = {("en", "es")} | {("Demo", "Demo"), ("S0", "S0")}
        for code, template in desk_templates.read_templates().items():
            for path, value in leaves(template):
                if not desk_templates.is_text(value):
                    self.assertNotIn(" ", str(value).strip(), (code, path))
                    continue
                with self.subTest(code, path=path):
                    self.assertTrue(value["en"].strip() and value["es"].strip())
                    if (value["en"], value["es"]) not in same:
                        self.assertNotEqual(value["en"], value["es"])
        words = json.dumps(desk_templates.read_templates(), ensure_ascii=False)
        for word in ("vosotros", "computadora", "ordenador", "celular", "móvil"):
            self.assertNotIn(word, words.lower())


@tagged("post_install", "-at_install")
class TestDeskWizard(HelpdeskCommon):
    """ "a wizard "New desk from template" does the same for an administrator"."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_ES")
        cls.rules = cls.env["helpdesk.ticket.mail.rule"]

    def _make(self, template, **vals):
        """Create a desk as Mora does in the wizard."""
        wizard = (
            self.env["helpdesk.desk.wizard"]
            .with_user(self.mora)
            .create({"template": template, "alias_name": f"{template}-test", **vals})
        )
        action = wizard.action_create()
        return self.env[action["res_model"]].browse(action["res_id"])

    def test_all_templates(self):
        """What stands in the file is what is made: statuses with their meanings, types,
        categories, form, promises, clock."""
        for code, template in desk_templates.read_templates().items():
            with self.subTest(code):
                team = self._make(code)
                for lang, key in (("en_US", "en"), ("es_ES", "es")):
                    self._check_words(team.with_context(lang=lang), template, key)
                for name, value in template["team"].items():
                    self.assertEqual(team[name], value, name)
                self.assertEqual(
                    {(p.priority, p.answer_hours) for p in team.promise_ids},
                    {(p["priority"], p["answer_hours"]) for p in template["promises"]},
                )
                self.assertFalse(team.stage_warning)
                self.assertTrue(team.only_own_customers)

    def _check_words(self, team, template, key):
        stages = team._get_applicable_stages()
        rows = zip(stages, template["stages"], strict=True)
        for stage, row in rows:
            self.assertEqual(stage.name, row["name"][key])
            self.assertEqual(stage.kind, row["kind"])
            meaning = html2plaintext(stage.description).strip()
            self.assertEqual(meaning, row["meaning"][key])
        types = team.type_ids.sorted("sequence")
        for ticket_type, row in zip(types, template.get("types", []), strict=True):
            self.assertEqual(ticket_type.name, row["name"][key])
            self.assertEqual(ticket_type.description, row["description"][key])
            self.assertEqual(ticket_type.team_id, team)
        categories = team.category_ids.sorted("sequence")
        rows = zip(categories, template.get("categories", []), strict=True)
        for category, row in rows:
            self.assertEqual(category.name, row["name"][key])
            self.assertEqual(category.portal_hint, row["hint"][key])
            self.assertEqual(category.team_id, team)

    def test_form(self):
        """S4-09 "After choosing the type, the information that type needs is asked":
        the forms of the file are those of the desk."""
        team = self._make("software_vendor")
        Field = self.env["helpdesk.ticket.form.field"]
        asked = {
            ticket_type.with_context(lang="en_US").name: [
                name for name, _required in Field._get_form_fields(team, ticket_type)
            ]
            for ticket_type in team.type_ids
        }
        self.assertIn("vat", asked["Billing problem"])
        self.assertIn("product", asked["Technical problem"])
        self.assertNotIn("vat", asked["Technical problem"])
        self.assertIn("priority", asked["Question about the platform"])

    def test_only_what_is_marked_is_required(self):
        """S4-10: "Required: Title, Description. Nothing else blocks sending." S0:
        the category is, too."""
        Field = self.env["helpdesk.ticket.form.field"]
        required = {}
        for code in ("software_vendor", "customer_service", "hotel_channel"):
            team = self._make(code)
            rows = [Field._get_form_fields(team, Field.type_id.browse())]
            rows += [Field._get_form_fields(team, row) for row in team.type_ids]
            required[code] = {name for row in rows for name, needed in row if needed}
        always = {"subject", "description"}
        self.assertEqual(required["software_vendor"], always)
        self.assertEqual(required["customer_service"], always)
        self.assertEqual(required["hotel_channel"], always | {"category", "location"})

    def test_labels_of_one_language(self):
        """Where everybody reads Spanish, everything is Spanish in all languages."""
        team = self._make("mail_first", labels="es").with_context(lang="en_US")
        self.assertEqual(
            team._get_applicable_stages().mapped("name"),
            ["Abierto", "Esperando respuesta", "En espera", "Resuelta"],
        )
        team = self._make("mail_first", labels="en", alias_name="mail-en")
        stage = team.with_context(lang="es_ES")._get_applicable_stages()[:1]
        self.assertEqual(stage.name, "Open")

    def test_name_and_address(self):
        """The name of the template is proposed, in both languages; one's own stays."""
        team = self._make("hotel_it")
        self.assertEqual(team.with_context(lang="en_US").name, "IT of the hotels")
        self.assertEqual(
            team.with_context(lang="es_ES").name, "Sistemas de los hoteles"
        )
        team = self._make("hotel_it", name="Sistemas Norte", alias_name="norte")
        self.assertEqual(team.with_context(lang="en_US").name, "Sistemas Norte")
        self.assertEqual(team.alias_name, "norte")
        taken = [("alias_name", "=like", "sistemas%")]
        self.env["mail.alias"].search(taken).alias_name = False
        Wizard = self.env["helpdesk.desk.wizard"].with_user(self.mora)
        wizard = Wizard.create({"template": "hotel_it"})
        self.assertEqual(
            (wizard.name, wizard.alias_name), ("IT of the hotels", "sistemas")
        )
        wizard.template = "mail_first"
        self.assertEqual(wizard.name, "Support by e-mail")
        wizard.name = "Ours"
        wizard.template = "hotel_it"
        self.assertEqual(wizard.name, "Ours")

    def test_a_free_address_is_proposed(self):
        """Who makes a second desk of a template is not stopped by its address."""
        taken = [("alias_name", "=like", "atencion%")]
        self.env["mail.alias"].search(taken).alias_name = False
        self._make("mail_first", alias_name="atencion")
        Wizard = self.env["helpdesk.desk.wizard"].with_user(self.mora)
        wizard = Wizard.create({"template": "mail_first"})
        self.assertEqual(wizard.alias_name, "atencion-2")
        wizard.template = "hotel_it"
        self.assertTrue(wizard.alias_name.startswith("sistemas"))
        wizard.alias_name = "ours"
        wizard.template = "mail_first"
        self.assertEqual(wizard.alias_name, "ours")

    def test_address_of_somebody_else(self):
        """An address that is taken is said, and nothing is made by halves."""
        self._make("hotel_it", alias_name="twice")
        stages = self.env["helpdesk.ticket.stage"].search_count([])
        with self.assertRaisesRegex(UserError, "twice"):
            self._make("hotel_it", alias_name="twice")
        self.assertEqual(self.env["helpdesk.ticket.stage"].search_count([]), stages)

    def test_twice(self):
        """A template serves again: codes of links stay unique."""
        first = self._make("software_vendor")
        second = self._make("software_vendor", alias_name="other")
        self.assertEqual(len(second.type_ids), 6)
        codes = (first | second).type_ids.mapped("code")
        self.assertEqual(len({*codes}), 12)

    def test_preview_names_everything(self):
        """Before it is made, the preview shows all of it in the language chosen."""
        Wizard = self.env["helpdesk.desk.wizard"].with_user(self.mora)
        for code, template in desk_templates.read_templates().items():
            for labels, key in (("en", "en"), ("es", "es")):
                wizard = Wizard.new({"template": code, "labels": labels})
                preview = html2plaintext(wizard.preview).replace("\n", " ")
                preview = " ".join(preview.replace("*", "").split())
                rows = template["stages"] + template.get("types", [])
                rows += template.get("categories", [])
                with self.subTest(code, labels=labels):
                    for row in rows:
                        self.assertIn(row["name"][key], preview)
                    self.assertIn(template["summary"][key], preview)

    def test_mail_rules(self):
        """S3-35 "1 = very urgent and important; 2 = …; 3 = …": the codes of the desk,
        unless they are those of all desks already."""
        self.assertFalse(self.rules.search([("team_id", "!=", False)]))
        team = self._make("hotel_it")
        self.assertFalse(self.rules.search([("team_id", "=", team.id)]))
        self.rules.search([]).unlink()
        team = self._make("hotel_it", alias_name="codes")
        rules = self.rules.search([("team_id", "=", team.id)])
        self.assertEqual(rules.mapped("priority"), ["3", "1", "0"])
        values = self.rules._apply(team, "1_SIN INTERNET", {})
        self.assertEqual((values["name"], values["priority"]), ("SIN INTERNET", "3"))

    @users("sam@test.example")
    @mute_logger("odoo.addons.base.models.ir_model")
    def test_administrators_only(self):
        """Who answers tickets makes no desks."""
        with self.assertRaises(AccessError):
            self.env["helpdesk.desk.wizard"].create({"template": "hotel_it"})


@tagged("post_install", "-at_install")
class TestDeskCustomers(HelpdeskCommon):
    """A desk has customers of its own, who find its words and no others."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.desk = cls.env["helpdesk.desk.template"]._create_desk(
            "hotel_it", {"alias_name": "own-desk"}
        )
        cls.hotel.helpdesk_desk_id = cls.desk
        cls.Ticket = cls.env["helpdesk.ticket"]

    def _open(self, user, **vals):
        """Return a ticket that says nothing about its team."""
        partner = {"partner_id": user.partner_id.id}
        return self.Ticket.create({"name": "x", "description": "x", **partner, **vals})

    def _offered(self, user):
        Ticket = self.Ticket.with_user(user)
        return Ticket._portal_types(), Ticket._portal_categories()

    def test_own_types_and_categories(self):
        """S3-12 "Category: chosen from a list", S3-13: those of the customer's desk,
        and nobody else is offered them."""
        types, categories = self._offered(self.ana)
        self.assertEqual(types.sudo().team_ids, self.desk)
        self.assertEqual(len(types), 3)
        self.assertEqual(categories, self.desk.category_ids)
        types, categories = self._offered(self.eva)
        self.assertTrue(types)
        self.assertFalse(types & self.desk.type_ids)
        self.assertFalse(categories & self.desk.category_ids)

    def test_desk_for_everybody(self):
        """Switched off, everybody is offered everything, as without such a desk."""
        before = self._offered(self.eva)
        self.desk.only_own_customers = False
        types, categories = self._offered(self.eva)
        self.assertEqual(types, before[0] | self.desk.type_ids)
        self.assertEqual(categories, before[1] | self.desk.category_ids)

    def test_type_of_another_desk_is_refused(self):
        """What is not offered cannot be sent either."""
        form = {"subject": "No internet", "description": "None", "type": "0"}
        form["type"] = str(self.desk.type_ids[:1].id)
        _values, errors = self.Ticket.with_user(self.eva)._portal_parse_form(form)
        self.assertIn("type", errors)
        _values, errors = self.Ticket.with_user(self.ana)._portal_parse_form(form)
        self.assertNotIn("type", errors)

    def test_ticket_comes_to_the_desk(self):
        """Routing: a ticket that nothing else routes comes to its customer's desk, from
        the portal, by phone and by mail; what is explicit stays."""
        ticket = self._open(self.luis)
        self.assertEqual(ticket.team_id, self.desk)
        self.assertEqual(ticket.stage_id.kind, "new")
        self.assertIn(self.desk, ticket.stage_id.team_ids)
        vals = {"name": "x", "description": "x", "partner_email": self.luis.email}
        self.assertEqual(self.Ticket.create(vals).team_id, self.desk)
        ticket = self._open(self.eva)
        self.assertEqual(ticket.team_id, self.team)
        self.location.team_id = self.team
        ticket = self._open(self.luis, location_id=self.location.id)
        self.assertEqual(ticket.team_id, self.team)

    def test_people_share_the_desk(self):
        """The desk is the customer's: all their people have it, new ones, too."""
        person = self.env["res.partner"].create(
            {"name": "Nora", "parent_id": self.hotel.id}
        )
        self.assertEqual(person.helpdesk_desk_id, self.desk)
        self.hotel.helpdesk_desk_id = False
        self.assertFalse(person.helpdesk_desk_id)

    def test_archived_desk(self):
        """Customers of a desk that is no more are those of the company again."""
        self.desk.active = False
        ticket = self._open(self.luis)
        self.assertEqual(ticket.team_id, self.team)
        types, _categories = self._offered(self.ana)
        self.assertTrue(types)
        self.assertFalse(types & self.desk.type_ids)

    def test_word_of_the_desk(self):
        """spanish.md "word set per company/team: Localización (default) · Hotel ·
        Sede"."""
        company = self.env.company
        company.helpdesk_location_word = "hotel"
        desk = self.env["helpdesk.ticket.team"].with_user(self.ana)._get_desk()
        self.assertEqual(desk, self.desk)
        self.assertEqual(company._get_location_word(team=desk), "Location")
        self.assertEqual(company._get_location_word(plural=True), "Hotels")
        self.desk.location_word = False
        self.assertEqual(company._get_location_word(team=desk), "Hotel")

    def test_times_of_the_desk(self):
        """S4-14 "Priority decides response and resolution time": the desk's own."""
        self.desk.promise_ids.filtered(lambda p: p.priority == "3").answer_hours = 7
        rows = self.Ticket.with_user(self.ana)._portal_form_values({})["priorities"]
        self.assertIn("7 h", rows[0]["promise"])
        rows = self.Ticket.with_user(self.eva)._portal_form_values({})["priorities"]
        self.assertNotIn("7 h", str(rows[0]["promise"]))
