# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.exceptions import AccessError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .portal_common import PortalCommon

RFC = "GODE561231GR8"
ALL = (
    "requester copies type priority product brand country location category vat "
    "company phone area extension files"
).split()


class FormCase(PortalCommon):
    """Forms that a test configures; nobody else did."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket.form.field"].search([]).unlink()
        cls.hotel.write({"country_id": cls.env.ref("base.mx").id, "vat": False})
        cls.category = cls.env["helpdesk.ticket.category"].create({"name": "Invoices"})
        cls.request = cls.env.ref("helpdesk_service_portal.type_request")

    @classmethod
    def configure(cls, names, team=None, ticket_type=None, required=(), hints=None):
        """Configure the form of a team (the desk's), a type, or both."""
        if not team and not ticket_type:
            team = cls.team
        return cls.env["helpdesk.ticket.form.field"].create(
            [
                {
                    "team_id": team and team.id,
                    "type_id": ticket_type and ticket_type.id,
                    "name": name,
                    "sequence": number,
                    "is_required": name in required,
                    "hint": (hints or {}).get(name),
                }
                for number, name in enumerate(names)
            ]
        )

    def slots(self, tree, shown=True):
        """Return the names of the fields a page shows, in order; or of all it holds."""
        return [
            node.get("data-slot")
            for node in tree.xpath("//form//div[@data-slot]")
            if "o_hsp_slot" in node.get("class", "")
            and not (shown and node.get("hidden"))
        ]

    def error(self, tree, field):
        """Return the message beside a field, which names it for readers."""
        node = tree.xpath(f"//*[@id='error_{field}']")
        if node:
            described = tree.xpath(f"//*[@id='field_{field}']/@aria-describedby")[0]
            self.assertIn(f"error_{field}", described)
        return self.words(node[0]) if node else ""

    def value(self, tree, name):
        return tree.xpath(f"//input[@name='{name}']/@value")[0]


@tagged("post_install", "-at_install")
class TestPortalFormFields(FormCase):
    """Which fields a form asks is said by whoever manages the desk."""

    # ------------------------------------------------------------
    # Configuration
    # ------------------------------------------------------------

    def test_standard_form_where_nothing_is_configured(self):
        """S3-10 to S3-14: subject, description, location, type, category; S4-13
        "Optional: Priority, Attach files"."""
        self.sign_in()
        self.assertEqual(
            self.slots(self.get("/new/ticket")),
            "subject description files confidential location type category "
            "priority".split(),
        )

    def test_priority_and_files_are_optional(self):
        """S4-13 "Optional: Priority, Attach files": said, and sent without them."""
        self.sign_in()
        tree = self.get("/new/ticket")
        legend = tree.xpath("//*[@id='field_priority']/legend")[0]
        self.assertEqual(self.words(legend), "Priority (optional)")
        files = tree.get_element_by_id("field_attachment")
        self.assertFalse(files.get("required") or files.get("aria-required"))
        self.send_ticket()
        self.assertIn("sent=1", self.path)
        ticket = self.tickets()
        self.assertEqual(ticket.priority, "1")
        self.assertFalse(ticket._get_public_attachments())

    def test_form_is_an_ordered_list(self):
        """Issue 6 "Which fields a team or type asks for … is configuration (ordered
        list, drag and drop)"."""
        lines = self.configure(["area", "subject", "vat", "description"])
        self.sign_in()
        self.assertEqual(
            self.slots(self.get("/new/ticket")),
            ["area", "subject", "vat", "description"],
        )
        lines[0].sequence = 9
        self.assertEqual(self.slots(self.get("/new/ticket"))[-1], "area")

    def test_subject_and_description_are_always_asked(self):
        """S4-10 "Required: Title, Description"."""
        self.configure(["area"])
        self.sign_in()
        self.assertEqual(
            self.slots(self.get("/new/ticket")), ["subject", "description", "area"]
        )
        tree = self.send_ticket(subject="", description="")
        self.assertEqual(self.error(tree, "subject"), "Write a subject.")
        self.assertEqual(self.error(tree, "description"), "Describe what happens.")

    def test_most_specific_form_wins_as_a_whole(self):
        """S4-09 "After choosing the type, the information that type needs is asked"."""
        billing = self._create_team("Billing", self.laura)
        self.request.team_id = billing
        self.configure(["area", "type"])
        self.configure(["vat"], ticket_type=self.request)
        self.configure(["phone"], team=billing, ticket_type=self.request)
        Field = self.env["helpdesk.ticket.form.field"]

        def asked(team, ticket_type):
            return [name for name, _ in Field._get_form_fields(team, ticket_type)[2:]]

        self.assertEqual(asked(billing, self.request), ["phone"])
        self.assertEqual(asked(self.team, self.request), ["vat"])
        self.assertEqual(asked(self.team, self.incident), ["area", "type"])
        self.assertEqual(asked(billing, self.incident)[-1], "priority")

    def test_type_asks_what_it_needs_in_the_same_page(self):
        """S4-09 "After choosing the type, the information that type needs is asked":
        the page holds what each type asks, and shows the chosen one's."""
        self.configure(["type", "vat", "phone"], ticket_type=self.request)
        self.sign_in()
        tree = self.get("/new/ticket?type=request")
        self.assertEqual(
            self.slots(tree), ["subject", "description", "type", "vat", "phone"]
        )
        self.assertIn("category", self.slots(tree, shown=False))
        rules = json.loads(tree.xpath("//form/@data-rules")[0])
        self.assertEqual(
            rules["sets"][str(self.request.id)]["fields"][3:], ["vat", "phone"]
        )
        self.assertIn("priority", rules["sets"][str(self.incident.id)]["fields"])

    def test_the_way_back_to_another_type_stays(self):
        """S4-09: a type whose own form forgets the type does not lock people in."""
        self.configure(["vat"], ticket_type=self.request)
        self.sign_in()
        self.assertIn("type", self.slots(self.get("/new/ticket?type=request")))

    def test_without_javascript_a_button_shows_what_the_type_needs(self):
        """S4-09 …, losing nothing: without JavaScript the form comes back as it was."""
        self.configure(["vat"], ticket_type=self.request)
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertTrue(tree.xpath("//noscript//button[@name='show']"))
        tree = self.send_ticket(type=self.request.id, show=1, subject="Kept subject")
        self.assertEqual(self.value(tree, "subject"), "Kept subject")
        self.assertIn("vat", self.slots(tree))
        self.assertIn(
            "files", self.slots(tree, shown=False), "for pictures of the text"
        )
        self.assertFalse(self.tickets())

    def test_nothing_else_blocks_sending(self):
        """S4-10 "Required: Title, Description. Nothing else blocks sending."""
        self.company.helpdesk_mgmt_portal_category_id_required = True
        self.env["helpdesk.ticket.location"].create(
            {"name": "Hotel Sol Cancún", "partner_id": self.hotel.id}
        )
        self.configure(ALL)
        self.sign_in()
        self.send_ticket()
        self.assertIn("sent=1", self.path)

    def test_what_is_marked_blocks_with_a_message_beside_it(self):
        """Settled "Required (S4-10): … more only where the team's form says so"."""
        asked = ["category", "vat", "company", "phone", "area", "extension", "copies"]
        self.configure([*asked, "files"], required=[*asked, "files"])
        self.sign_in()
        tree = self.send_ticket(subject="Kept")
        for name in asked:
            with self.subTest(name):
                self.assertTrue(self.error(tree, name))
        self.assertEqual(self.error(tree, "attachment"), "Attach a file.")
        self.assertEqual(self.value(tree, "subject"), "Kept")
        self.assertFalse(self.tickets())

    def test_what_is_not_asked_is_ignored(self):
        """S3-15 "Send" saves what the form asks, nothing else that was posted."""
        self.configure(["area"])
        self.sign_in()
        self.send_ticket(area="Reception", vat=RFC, priority="3", requester=1)
        ticket = self.tickets()
        self.assertEqual(ticket.partner_area, "Reception")
        self.assertFalse(ticket.partner_vat)
        self.assertEqual(ticket.priority, "1")

    def test_managers_configure_and_preview(self):
        """Issue 6 "… configuration (ordered list, drag and drop, preview)"."""
        self.team.with_user(self.mora).action_fill_form()
        lines = self.team.form_field_ids
        self.assertEqual(lines[:2].mapped("name"), ["subject", "description"])
        self.team.with_user(self.mora).action_fill_form()
        self.assertEqual(self.team.form_field_ids, lines, "not twice")
        lines.filtered(lambda line: line.name == "category").name = "vat"
        self.sign_in(self.mora)
        action = self.team.with_user(self.mora).action_preview_form()
        tree = self.get(action["url"])
        self.assertIn("Desk", self.part(tree, "preview"))
        self.assertIn("vat", self.slots(tree))
        self.assertTrue(tree.xpath("//button[@disabled][contains(@class,'submit')]"))
        self.question.with_user(self.mora).action_fill_form()
        self.assertEqual(len(self.question.form_field_ids), len(lines))
        action = self.question.with_user(self.mora).action_preview_form()
        self.assertIn("Question", self.part(self.get(action["url"]), "preview"))
        self.get("/helpdesk/form/preview?team=%00&type=x")

    @mute_logger("odoo.http")
    def test_who_configures(self):
        """Issue 6 "… is configuration": of managers, and no preview for others."""
        with self.assertRaises(AccessError):
            self.team.with_user(self.laura).action_fill_form()
        for user in (self.laura, self.ana):
            self.sign_in(user)
            self.get(f"/helpdesk/form/preview?team={self.team.id}", status=404)

    # ------------------------------------------------------------
    # Types first
    # ------------------------------------------------------------

    def test_types_are_chosen_first_as_cards(self):
        """S4-01 "opens the ticket page with the available types"; S4-03 to S4-08 (six,
        each with its explanation)."""
        names = {
            "Question about the platform": "Product or service.",
            "Billing problem": "An invoice or a payment.",
            "Technical problem": "Errors or failures.",
            "Quote request": "What would it cost?",
            "Demo request": "See it before you decide.",
            "Feature request": "Capture of ideas.",
        }
        types = self.env["helpdesk.ticket.type"].create(
            [
                {"name": name, "description": text, "code": f"test_{name[:4].lower()}"}
                for name, text in names.items()
            ]
        )
        self.env["helpdesk.ticket.type"].search(
            [("id", "not in", types.ids)]
        ).show_in_portal = False
        self.team.type_cards = True
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertEqual(self.slots(tree), ["type"])
        self.assertFalse(tree.xpath("//input[@name='type'][@checked]"))
        shown = {
            self.words(card.xpath(".//*[@class='o_hsp_type_name']")[0]): self.words(
                card.xpath(".//*[@class='o_hsp_type_hint']")[0]
            )
            for card in tree.xpath("//fieldset//label[@class='o_hsp_type']")
        }
        self.assertEqual(shown, names)
        tree = self.get("/new/ticket?type=test_bill")
        self.assertEqual(self.slots(tree)[0], "type")
        self.assertIn("description", self.slots(tree))

    def test_desk_without_types_does_not_ask_for_one(self):
        """S0-13 to S0-19: a desk whose form has no type."""
        self.configure(["category", "files"])
        self.sign_in()
        tree = self.get("/new/ticket")
        self.assertFalse(tree.xpath("//*[@name='type']"))
        self.send_ticket(type="")
        self.assertFalse(self.tickets().type_id)

    # ------------------------------------------------------------
    # Hints and examples
    # ------------------------------------------------------------

    def test_hints_are_editable(self):
        """S4-11 "Title: describes the problem or request." S4-12 "Description:
        detailed." S4-19 "Anything needing immediate attention must be marked Urgent by
        the user (the form says so)." S4-27 "Tips shown: …": in the desk's words."""
        hints = {
            "subject": "The title describes the problem or request.",
            "description": "A detailed description.",
            "priority": "Mark as Urgent what needs immediate attention.",
            "area": "E.g. reception, kitchen.",
            "files": "Label files descriptively.",
        }
        self.configure(list(hints), hints=hints)
        self.sign_in()
        tree = self.get("/new/ticket")
        for name, words in hints.items():
            with self.subTest(name):
                slot = tree.xpath(f"//div[@data-slot='{name}']")[0]
                self.assertIn(words, self.words(slot))

    def test_usual_hints(self):
        """S4-11 "Title: describes the problem or request." S4-12 "Description:
        detailed." S4-19 "Anything needing immediate attention must be marked Urgent by
        the user (the form says so)." S4-27 "Tips shown: label files descriptively; keep
        them small; avoid confidential files."""
        self.sign_in()
        tree = self.get("/new/ticket")
        for field, words in (
            ("subject", "one line, e.g. “Booking reservations are not arriving”"),
            ("description", "Be as clear as you can"),
        ):
            hint = tree.get_element_by_id(f"hint_{field}")
            self.assertIn(words, self.words(hint))
            control = tree.get_element_by_id(f"field_{field}")
            self.assertIn(f"hint_{field}", control.get("aria-describedby"))
        self.assertIn("Choose “Urgent” for anything that needs immediate", self.text)
        for tip in (
            "telling names",
            "keep them small",
            "leave out what is confidential",
        ):
            self.assertIn(tip, self.text)

    def test_examples_of_well_written_tickets(self):
        """S4-32 "Examples of well-written tickets are shown (title, description,
        category, priority)."""
        Example = self.env["helpdesk.ticket.example"]
        general = Example.search([("team_id", "=", False)], limit=1)
        self.assertTrue(general)
        self.sign_in()
        self.assertIn(general.name, self.part(self.get("/new/ticket"), "examples"))
        own = {
            "team_id": self.team.id,
            "name": "Report of rates is empty",
            "description": "Since Monday, for all rooms.",
            "category": "Reports",
            "priority": "2",
        }
        example = Example.create(own)
        told = self.part(self.get("/new/ticket"), "examples")
        for words in ("Report of rates", "Since Monday", "Reports", "High"):
            self.assertIn(words, told)
        self.assertNotIn(general.name, told)
        example.type_id = self.incident
        xpath = "//*[contains(@class,'o_hsp_example')][summary][not(@hidden)]"
        self.assertFalse(self.get("/new/ticket?type=question").xpath(xpath))
        card = "//*[@name='examples'][not(@hidden)]"
        self.assertFalse(self.get("/new/ticket?type=question").xpath(card))
        tree = self.get("/new/ticket?type=incident")
        self.assertTrue(tree.xpath(xpath))
        self.assertTrue(tree.xpath(card))

    def test_managers_write_the_examples(self):
        """S4-32 "Examples of well-written tickets are shown": which ones is said by
        who manages the desk, in a form; the next reader sees it."""
        self.sign_in()
        self.get("/new/ticket")
        Example = self.env["helpdesk.ticket.example"].with_user(self.mora)
        with Form(Example) as form:
            form.name = "Rates of March are wrong"
            form.description = "Two rooms, since Monday."
            form.team_id = self.team
        example = form.record
        self.assertIn("Rates of March", self.part(self.get("/new/ticket"), "examples"))
        with Form(example) as form:
            form.name = "Rates of April are wrong"
        self.assertIn("Rates of April", self.part(self.get("/new/ticket"), "examples"))
        example.with_user(self.mora).active = False
        self.assertNotIn(
            "Rates of April", self.part(self.get("/new/ticket"), "examples")
        )
        for user in (self.laura, self.ana):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                example.with_user(user).name = "Mine"

    # ------------------------------------------------------------
    # Priority
    # ------------------------------------------------------------

    def _promise(self, team, **hours):
        return self.env["helpdesk.ticket.team.promise"].create(
            {"team_id": team.id, "priority": "3", **hours}
        )

    def test_priorities_say_what_they_mean(self):
        """S4-15 "Urgent: immediate attention to avoid damage or loss." S4-16 "High:
        significant impact on business or customers". S4-17 "Medium: important, not
        immediate." S4-18 "Low: can wait; does not affect function."""
        self.sign_in()
        tree = self.get("/new/ticket")
        rows = [
            self.words(node)
            for node in tree.xpath("//label[contains(@class, 'o_hsp_priority_')]")
        ]
        self.assertEqual(
            [row.split()[0] for row in rows], ["Urgent", "High", "Medium", "Low"]
        )
        for row, meaning in zip(
            rows,
            ("avoid damage or loss", "considerably", "not immediate", "can wait"),
            strict=True,
        ):
            self.assertIn(meaning, row)

    def test_meanings_are_those_of_the_desk(self):
        """S4-15 "Urgent: immediate attention to avoid damage or loss": or what the
        desk calls urgent, in the reader's language; of the type that is chosen."""
        promise = self._promise(self.team, answer_hours=1)
        promise.meaning = "Guests cannot get in."
        promise.with_context(lang="es_MX").meaning = "Los huéspedes no pueden entrar."
        other = self._create_team("Billing", self.laura)
        self.request.team_id = other
        self.sign_in()
        urgent = "//label[contains(@class, 'o_hsp_priority_3')]"
        words = self.words(self.get("/new/ticket").xpath(urgent)[0])
        self.assertIn("Guests cannot get in.", words)
        tree = self.get(f"/new/ticket?type={self.request.code}")
        self.assertIn("avoid damage", self.words(tree.xpath(urgent)[0]))
        ticket = self._create_ticket(priority="3")
        self.assertIn("Guests cannot get in.", ticket.priority_meaning)
        tree = self.get(f"/my/ticket/{ticket.id}/edit/priority")
        self.assertIn("Guests cannot get in.", self.text)
        meanings = ticket.with_context(lang="es_MX")._get_priority_meanings(self.team)
        self.assertEqual(meanings["3"], "Los huéspedes no pueden entrar.")
        promise.meaning = False
        self.assertIn("avoid damage", ticket._get_priority_meanings(self.team)["3"])

    def test_priority_decides_the_times_and_says_so(self):
        """S4-14 "Priority decides response and resolution time (example: urgent 1
        hour, low 24 hours) and this is visible": by the team of the type."""
        self._promise(self.team, answer_hours=1, solve_hours=72)
        billing = self._create_team("Billing", self.laura)
        self._promise(billing, answer_hours=8)
        self.request.team_id = billing
        self.sign_in()
        urgent = "//label[contains(@class, 'o_hsp_priority_3')]"
        tree = self.get("/new/ticket")
        self.assertIn(
            "we answer within 1 h and solve within 3 days (24/7)",
            self.words(tree.xpath(urgent)[0]),
        )
        tree = self.get("/new/ticket?type=request")
        self.assertIn("we answer within 8 h (24/7)", self.words(tree.xpath(urgent)[0]))

    def test_urgent_out_of_hours_shows_hours_and_emergency_phone(self):
        """Issue 6 "Urgent out of hours shows hours and the emergency phone."""
        self.team.calendar_id = self.env["resource.calendar"].create(
            {"name": "Office", "tz": "UTC"}
        )
        self.sign_in()
        closed = "//*[@name='closed'][not(@hidden)]"
        with self.clock("2026-07-05 12:00:00"):  # a Sunday
            told = self.words(self.get("/new/ticket").xpath(closed)[0])
        self.assertIn("Monday", told)
        self.assertIn("+52 55 1000 9999", told)
        with self.clock("2026-07-06 10:00:00"):
            self.assertFalse(self.get("/new/ticket").xpath(closed))

    def test_around_the_clock_is_never_out_of_hours(self):
        """Issue 6 "Urgent out of hours": a team without hours always works."""
        self.sign_in()
        self.assertFalse(
            self.get("/new/ticket").xpath("//*[@name='closed'][not(@hidden)]")
        )

    # ------------------------------------------------------------
    # Category
    # ------------------------------------------------------------

    def test_category_is_guessed_from_the_last_tickets(self):
        """Issue 6 "Category guessed from the person's last tickets."""
        chosen = "//select[@name='category']/option[@selected]/@value"
        self.sign_in()
        self._create_ticket(category_id=self.category.id)
        self.assertFalse(self.get("/new/ticket").xpath(chosen), "one is no habit")
        self._create_ticket(category_id=self.category.id)
        tree = self.get("/new/ticket")
        self.assertEqual(tree.xpath(chosen), [str(self.category.id)])
        self.assertIn("As in your last tickets", self.text)
        tree = self.send_ticket(subject="", category="")
        self.assertFalse(tree.xpath(chosen), "what was typed goes before")
        self.sign_in(self.luis)
        self.assertFalse(self.get("/new/ticket").xpath(chosen))
