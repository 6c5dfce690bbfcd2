# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged

from .common import HelpdeskCommon

REQUEST = "Please send us a picture of the screen"


class DeskCommon(HelpdeskCommon):
    """An engineer at the desk."""

    def _desk(self, user):
        return self.env["helpdesk.ticket"].with_user(user)

    def _queue(self, user, tab="mine", **kwargs):
        return self._desk(user).desk_queue(tab, **kwargs)

    def _names(self, user, tab="mine", **kwargs):
        return [row["name"] for row in self._queue(user, tab, **kwargs)["rows"]]

    def _page(self, ticket, user=None):
        return ticket.with_user(user or self.laura).desk_page()

    def _send(self, ticket, body="Here you are", user=None, **kwargs):
        last = self.env["mail.message"].search(
            [("model", "=", ticket._name), ("res_id", "=", ticket.id)],
            order="id desc",
            limit=1,
        )
        kwargs.setdefault("last_seen_message_id", last.id)
        return ticket.with_user(user or self.laura).desk_send(body, **kwargs)


@tagged("post_install", "-at_install")
class TestDeskQueue(DeskCommon):
    """Left: what waits for the engineer, due first, then who waits longest."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        now = fields.Datetime.now()
        cls.late, cls.soon, cls.old, cls.new = (
            cls._create_ticket(name=name, user_id=cls.laura.id)
            for name in ("late", "soon", "old", "new")
        )
        cls.late.answer_due_date = now + timedelta(hours=5)
        cls.soon.answer_due_date = now + timedelta(hours=1)
        cls.old.queue_date = now - timedelta(days=9)
        cls.free = cls._create_ticket(name="free", location_id=cls.location.id)
        cls.free.queue_date = now + timedelta(days=1)
        cls.asked = cls._create_ticket(name="asked", user_id=cls.laura.id)
        cls.asked.action_wait_customer(REQUEST)
        cls.provider, cls.late_provider = (
            cls._create_ticket(name=name, user_id=cls.laura.id)
            for name in ("provider", "late provider")
        )
        cls.provider.action_wait_other("Booking", "BK-1", now + timedelta(days=1))
        cls.late_provider.action_wait_other("Expedia", "E-1", now - timedelta(days=1))

    def test_due_first_then_who_waits_longest(self):
        self.assertEqual(
            self._names(self.laura), ["soon", "late", "old", "new", "free"]
        )

    def test_tabs_hold_and_count_what_they_say(self):
        """Me toca, sin asignar, con clientes, con terceros (n por reclamar)."""
        self.assertEqual(self._names(self.laura, "free"), ["free"])
        self.assertEqual(self._names(self.laura, "customer"), ["asked"])
        self.assertEqual(
            self._names(self.laura, "other"), ["late provider", "provider"]
        )
        counts = self._queue(self.laura)["counts"]
        self.assertEqual(
            counts | {"held": 0},
            {"mine": 5, "free": 1, "customer": 1, "other": 2, "chase": 1, "held": 0},
        )
        self.assertEqual(counts["mine"], self._desk(self.laura).get_my_turn_count())

    def test_a_row_says_what_is_needed(self):
        """Subject, hotel, customer's last words, age, assignee, channel."""
        self._answer(self.free, self.laura, "Our own words are not theirs")
        self._answer(self.free, self.ana, "<p>It happens <b>again</b></p>")
        self._note(self.free, self.laura, "internal")
        row = next(
            row
            for row in self._queue(self.laura, "free")["rows"]
            if row["id"] == self.free.id
        )
        self.assertEqual(row["place"], "Hotel Sol Nuevo Vallarta")
        self.assertIn("again", row["words"])
        self.assertEqual(row["number"], self.free.number)
        self.assertTrue(row["waiting_since"])
        self.assertTrue(row["channel"]["icon"])

    def test_without_an_answer_the_request_is_their_last_word(self):
        row = self._queue(self.laura, "free")["rows"][0]
        self.assertEqual(row["words"], "None since this morning")

    def test_searching_looks_in_all_tickets(self):
        self.late.action_solve()
        self.assertEqual(self._names(self.laura, search="late prov"), ["late provider"])
        self.assertIn("late", self._names(self.laura, search="láte"))
        self.assertFalse(self._names(self.laura, search="zqxzqx"))

    def test_more_rows_than_asked_for_are_announced(self):
        queue = self._queue(self.laura, limit=2)
        self.assertEqual((len(queue["rows"]), queue["more"]), (2, True))
        queue = self._queue(self.laura, limit=5)
        self.assertEqual((len(queue["rows"]), queue["more"]), (5, False))

    def test_it_tells_whether_the_open_ticket_changed(self):
        before = self._queue(self.laura, open_id=self.soon.id)["open"]
        self._answer(self.soon, self.ana)
        after = self._queue(self.laura, open_id=self.soon.id)["open"]
        self.assertGreater(after["message_id"], before["message_id"])
        self.assertIsNone(self._queue(self.marta, open_id=0)["open"])

    def test_what_one_may_not_read_is_not_there(self):
        other = self._create_team("Other desk", self.sam)
        hidden = self._create_ticket(name="hidden", team_id=other.id)
        self.assertNotIn("hidden", self._names(self.laura, "free"))
        self.assertIsNone(self._queue(self.laura, open_id=hidden.id)["open"])
        with self.assertRaises(AccessError):
            self._page(hidden)

    def test_the_desk_is_the_engineers(self):
        for user in (self.ines, self.ana):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    self._desk(user).desk_queue()
                with self.assertRaises(AccessError):
                    self.free.with_user(user).desk_page()
                with self.assertRaises(AccessError):
                    self.free.with_user(user).desk_send("No")
                with self.assertRaises(AccessError):
                    self._desk(user).desk_take_next()

    def test_the_next_one_is_taken_once(self):
        """[Tomar el siguiente]: what waits longest and nobody has."""
        first = self._create_ticket(name="first")
        first.answer_due_date = fields.Datetime.now()
        self.assertEqual(self._desk(self.marta).desk_take_next(), first.id)
        self.assertEqual(first.user_id, self.marta)
        self.assertEqual(self._desk(self.sam).desk_take_next(), self.free.id)
        self.assertFalse(self._desk(self.laura).desk_take_next())

    def test_more_tickets_cost_no_more_statements(self):
        """Statements constant, whatever the number of rows."""
        tabs = ("mine", "other")
        for _turn in range(2):  # what is cached once belongs to nobody
            few = [self._count_statements(tab) for tab in tabs]
        self.free.copy({"user_id": self.laura.id})
        for ticket in (self.late, self.provider):
            for _number in range(8):
                ticket.copy({"stage_id": ticket.stage_id.id})
        self.env.flush_all()
        self.assertEqual([self._count_statements(tab) for tab in tabs], few)
        self.assertLessEqual(max(few), 14)

    def _count_statements(self, tab):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._queue(self.laura, tab)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestDeskPage(DeskCommon):
    """Right: the ticket with all one needs to answer."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(
            user_id=cls.laura.id, location_id=cls.location.id
        )
        cls.location.tz = "America/Cancun"
        cls.ana.partner_id.phone = "+52 998 555 0121"

    def test_the_thread_tells_apart_who_reads_what(self):
        """Customer-visible answer and internal note differ."""
        self._answer(self.ticket, self.ana, "Still nothing")
        self._answer(self.ticket, self.laura, "We look")
        self._note(self.ticket, self.laura, "Odd")
        rows = {row["kind"]: row for row in self._page(self.ticket)["thread"]}
        self.assertIn("Still nothing", rows["customer"]["body"])
        self.assertIn("We look", rows["agent"]["body"])
        self.assertIn("Odd", rows["note"]["body"])

    def test_who_will_get_it(self):
        """To the customer (Ana, Luis): the list of who will get it."""
        self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": self.ticket.id, "partner_id": self.luis.partner_id.id}
        )
        self.ticket.message_subscribe(self.marta.partner_id.ids)
        page = self._page(self.ticket)
        customers = [p["name"] for p in page["recipients"] if p["is_customer"]]
        self.assertEqual(customers, ["Ana Pérez", "Luis Mora"])
        self.assertNotIn("Laura Díaz", [p["name"] for p in page["recipients"]])
        self.assertFalse([p for p in page["note_recipients"] if p["is_customer"]])

    def test_the_customer_stands_beside(self):
        """Customer's hotel, local time, phone, last five tickets beside."""
        others = [self._create_ticket(name=f"Other {n}") for n in range(6)]
        self._create_ticket(self.eva, name="Another customer's")
        page = self._page(self.ticket, self.sam)
        self.assertEqual(page["customer"]["place"], "Hotel Sol Nuevo Vallarta")
        self.assertEqual(page["customer"]["zone"], "America/Cancun")
        self.assertEqual(page["customer"]["phones"][0]["link"], "tel:+529985550121")
        self.assertEqual(len(page["tickets"]), 5)
        self.assertLessEqual(
            {ticket["id"] for ticket in page["tickets"]},
            {ticket.id for ticket in others},
        )

    def test_the_clock_stands_beside(self):
        self.team.write({"waiting_limit_hours": 72, "reminder_interval_hours": 24})
        self.ticket.action_wait_customer(REQUEST)
        clock = self._page(self.ticket)["clock"]
        self.assertEqual((clock["reminders"], clock["reminders_most"]), (0, 3))
        self.assertTrue(clock["next_reminder"] and clock["closes"])

    def test_what_needs_a_person_is_a_red_line(self):
        """Clock stands still, mail not delivered, no address."""
        self.assertFalse(self._page(self.ticket)["red_lines"])
        self.ticket.clock_note = "The mail of November 20 came back."
        self.assertIn(
            "The mail of November 20 came back.", self._page(self.ticket)["red_lines"]
        )
        self.ticket.write({"clock_note": False, "partner_email": False})
        self.assertIn("no e-mail address", self._page(self.ticket)["red_lines"][0])

    def test_longer_threads_cost_no_more_statements(self):
        self._answer(self.ticket, self.ana)
        for _turn in range(2):
            short = self._count_statements()
        for number in range(5):
            self._answer(self.ticket, self.ana, f"More {number}")
            self._note(self.ticket, self.laura, f"Note {number}")
        self._count_statements()
        self.assertLessEqual(self._count_statements(), short)

    def _count_statements(self):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._page(self.ticket)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestDeskSend(DeskCommon):
    """Send / send and wait / send and solve."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(user_id=cls.laura.id)

    def _last(self):
        return self.ticket.message_ids.filtered(
            lambda m: m.message_type == "comment"
        ).sorted("id")[-1]

    def test_an_answer_is_public_and_begins_the_work(self):
        self._send(self.ticket, "See https://example.com\n\nBye <b>")
        self.assertEqual(self._last().subtype_id, self.env.ref("mail.mt_comment"))
        self.assertIn('href="https://example.com"', self._last().body)
        self.assertIn("&lt;b&gt;", self._last().body)
        self.assertEqual(self.ticket.stage_kind, "in_progress")
        self.assertFalse(self.ticket.queue_date)

    def test_a_note_stays_inside_and_moves_nothing(self):
        self._send(self.ticket, "Between us", note=True)
        self.assertTrue(self._last().subtype_id.internal)
        self.assertEqual(self.ticket.stage_kind, "new")
        self.assertFalse(
            self._last().notification_ids.res_partner_id.filtered("partner_share")
        )
        with self.assertRaises(UserError):
            self._send(self.ticket, "Between us", note=True, then="solve")

    def test_send_and_wait_asks_what_we_need(self):
        """S0-32 (derived: cannot be set without a message containing the
        instructions.)"""
        with self.assertRaisesRegex(UserError, "15 characters"):
            self._send(self.ticket, then="wait", request="A picture")
        self._send(self.ticket, "Hello", then="wait", request=REQUEST)
        self.assertEqual(self.ticket.stage_kind, "waiting_customer")
        self.assertEqual(self.ticket.customer_request, REQUEST)
        self.assertIn("Hello", self._last().body)

    def test_send_and_solve(self):
        self._send(self.ticket, then="solve")
        self.assertEqual(self.ticket.stage_kind, "solved")

    def test_nothing_is_not_sent(self):
        for body in ("", "  \n"):
            with self.assertRaisesRegex(UserError, "Write a message"):
                self._send(self.ticket, body)
        with self.assertRaises(UserError):
            self._send(self.ticket, then="close")

    def test_somebody_wrote_meanwhile(self):
        """A refusal with both texts when someone answered meanwhile."""
        seen = self._page(self.ticket)["message_id"]
        self._answer(self.ticket, self.ana, "It works again")
        before = len(self.ticket.message_ids)
        answer = self._send(self.ticket, "We look", last_seen_message_id=seen)
        self.assertEqual(len(answer["conflict"]), 1)
        self.assertIn("It works again", answer["conflict"][0]["body"])
        self.assertEqual(answer["conflict"][0]["author"], "Ana Pérez")
        self.assertEqual(len(self.ticket.message_ids), before)
        answer = self._send(
            self.ticket, "We look", last_seen_message_id=seen, force=True
        )
        self.assertEqual(self._last().id, answer["message_id"])

    def test_a_colleagues_note_is_a_conflict_too_ones_own_is_none(self):
        seen = self._page(self.ticket)["message_id"]
        self._note(self.ticket, self.laura, "My own note")
        self.assertIn("message_id", self._send(self.ticket, last_seen_message_id=seen))
        self._note(self.ticket, self.marta, "Do not answer, I am on it")
        self.assertIn("conflict", self._send(self.ticket, last_seen_message_id=seen))
        self.assertIn(
            "message_id",
            self._send(self.ticket, last_seen_message_id=seen, note=True),
        )

    def test_who_answers_has_taken_it(self):
        free = self._create_ticket()
        self._send(free, "A note takes nothing", note=True)
        self.assertFalse(free.user_id)
        self._send(free)
        self.assertEqual(free.user_id, self.laura)

    def test_only_ones_own_files_are_sent(self):
        Attachment = self.env["ir.attachment"]
        values = {"name": "a.pdf", "raw": b"%PDF", "res_model": "mail.compose.message"}
        own = Attachment.with_user(self.laura).create(values)
        foreign = Attachment.with_user(self.marta).create(values)
        with self.assertRaises(AccessError):
            self._send(self.ticket, attachment_ids=foreign.ids)
        self._send(self.ticket, "", attachment_ids=own.ids)
        self.assertEqual(self._last().attachment_ids, own)

    def test_who_may_not_write_the_ticket_does_not_send(self):
        martas = self._create_ticket(user_id=self.marta.id)
        for user in (self.laura, self.ines, self.ana, self.eva):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._send(martas, user=user)

    def test_resuming_work_ends_any_wait(self):
        self.ticket.action_wait_other("Booking")
        self.ticket.with_user(self.laura).action_resume()
        self.assertEqual(self.ticket.stage_kind, "in_progress")
        self.ticket.action_solve()
        self.ticket.with_user(self.laura).action_resume()
        self.assertEqual(self.ticket.stage_kind, "solved")


@tagged("post_install", "-at_install")
class TestDeskPeople(DeskCommon):
    """Who else is here; prewritten answers."""

    def test_colleagues_hear_who_is_writing(self):
        """Who else is writing: told over the bus, to those who may read the ticket."""
        ticket = self._create_ticket(user_id=self.laura.id)
        self._reset_bus()
        with self.assertBus(
            [(self.env.cr.dbname, ticket._name, ticket.id, "desk")],
            [
                {
                    "type": "helpdesk_desk/present",
                    "payload": {
                        "ticket_id": ticket.id,
                        "user_id": self.laura.id,
                        "name": "Laura Díaz",
                        "writing": True,
                    },
                }
            ],
        ):
            ticket.with_user(self.laura).desk_present(writing=True)

    def test_the_channel_is_for_those_who_read_the_ticket(self):
        martas = self._create_ticket(user_id=self.marta.id)
        asked = [f"helpdesk_desk_{martas.id}", "helpdesk_desk_x"]
        for user, heard in (
            (self.marta, True),
            (self.sam, True),
            (self.laura, False),
            (self.ines, False),
            (self.ana, False),
        ):
            with self.subTest(user=user.name):
                websocket = self.env["ir.websocket"].with_user(user)
                opened = websocket._open_desk_channels(asked)
                self.assertEqual((martas, "desk") in opened, heard)
                self.assertNotIn(asked[0], opened)

    def test_prewritten_answers_speak_of_the_ticket(self):
        """Canned answers with variables."""
        ticket = self._create_ticket(
            user_id=self.laura.id, location_id=self.location.id
        )
        self.env["mail.canned.response"].with_user(self.laura).create(
            {
                "source": "greet",
                "substitution": "Hi {{customer}}, {{ number }} at {{location}} "
                "({{unknown}}). {{engineer}}",
            }
        )
        answers = ticket.with_user(self.laura).desk_answers()
        answer = next(answer for answer in answers if answer["name"] == "greet")
        self.assertEqual(
            answer["text"],
            f"Hi Ana, #{ticket.number} at Hotel Sol Nuevo Vallarta ({{{{unknown}}}}). "
            "Laura Díaz",
        )
        others = ticket.with_user(self.sam).desk_answers()
        self.assertNotIn("greet", [answer["name"] for answer in others])

    def test_prewritten_answers_know_the_customers_language(self):
        """Canned answers with variables: a date as the customer writes it."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.ana.lang = "es_MX"
        ticket = self._create_ticket(user_id=self.laura.id)
        self.env["mail.canned.response"].with_user(self.laura).create(
            {"source": "day", "substitution": "{{date}} · {{link}}"}
        )
        with self.clock("2026-03-02 12:00:00"):
            answers = ticket.with_user(self.laura).desk_answers()
        text = next(answer["text"] for answer in answers if answer["name"] == "day")
        day, link = text.split(" · ")
        self.assertEqual(day, "lunes 2 de marzo de 2026")
        self.assertTrue(link.endswith(f"/my/ticket/{ticket.id}"))


