# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from datetime import datetime, timedelta

from lxml import html

from odoo.tests import HttpCase, TransactionCase, tagged
from odoo.tools import html2plaintext

from ..tools import desk_templates
from .clock_common import ClockCommon
from .desk_words import DESKS, LISTED, PAGES, SETTLED, SIGNED_OUT
from .test_demo import DemoMixin

MONDAY = datetime(2026, 3, 2, 12)


class DeskMixin(DemoMixin):
    """The five desks of the demo data, by the names of their templates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.teams = {
            code: cls._demo(f"{code}_team") for code in desk_templates.read_templates()
        }
        cls.customers = {
            code: cls.env["res.users"].search([("login", "=", desk["login"])])
            for code, desk in DESKS.items()
        }

    @classmethod
    def _stage(cls, code, name):
        return cls._demo(f"{code}_stage_{name}")

    def _meaning(self, stage, lang="en_US"):
        meaning = stage.with_context(lang=lang).description
        return html2plaintext(meaning).strip()

    def _open(self, code, **vals):
        """Return a new ticket of the desk's customer, in English, not told to them."""
        user = self.customers[code]
        return self.env["helpdesk.ticket"].create(
            {
                "name": "x",
                "description": "<p>x</p>",
                "partner_id": user.partner_id.id,
                **vals,
            }
        )


