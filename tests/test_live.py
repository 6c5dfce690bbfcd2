# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from types import SimpleNamespace
from unittest.mock import patch

from lxml import html

from odoo import http
from odoo.tests import tagged

from odoo.addons.bus.models.bus import BusBus

from ..controllers import common
from ..models.helpdesk_ticket_live import BUS_EVENT
from ..tools import replica
from .portal_common import PortalCommon

LIVE = 15  # statements of a question for news where there are none
SCREEN = 45  # of the page and its first question


@tagged("post_install", "-at_install")
class TestLive(PortalCommon):
    """D-07 An open ticket page shows new messages and state changes by itself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(user_id=cls.laura.id)
        cls.path = f"/my/ticket/{cls.ticket.id}"

    def setUp(self):
        super().setUp()
        self.sign_in()
        self.open()

    # ------------------------------------------------------------
    # News
    # ------------------------------------------------------------

    def test_nothing_new(self):
        """D-07 …: where nothing happened the answer is a mark and the time."""
        self.assertEqual(self.ask().keys(), {"stamp", "time"})

    def test_a_new_message_arrives(self):
        """D-07 … new messages: the row, who wrote it, whose turn it is now."""
        message = self._answer(self.ticket, self.laura, "We are on it")
        news = self.ask()
        self.assertEqual([row["id"] for row in news["rows"]][0], message.id)
        row = self.words(html.fromstring(news["rows"][0]["html"]))
        self.assertIn("Laura Díaz", row)
        self.assertIn("We are on it", row)
        self.assertIn("New message from Laura Díaz", news["said"])
        self.assertEqual(news["count"], 1)
        self.assertIn("Desk: in_progress", news["parts"]["head"])
        self.assertIn(message.id, news["ids"])

    def test_the_answer_to_the_same_mark_is_nothing(self):
        """D-07 …: news come once."""
        self._answer(self.ticket, self.laura)
        self.follow(self.ask())
        self.assertEqual(self.ask().keys(), {"stamp", "time"})

    def test_a_change_of_state_arrives(self):
        """D-07 … and state changes: the line, the band, what we need."""
        self.ticket.with_user(self.laura).action_wait_customer(
            "The exact name of the rate plan"
        )
        self.settle()
        news = self.ask()
        self.assertIn("Status: Desk: waiting_customer", str(news["rows"]))
        self.assertIn("The exact name of the rate plan", news["parts"]["turn"])

    def test_one_s_own_message_of_another_tab_is_not_announced(self):
        """D-07 … new messages: who wrote it needs not be told."""
        self._answer(self.ticket, self.ana, "From the other tab")
        news = self.ask()
        self.assertEqual(len(news["rows"]), 1)
        self.assertEqual((news["count"], news["said"]), (0, ""))

    def test_what_was_withdrawn_or_changed_is_told(self):
        """D-07 … new messages: a corrected one comes again, one taken back goes."""
        kept = self._answer(self.ticket, self.laura, "Wrong")
        gone = self._answer(self.ticket, self.laura, "Not for customers")
        self.follow(self.ask())
        with self.clock(minutes=5):
            kept.sudo().body = "Right"
            gone.sudo().is_internal = True
            news = self.ask()
        self.assertEqual([row["id"] for row in news["rows"]], [kept.id])
        self.assertIn("Right", news["rows"][0]["html"])
        self.assertNotIn(gone.id, news["ids"])

    def test_internal_things_move_nothing(self):
        """D-07 …: internal notes and fields are no news, not even that there are
        some."""
        self._note(self.ticket, self.laura)
        self.ticket.with_user(self.sam).write(
            {"sequence": 77, "waiting_reference": "X"}
        )
        self.settle()
        self.assertEqual(self.ask().keys(), {"stamp", "time"})

    # ------------------------------------------------------------
    # For whom
    # ------------------------------------------------------------

    def test_who_may_not_see_the_ticket_is_told_nothing(self):
        """D-07 …: missing, another customer's and signed out are one empty answer."""
        answers = set()
        missing = f"/my/ticket/{2**31 - 1}/live"
        for user in (self.eva, None):
            login = user and user.login
            self.authenticate(login, login)
            for path in (f"{self.path}/live", missing, f"{self.path}/live?stamp=x"):
                response = self.url_open(path, allow_redirects=False)
                answers.add((response.status_code, response.text))
        self.assertEqual(answers, {(404, "{}")})

    def test_the_token_of_a_mail_asks_for_its_ticket(self):
        """D-07 …: also for who came by the link of a mail."""
        self.authenticate(None, None)
        self.path = f"/my/ticket/{self.ticket.id}"
        tree = self.get(f"{self.path}/{self.ticket.access_token}")
        address = tree.xpath("//article/@data-live")[0]
        self._answer(self.ticket, self.laura, "We are on it")
        news = self.url_open(address).json()
        self.assertIn("We are on it", str(news["rows"]))
        self.assertFalse(tree.xpath("//article/@data-seen"))

    def test_whatever_is_asked_gets_an_answer(self):
        """D-07 …: no parameter breaks it."""
        for query in ("after=x&stamp=&since=-1", "after=9999999999999", "since=%00"):
            with self.subTest(query=query):
                response = self.url_open(f"{self.path}/live?{query}")
                self.assertEqual(response.status_code, 200)

    def test_channels_are_opened_to_who_sees_the_ticket(self):
        """D-07 …: over the bus, for those who may see the ticket."""
        channel, token = f"helpdesk_ticket_{self.ticket.id}", self.ticket.access_token
        public = self.env.ref("base.public_user")
        for user, asked, opened in (
            (self.ana, channel, True),
            (self.laura, channel, True),
            (self.eva, channel, False),
            (public, channel, False),
            (public, f"{channel}_{token}", True),
            (public, f"{channel}_x{token}", False),
        ):
            with self.subTest(user=user.name, asked=asked):
                socket = self.env["ir.websocket"].with_user(user)
                channels = socket._open_ticket_channels([asked, "other"])
                self.assertEqual(channels[-1], "other")
                expected = [self.ticket] if opened else []
                self.assertEqual(channels[:-1], expected)

    # ------------------------------------------------------------
    # Hints
    # ------------------------------------------------------------

    def test_hints_say_a_number_and_nothing_else(self):
        """D-07 … over the bus: once a transaction, to pages and desks."""
        with self.clock(minutes=5), self.hints() as hints:
            self._answer(self.ticket, self.laura)
            self._answer(self.ticket, self.ana)
            self.settle()
        payload = {"id": self.ticket.id}
        self.assertEqual(
            hints,
            [
                (self.ticket, BUS_EVENT, payload),
                ((self.ticket, "desk"), BUS_EVENT, payload),
            ],
        )

    def test_notes_and_new_tickets_give_no_hint(self):
        """D-07 … over the bus: neither of notes nor while a ticket is created."""
        with self.clock(minutes=5), self.hints() as hints:
            self._note(self.ticket, self.laura)
            self.env["helpdesk.ticket"].create(
                {
                    "name": "New",
                    "description": "Text",
                    "partner_id": self.ana.partner_id.id,
                }
            )
        self.assertEqual(hints, [])

    # ------------------------------------------------------------
    # Who has read what
    # ------------------------------------------------------------

    def test_seen_by_whom_and_when(self):
        """S3-18 a personal chat …: "Seen by Laura, 8:04" once she opened it."""
        with self.clock("2026-03-04 08:00"):
            question = self._answer(self.ticket, self.ana, "Any news?")
        self.assertEqual(self.seen(), "")
        with self.clock("2026-03-04 08:03"):
            question.with_user(self.sam).set_message_done()
        with self.clock("2026-03-04 08:04"):
            question.with_user(self.laura).set_message_done()
            self.assertEqual(self.seen(), "Seen by Laura, 8:04 AM")
            self.assertIn("Seen by Laura", self.ask()["parts"]["seen"])
        with self.clock("2026-03-05 09:00"):
            question.with_user(self.laura).set_message_done()
            self.assertEqual(self.seen(), "Seen by Laura, Mar 4, 2026, 8:04 AM")
            self.get(self.path)
            self.assertIn("Seen by Laura, Mar 4, 2026, 8:04 AM", self.text)

    def test_seen_is_said_of_the_last_question_alone(self):
        """S3-18 …: a new question was not seen yet; an answer says more than "seen"."""
        self._answer(self.ticket, self.ana, "Any news?")
        self.ticket.with_user(self.laura)._mark_seen()
        self.assertIn("Seen by Laura", self.seen())
        self._answer(self.ticket, self.ana, "Hello?")
        self.assertEqual(self.seen(), "")
        self.ticket.with_user(self.laura)._mark_seen()
        self._answer(self.ticket, self.laura)
        self.assertEqual(self.seen(), "")

    def test_seen_by_the_team(self):
        """S1-10 the person …, or the team: where the team says so, no name."""
        self.team.portal_assignee = "team"
        self._answer(self.ticket, self.ana, "Any news?")
        self.ticket.with_user(self.laura)._mark_seen()
        self.assertIn("Seen by Desk", self.seen())

    def test_who_has_nothing_to_do_with_it_has_not_seen_it(self):
        """S3-18 …: colleagues of other teams and customers are not "we"."""
        question = self._answer(self.ticket, self.ana, "Any news?")
        for user in (self.mora, self.ines):
            question.with_user(user).set_message_done()
            self.ticket.with_user(user)._mark_seen()
        self.read_up_to(question.id)
        self.assertEqual(self.seen(), "")

    def test_unread_until_the_page_was_read(self):
        """S0-20 The answer arrives in the portal: marked as new until it was read."""
        tickets = self.ticket | self._create_ticket()
        self.assertEqual(self.unread(tickets), set())
        answer = self._answer(self.ticket, self.laura)
        self.get(self.path)
        self.assertEqual(self.unread(tickets), {self.ticket.id})
        self.assertEqual(self.unread(tickets, self.luis), {self.ticket.id})
        self.read_up_to(answer.id)
        self.assertEqual(self.unread(tickets), set())
        self.assertEqual(self.unread(tickets, self.luis), {self.ticket.id})

    def test_reading_never_goes_back_nor_ahead(self):
        """S0-20 …: an old tab, or a number out of thin air, changes nothing."""
        first = self._answer(self.ticket, self.laura)
        second = self._answer(self.ticket, self.laura)
        self.read_up_to(second.id)
        self.read_up_to(first.id)
        self.assertEqual(self.unread(self.ticket), set())
        self.read_up_to(2**31 - 1)
        self._answer(self.ticket, self.laura)
        self.assertEqual(self.unread(self.ticket), {self.ticket.id})

    def test_old_messages_are_no_news(self):
        """S0-20 …: a desk that starts with years of tickets starts without news."""
        with self.clock(days=-40):
            self._answer(self.ticket, self.laura)
        self.assertEqual(self.unread(self.ticket), set())

    def test_unread_of_many_is_one_statement(self):
        """S0-20 …: a list asks once for all of its tickets."""
        tickets = self.ticket | self._create_ticket() | self._create_ticket()
        for ticket in tickets:
            self._answer(ticket, self.laura)
        self.env.flush_all()
        tickets = tickets.with_user(self.ana).sudo()
        tickets._portal_unread_ids()
        with self.assertQueryCount(1):
            tickets._portal_unread_ids()

    def test_foreign_tickets_are_not_read(self):
        """S0-20 …: in one's own tickets."""
        self._answer(self.ticket, self.laura)
        self.sign_in(self.eva)
        self.read_up_to(1)
        readings = self.env["helpdesk.ticket.reading"]
        self.assertFalse(readings.search([("ticket_id", "=", self.ticket.id)]))

    # ------------------------------------------------------------
    # Standby and price
    # ------------------------------------------------------------

    def test_reading_writes_nothing(self):
        """D-07 …: page and news come from a standby."""
        self._answer(self.ticket, self.laura, "We are on it")
        self.settle()
        with self.assertNoLogs("odoo.http", "WARNING"):
            self.get(self.path)
            self.ask()

    def test_price_of_a_question_for_news(self):
        """D-07 …: few statements, as many for a long thread as for a short one."""
        for number in range(3):
            self._answer(self.ticket, self.laura, f"Answer {number}")
        self.open()
        few = self.count(self.ask)
        self.assertLessEqual(few, LIVE)
        page = self.count(lambda: self.get(self.path))
        self.assertLessEqual(page + few, SCREEN)
        news = self.count(self.ask_for_all)
        for number in range(20):
            self._answer(self.ticket, self.ana, f"Question {number}")
        self.open()
        self.assertEqual(self.count(self.ask), few)
        self.assertEqual(self.count(self.ask_for_all), news)

    def test_who_wrote_reads_from_the_primary_until_it_arrived(self):
        """S0-39 "Send" posts the answer: and shows it, however far a standby is
        behind."""
        self.env.cr.execute("SELECT pg_current_xact_id()::text")
        running = self.env.cr.fetchone()[0]
        standby = SimpleNamespace(readonly=True, execute=self.env.cr.execute)
        standby.fetchone = self.env.cr.fetchone
        for cookie, readonly in (
            (None, True),
            ("3", True),
            (running, False),
            ("x", True),
            ("9" * 40, True),
        ):
            with self.subTest(cookie=cookie and cookie[:9]):
                request = SimpleNamespace(
                    cookies={replica.COOKIE: cookie} if cookie else {},
                    env=SimpleNamespace(cr=standby),
                    httprequest=SimpleNamespace(method="GET"),
                )
                with patch.object(common, "request", request):
                    self.assertIs(common.readonly_page(), readonly)
                    self.assertIs(common.readonly_form(), readonly)
                    request.httprequest.method = "POST"
                    self.assertFalse(common.readonly_form())

    def test_who_writes_carries_the_number_of_the_transaction(self):
        """S0-39 "Send" …: only where pages are read from another server."""
        self.answer(self.ticket)
        self.assertNotIn(replica.COOKIE, self.opener.cookies)
        with patch.object(replica, "is_used", lambda: True):
            self.answer(self.ticket)
        self.assertTrue(replica.parse_mark(self.opener.cookies[replica.COOKIE]))

    # ------------------------------------------------------------

    def open(self):
        """Open the page and remember what it would ask with."""
        article = self.get(self.path).xpath("//article")[0]
        self.asked = {
            "stamp": article.get("data-stamp"),
            "after": article.get("data-last"),
        }

    def ask(self):
        """Ask for news as the page does."""
        self.env.flush_all()
        response = self.url_open(f"{self.path}/live", params=self.asked)
        self.assertEqual(response.status_code, 200, response.text)
        return response.json()

    def ask_for_all(self):
        return self.url_open(f"{self.path}/live", params={"stamp": "x"})

    def follow(self, news):
        """Remember the answer as the page does."""
        self.asked = {
            "stamp": news["stamp"],
            "after": max(news["ids"]),
            "since": news["time"],
        }

    def settle(self):
        """Let the transaction do what it does at its end."""
        self.env.flush_all()
        self.env.cr.precommit.run()

    def hints(self):
        """Collect what is sent over the bus about tickets."""
        self.env.cr.precommit.data.pop("helpdesk.live", None)
        return Hints()

    def read_up_to(self, number):
        """Say that the page was read, as its beacon does."""
        data = {"last": number, "csrf_token": http.Request.csrf_token(self)}
        response = self.url_open(f"{self.path}/seen", data=data)
        self.assertEqual(response.status_code, 204)

    def seen(self):
        return self.ticket._get_seen_text(self.ticket._get_staff_reading())

    def unread(self, tickets, user=None):
        return tickets.with_user(user or self.ana).sudo()._portal_unread_ids()

    def count(self, door):
        """Return the SQL statements of a second knock at a door."""
        self.env.flush_all()
        door()
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        door()
        return self.cr.sql_log_count - before


class Hints:
    """What is sent over the bus about tickets, in order."""

    def __enter__(self):
        sent = []

        def send(bus, target, kind, message):
            if kind == BUS_EVENT:
                sent.append((target, kind, message))

        self.patch = patch.object(BusBus, "_sendone", send)
        self.patch.start()
        return sent

    def __exit__(self, *_args):
        self.patch.stop()