@tagged("post_install", "-at_install")
class TestDeskDialogs(DeskCommon):
    """Waiting, chasing and writing first, by dialogs."""

    def _wizard(self, ticket, kind, user=None):
        return Form(
            self.env["helpdesk.ticket.wait.wizard"]
            .with_user(user or self.laura)
            .with_context(default_ticket_ids=ticket.ids, default_kind=kind)
        )

    def test_waiting_for_the_customer(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        wizard = self._wizard(ticket, "customer")
        with self.assertRaises(AssertionError):
            wizard.save()  # what we need is not said
        wizard.request = REQUEST
        wizard.save().action_confirm()
        self.assertEqual(ticket.customer_request, REQUEST)

    def test_waiting_for_one_of_several_third_parties(self):
        """S0-33 to S0-36: PROVIDER, PORTAL and development are stages of one kind."""
        portal = self._create_stage(self.team, "waiting_other", sequence=7)
        ticket = self._create_ticket(user_id=self.laura.id)
        wizard = self._wizard(ticket, "other")
        self.assertEqual(wizard.stage_id, self.stages["waiting_other"])
        self.assertEqual(len(wizard.stage_ids), 2)
        wizard.stage_id = portal
        wizard.party = "Booking"
        wizard.reference = "BK-1"
        self.assertGreater(wizard.chase_date, fields.Datetime.now())
        wizard.save().action_confirm()
        self.assertEqual(ticket.stage_id, portal)
        self.assertEqual(
            (ticket.waiting_party, ticket.waiting_reference), ("Booking", "BK-1")
        )
        self.assertTrue(ticket.chase_date)

    def test_chasing_asks_for_the_next_date(self):
        """D-05 chase logs it and the customer sees the last chase."""
        ticket = self._create_ticket(user_id=self.laura.id)
        ticket.action_wait_other("Booking", "BK-1", "2020-01-01 10:00:00")
        wizard = self._wizard(ticket, "chase")
        wizard.chase_date = "2040-01-01 10:00:00"
        wizard.save().action_confirm()
        self.assertTrue(ticket.last_chase_date)
        self.assertEqual(str(ticket.chase_date), "2040-01-01 10:00:00")

    def test_one_text_to_several_customers(self):
        """D-01 one text to several customers = one ticket each."""
        form = Form(self.env["helpdesk.ticket.write.wizard"].with_user(self.sam))
        form.partner_ids.add(self.ana.partner_id)
        form.partner_ids.add(self.eva.partner_id)
        form.subject = "Maintenance on Sunday"
        form.body = "<p>We stop at two</p>"
        form.team_id = self.team
        action = form.save().action_confirm()
        tickets = self.env["helpdesk.ticket"].search(action["domain"])
        self.assertEqual(tickets.partner_id, self.ana.partner_id | self.eva.partner_id)
        self.assertEqual(set(tickets.mapped("stage_kind")), {"in_progress"})

    def test_a_message_is_needed(self):
        wizard = self.env["helpdesk.ticket.write.wizard"].with_user(self.sam)
        wizard = wizard.create(
            {
                "partner_ids": [(6, 0, self.ana.partner_id.ids)],
                "subject": "Maintenance",
                "team_id": self.team.id,
            }
        )
        with self.assertRaises(UserError):
            wizard.action_confirm()