@tagged("post_install", "-at_install")
class TestDemoDesks(DeskMixin, TransactionCase):
    """The five reference desks as the demo data configures them."""

    def test_customers_of_each_desk(self):
        """ "a team per reference desk …, with customers and tickets": each has a
        customer whose tickets are the desk's, and a ticket in most of its statuses."""
        for code, team in self.teams.items():
            with self.subTest(code):
                user = self.customers[code]
                self.assertTrue(user.share)
                self.assertEqual(user.partner_id.helpdesk_desk_id, team)
                Ticket = self.env["helpdesk.ticket"].with_user(user)
                tickets = Ticket.search([]).sudo()  # sudo: to read teams
                self.assertEqual(tickets.team_id, team)
                stages = team._get_applicable_stages()
                self.assertGreaterEqual(len(tickets.stage_id), len(stages) - 1)
                self.assertEqual(self._open(code).team_id, team)

    def test_made_of_the_template(self):
        """The demo's desks are what the wizard makes of the same files."""
        for code, team in self.teams.items():
            with self.subTest(code):
                template = desk_templates.read_templates()[code]
                names = [row["name"]["en"] for row in template["stages"]]
                english = team.with_context(lang="en_US")
                stages = english._get_applicable_stages()
                self.assertEqual(stages.mapped("name"), names)
                for name, value in template["team"].items():
                    self.assertEqual(team[name], value, name)

    def test_eleven_categories(self):
        """S0-13 "Category: a list of 11 options, one to be chosen (list editable by the
        admin; the demo ships 11)." """
        user = self.customers["hotel_channel"]
        Ticket = self.env["helpdesk.ticket"].with_user(user)
        self.assertEqual(len(Ticket._portal_categories()), 11)
        form = {"subject": "x", "description": "x", "location": "0"}
        _values, errors = Ticket._portal_parse_form(form)
        self.assertIn("category", errors)
        chosen = Ticket._portal_categories()[3]
        form["category"] = str(chosen.id)
        values, errors = Ticket._portal_parse_form(form)
        self.assertNotIn("category", errors)
        self.assertEqual(values["category_id"], chosen.id)
        chosen.sudo().active = False  # sudo: as the administrator edits the list
        self.assertEqual(len(Ticket._portal_categories()), 10)

    def test_eight_statuses(self):
        """S0-30 "Open": we have not started work. S0-31 "In process": we are
        processing it and will answer soon. S0-32 "Waiting for HOTEL". S0-33
        "Waiting for PROVIDER". S0-34 "Waiting for PORTAL". S0-35 "In development –
        Provider". S0-36 "In development – PMS". S0-37 "Resolved/Closed". Each with
        its meaning."""
        expected = [
            ("open", "new", "Open", "not started work"),
            ("in_process", "in_progress", "In process", "will answer you soon"),
            ("waiting_hotel", "waiting_customer", "Waiting for HOTEL", "the hotel to"),
            (
                "waiting_provider",
                "waiting_other",
                "Waiting for PROVIDER",
                "third party",
            ),
            ("waiting_portal", "waiting_other", "Waiting for PORTAL", "sales channel"),
            (
                "development_provider",
                "waiting_other",
                "In development – Provider",
                "development team has to change",
            ),
            (
                "development_pms",
                "waiting_other",
                "In development – PMS",
                "PMS connected to the channel",
            ),
            ("resolved", "solved", "Resolved/Closed", "just answer here"),
        ]
        self._check_stages("hotel_channel", expected)

    def test_four_statuses(self):
        """S1-17 OPEN: the department is working on it. S1-18 WAITING FOR ANSWER: we
        wait for you. S1-19 ON HOLD: waiting for a third party; neither you nor us.
        S1-20 SOLVED: incident or request solved."""
        expected = [
            ("open", "in_progress", "Open", "The department is working on it"),
            ("waiting", "waiting_customer", "Waiting for answer", "We wait for you"),
            ("on_hold", "waiting_other", "On hold", "neither your turn nor ours"),
            ("solved", "solved", "Solved", "The incident or request is solved"),
        ]
        self._check_stages("mail_first", expected)

    def _check_stages(self, code, expected):
        stages = self.teams[code]._get_applicable_stages()
        for stage, row in zip(stages, expected, strict=True):
            key, kind, name, words = row
            with self.subTest(name):
                self.assertEqual(stage, self._stage(code, key))
                self.assertEqual(stage.with_context(lang="en_US").name, name)
                self.assertEqual(stage.kind, kind)
                self.assertIn(words, self._meaning(stage))
                self.assertEqual(stage._get_meaning(), self._meaning(stage))

    def test_opens_in_its_first_status(self):
        """*Settled*: "Abierto" is kind new at S0 and in_progress at S1: without a new
        one, tickets start in the first in progress."""
        first = {code: self._open(code).stage_id for code in self.teams}
        self.assertEqual(first["hotel_channel"], self._stage("hotel_channel", "open"))
        self.assertEqual(first["mail_first"], self._stage("mail_first", "open"))
        self.assertEqual(first["mail_first"].kind, "in_progress")

    def test_never_closed_for_good(self):
        """*Settled*: "Desks S0 and S1 have one end stage of kind solved that can
        always be reopened". S0-37 "the customer can reopen just by answering it"."""
        for code in ("hotel_channel", "mail_first"):
            with self.subTest(code):
                team = self.teams[code]
                self.assertFalse(team._get_stage("closed"))
                self.assertFalse(team.solved_limit_hours)
                ticket = self._open(code)
                ticket.action_solve()
                self.assertFalse(ticket.auto_close_date)
                self._answer(ticket, code)
                self.assertEqual(ticket.stage_kind, "in_progress")
                self.assertEqual(ticket.reopen_count, 1)

    def _answer(self, ticket, code):
        return ticket.with_user(self.customers[code]).message_post(
            body="It happens again",
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )

    def test_resolved_and_closed(self):
        """S2-32 Resolved: dealt with; can be reopened if the customer needs it. S2-33
        Closed: end of the life cycle; cannot be reopened."""
        code = "customer_service"
        ticket = self._open(code)
        ticket.action_solve()
        self.assertEqual(ticket.stage_id, self._stage(code, "resolved"))
        self._answer(ticket, code)
        self.assertEqual(ticket.stage_kind, "in_progress")
        ticket.action_solve()
        ticket.action_close()
        self.assertEqual(ticket.stage_id, self._stage(code, "closed"))
        ticket.action_reopen()
        self.assertEqual(ticket.stage_kind, "closed")
        self.assertIn("cannot be reopened", self._meaning(ticket.stage_id))

    def test_question_request_incident(self):
        """S3-13 Ticket type: question / request / incident (default shown:
        Question)."""
        user = self.customers["hotel_it"]
        Ticket = self.env["helpdesk.ticket"].with_user(user)
        types = Ticket.with_context(lang="en_US")._portal_types()
        self.assertEqual(types.mapped("name"), ["Question", "Request", "Incident"])
        spanish = types.with_context(lang=user.lang).mapped("name")
        self.assertEqual(spanish, ["Pregunta", "Requerimiento", "Incidente"])
        place = str(Ticket._portal_locations(user.partner_id)[:1].id)
        form = {"subject": "x", "description": "x", "location": place}
        values, errors = Ticket._portal_parse_form(form)
        self.assertFalse(errors)
        self.assertEqual(values["type_id"], types[0].id)

    def test_six_types(self):
        """S4-03 Question about the platform (product or service). S4-04 Billing
        problem. S4-05 Technical problem (errors or failures). S4-06 Quote request.
        S4-07 Demo request. S4-08 Feature request (capture of ideas)."""
        user = self.customers["software_vendor"]
        Ticket = self.env["helpdesk.ticket"].with_user(user)
        types = Ticket.with_context(lang="en_US")._portal_types()
        expected = {
            "Question about the platform": "product or service",
            "Billing problem": "invoice",
            "Technical problem": "Errors or failures",
            "Quote request": "cost",
            "Demo request": "See it",
            "Feature request": "idea",
        }
        self.assertEqual(types.mapped("name"), list(expected))
        for ticket_type, words in zip(types, expected.values(), strict=True):
            self.assertIn(words, ticket_type.description)
        self.assertTrue(self.teams["software_vendor"].type_cards)

    def test_visitors_write_to_one_desk(self):
        """S4-01 "clicking opens the ticket page with the available types": to visitors
        those of the desk that lets them write, of no other."""
        Ticket = self.env["helpdesk.ticket"].with_user(self.env.ref("base.public_user"))
        types = Ticket._portal_choices()["types"]
        self.assertEqual(types, self.teams["software_vendor"].type_ids)

    def test_first_impression(self):
        """The demo opens on the hotel desk: it comes first, and its customers see
        nothing of the others."""
        team = self.env["helpdesk.ticket.team"].search([], limit=1)
        self.assertEqual(team, self._demo("team_hotels"))
        self.assertEqual(self.env.company.helpdesk_team_id, team)
        Ticket = self.env["helpdesk.ticket"].with_user(self.ana)
        teams = self.env["helpdesk.ticket.team"].concat(*self.teams.values())
        self.assertFalse(Ticket._portal_types() & teams.type_ids)
        self.assertFalse(Ticket._portal_categories() & teams.category_ids)
        self.assertEqual(len(Ticket._portal_categories()), 11)
        laura = self._demo("user_laura")
        seen = self.env["helpdesk.ticket"].with_user(laura).search([])
        self.assertFalse(seen.team_id & teams)


@tagged("post_install", "-at_install")
class TestDemoDeskClock(DeskMixin, ClockCommon):
    """What time does at the desks."""

    def test_closed_after_48_hours(self):
        """S2-34 "Tickets close automatically 48 hours after being marked resolved if
        the customer did not answer." """
        code = "customer_service"
        with self.clock(MONDAY):
            ticket = self._open(code)
            answered = self._open(code)
            self.env.cr.flush()  # changes of what is being created are not told
            (ticket | answered).action_solve()
            self._send_mails()
        with self.clock(MONDAY, hours=40):
            answered.with_user(self.customers[code]).message_post(
                body="It happens again",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
            )
        with self.clock(MONDAY, hours=47, minutes=50):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "solved")
        with self.clock(MONDAY, hours=48, minutes=1):
            self._run_clock()
            self.assertEqual(ticket.stage_id, self._stage(code, "closed"))
            self.assertEqual(answered.stage_kind, "in_progress")

    def test_reminders(self):
        """S1-13 "Tickets waiting for the customer's answer send reminder mails
        automatically over a number of days." S1-14 "If no answer arrives by the set
        time, the ticket closes automatically and counts as solved." """
        code = "mail_first"
        with self.clock(MONDAY):
            ticket = self._open(code)
            self.env.cr.flush()
            ticket.action_wait_customer("Please send us the booking number.")
            self._send_mails()
        self.assertEqual(ticket.stage_id, self._stage(code, "waiting"))
        for day in range(1, 6):
            with self.clock(MONDAY, days=day, minutes=1):
                self._run_clock()
            self.assertEqual(ticket.reminder_count, day)
        self.assertEqual(ticket.stage_kind, "waiting_customer")
        with self.clock(ticket.auto_close_date + timedelta(minutes=1)):
            self._run_clock()
        self.assertEqual(ticket.stage_id, self._stage(code, "solved"))


@tagged("post_install", "-at_install")
class TestDeskWords(DeskMixin, HttpCase):
    """ "For each: a screenshot beside the list of its own words (statements.md) found
    on the page": `./dev/desks` takes the pictures, here the words are found."""

    def _read(self, page, code):
        """Return what a page says to the desk's customer, in Spanish, in small
        letters."""
        lang = self.customers[code].lang
        # as the language menu does; who is signed out has chosen none
        self.opener.cookies.set("frontend_lang", lang)
        if page not in LISTED:
            return self._read_page(PAGES[page])
        start, prefix = LISTED[page]
        links = html.fromstring(self.url_open(start).text).xpath("//main//a/@href")
        paths = [link for link in links if re.match(rf"(/\w+)?{prefix}[^?#]+$", link)]
        return " ".join(self._read_page(path) for path in dict.fromkeys(paths))

    def _read_page(self, path):
        response = self.url_open(path)
        self.assertEqual(response.status_code, 200, path)
        tree = html.fromstring(response.text)
        for element in tree.xpath("//script | //style"):
            element.drop_tree()
        words = tree.xpath(
            "//body//text() | //body//@placeholder | //body//@aria-label"
        )
        return " ".join(" ".join(words).split()).lower()

    def test_words(self):
        """The desks' own words: "Spanish labels people already know"."""
        for code, desk in DESKS.items():
            for signed_in in (True, False):
                login = desk["login"] if signed_in else None
                self.authenticate(login, desk["password"] if signed_in else None)
                for page, words in desk["words"].items():
                    if (page not in SIGNED_OUT) == signed_in:
                        self._find(code, page, words)

    def _find(self, code, page, words):
        text = self._read(page, code)
        for word in words:
            with self.subTest(code, page=page, word=word):
                found = SETTLED.get(word, word).lower() in text
                self.assertTrue(found, f"“{word}” is not on the page {page}")
