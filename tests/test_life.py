# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .life_common import MONDAY, LifeCommon


@tagged("post_install", "-at_install")
class TestMoreTime(LifeCommon):
    """ "I need more time": once in a wait, with dates that are said before."""

    def _extend(self, ticket, days, user=None):
        return ticket.with_user(user or self.ana).sudo()._portal_extend(days)

    def test_three_choices_with_their_dates(self):
        with self.clock(MONDAY):
            ticket = self._wait()
            close = MONDAY + timedelta(days=4)
            self.assertEqual(
                ticket._get_extension_choices(),
                [(days, close + timedelta(days=days)) for days in (3, 5, 7)],
            )
            self.team.extension_max_days = 1
            self.assertEqual([d for d, _ in ticket._get_extension_choices()], [1])

    def test_days_are_lived_ones(self):
        """The hour stays when daylight saving begins meanwhile."""
        self.ana.tz = "Europe/Madrid"
        with self.clock("2026-03-24 11:00:00"):
            ticket = self._wait()
            self.assertEqual(str(ticket.auto_close_date), "2026-03-28 11:00:00")
            choices = dict(ticket._get_extension_choices())
            self.assertEqual(str(choices[3]), "2026-03-31 10:00:00")

    def test_taking_it_moves_the_date_once(self):
        with self.clock(MONDAY):
            ticket = self._wait()
            until = dict(ticket._get_extension_choices())[5]
            self.assertTrue(self._extend(ticket, 5))
            self.assertEqual(ticket.auto_close_date, until)
            self.assertEqual(ticket.stage_kind, "waiting_customer")
            self.assertEqual(ticket._get_extension_state(), "used")
            self.assertFalse(self._extend(ticket, 7), "once in a wait")
            self.assertEqual(ticket.auto_close_date, until)
            self.assertEqual(ticket._get_extension_url(), "")

    def test_only_what_is_offered_is_given(self):
        ticket = self._wait()
        before = ticket.auto_close_date
        for days in (0, -3, 2, 30, None):
            self.assertFalse(self._extend(ticket, days))
        self.assertEqual(ticket.auto_close_date, before)

    def test_it_stands_in_the_thread_and_the_assignee_is_told(self):
        with self.clock(MONDAY):
            ticket = self._wait()
            before = ticket.interaction_count
            self._extend(ticket, 3)
            line = ticket.sudo()._get_public_messages()[-1]
            self.assertIn(
                "Ana Pérez asked for more time: we wait until Monday, March 9",
                line.preview,
            )
            self.assertEqual(line.notified_partner_ids, self.laura.partner_id)
            self.assertEqual(ticket.interaction_count, before, "it is no answer")

    def test_a_new_wait_offers_it_again(self):
        ticket = self._wait()
        self._extend(ticket, 3)
        self._answer(ticket, self.ana)
        ticket.with_user(self.laura).action_wait_customer("And the room number?")
        self.assertEqual(ticket._get_extension_state(), "open")

    def test_each_state_has_its_own_sentence(self):
        with self.clock(MONDAY):
            used = self._wait()
            self._extend(used, 3)
            answered = self._wait()
            self._answer(answered, self.ana)
            unlimited = self._wait()
            unlimited.auto_close_date = False
            tickets = {
                "open": self._wait(),
                "used": used,
                "expired": self._solve(),
                "closed": self._close(),
                "answered": answered,
                "none": unlimited,
            }
            texts = set()
            for state, ticket in tickets.items():
                values = ticket._portal_extension_values()
                self.assertEqual(values["state"], state)
                self.assertEqual(bool(values["choices"]), state == "open")
                texts.add(values["sentence"])
            self.assertEqual(len(texts), len(tickets))
            self.assertIn(
                "Done: we wait for you until Monday, March 9",
                used._portal_extension_values(done=True)["sentence"],
            )

    def test_a_team_may_offer_none(self):
        self.team.extension_max_days = 0
        ticket = self._wait()
        self.assertEqual(ticket._get_extension_state(), "none")
        self.assertIn("cannot be taken", ticket._portal_extension_values()["sentence"])

    def test_agents_give_more_time_and_the_customer_is_told(self):
        with self.clock(MONDAY):
            ticket = self._wait()
            ticket.with_user(self.laura).action_give_more_time(10)
            self.assertEqual(ticket.auto_close_date, MONDAY + timedelta(days=14))
            line = ticket.sudo()._get_public_messages()[-1]
            self.assertIn("You have more time", line.preview)
            self.assertEqual(line.notified_partner_ids, self.ana.partner_id)
        with self.assertRaises(UserError):
            ticket.action_give_more_time(0)
        with self.assertRaises(UserError):
            self._solve().action_give_more_time(3)

    def test_the_key_opens_one_page_of_one_ticket(self):
        ticket, other = self._wait(), self._wait()
        Ticket = self.env["helpdesk.ticket"]
        key = ticket._get_extension_key()
        self.assertEqual(Ticket._portal_find_by_key(ticket.id, key), ticket)
        for ticket_id, wrong in (
            (other.id, key),
            (ticket.id, ticket.access_token),
            (ticket.id, ""),
            (ticket.id, "ñ"),
            (ticket.id, None),
            ("x", key),
            (2**31 - 1, key),
        ):
            self.assertFalse(Ticket._portal_find_by_key(ticket_id, wrong))
        public = self.env.ref("base.public_user")
        self.assertFalse(Ticket.with_user(public)._portal_find(ticket.id, key))


@tagged("post_install", "-at_install")
class TestSolved(LifeCommon):
    """What the customer says about a solution."""

    def _as(self, user, ticket):
        return ticket.with_user(user)

    def test_both_sides_reopen(self):
        """S1-11 A solved incident can be reopened by both sides, keeping the first
        correspondence. S1-09 Each ticket holds all correspondence since it was
        reported. S1-20 SOLVED: incident or request solved."""
        ticket = self._solve()
        self._answer(ticket, self.ana, "First words")
        ticket.action_solve()
        self._as(self.ana, ticket)._portal_reopen()
        self.assertEqual(ticket.stage_kind, "in_progress")
        self.assertEqual(ticket.reopen_count, 2)
        ticket.action_solve()
        self._as(self.laura, ticket).action_reopen()
        self.assertEqual(ticket.stage_kind, "in_progress")
        self.assertEqual(ticket.reopen_count, 3)
        self.assertFalse(ticket.solved_date)
        self.assertIn("First words", self._lines(ticket))

    def test_it_still_happens_is_an_answer(self):
        ticket = self._solve()
        self._as(self.ana, ticket)._portal_reopen()
        message = ticket.sudo()._get_public_messages()[-1]
        self.assertEqual(message.author_id, self.ana.partner_id)
        self.assertEqual(message.preview, "It still happens.")
        self.assertTrue(ticket.queue_date, "our answer is due")
        count = ticket.interaction_count
        self._as(self.ana, ticket)._portal_reopen()
        self.assertEqual(ticket.interaction_count, count, "twice is once")

    def test_a_closed_ticket_is_never_reopened(self):
        """S2-33 Closed: end of the life cycle; cannot be reopened."""
        ticket = self._close()
        self._as(self.ana, ticket)._portal_reopen()
        self._as(self.laura, ticket).action_reopen()
        ticket.sudo()._portal_thank()
        self.assertEqual(ticket.stage_kind, "closed")
        self.assertFalse(ticket.thanked_date)
        self.assertFalse(ticket.reopen_count)

    def test_thanks_stays_solved(self):
        with self.clock(MONDAY):
            ticket = self._solve()
            self._as(self.ana, ticket).sudo()._portal_thank()
            self._as(self.ana, ticket).sudo()._portal_thank()
            self.assertEqual(ticket.stage_kind, "solved")
            self.assertEqual(ticket.thanked_date, MONDAY)
            said = [line for line in self._lines(ticket) if "all is well" in line]
            self.assertEqual(said, ["Ana Pérez says that all is well."])
            self.assertIn("Solved, as you told us.", ticket._get_turn_text())
            band = ticket._portal_band()
            self.assertTrue(band["reopen"])
            self.assertFalse(band["thanks"])
        ticket.action_reopen()
        self.assertFalse(ticket.thanked_date)

    def test_closing_solves_and_may_say_whether_it_was_solved(self):
        """S2-27 Shortcut: close the ticket — only if it is open. Settled: closing by
        the customer solves; asks, optionally, whether it was solved."""
        for said, stored, words in (
            ("yes", "yes", "Ana Pérez closed the ticket: it was solved."),
            ("no", "no", "Ana Pérez closed the ticket: it was not solved."),
            (None, False, "Ana Pérez closed the ticket."),
            ("x", False, "Ana Pérez closed the ticket."),
        ):
            with self.subTest(said=said):
                ticket = self._create_ticket(user_id=self.laura.id)
                self._as(self.ana, ticket).sudo()._portal_close(said)
                self.assertEqual(ticket.stage_kind, "solved")
                self.assertEqual(ticket.customer_confirmed, stored)
                self.assertIn(words, self._lines(ticket))
                self._as(self.ana, ticket).sudo()._portal_close("yes")
                self.assertEqual(ticket.customer_confirmed, stored, "only if open")

    def test_the_assignee_is_told_that_the_customer_closed(self):
        """S2-27 Shortcut: close the ticket; who takes care of it hears of it."""
        ticket = self._create_ticket(user_id=self.laura.id)
        self._as(self.ana, ticket).sudo()._portal_close("no")
        message = ticket.message_ids.filtered(lambda m: "it was not solved" in m.body)
        self.assertEqual(message.notified_partner_ids, self.laura.partner_id)

    def test_the_band_offers_what_leads_somewhere(self):
        """S2-32 can be reopened if the customer needs it; S2-33 cannot be reopened."""
        offers = {
            "new": (self._create_ticket(), set()),
            "waiting": (self._wait(), {"more_time"}),
            "solved": (self._solve(), {"reopen", "thanks"}),
            "closed": (self._close(), {"follow_up"}),
        }
        for kind, (ticket, expected) in offers.items():
            with self.subTest(kind=kind):
                band = ticket._portal_band()
                names = ("more_time", "reopen", "thanks", "follow_up")
                self.assertEqual({n for n in names if band[n]}, expected)


@tagged("post_install", "-at_install")
class TestStages(LifeCommon):
    """Stages are named as a team likes; what they mean is told to customers."""

    def test_any_number_of_stages_of_a_kind(self):
        """S0-33 PROVIDER, S0-34 PORTAL, S0-35 Development – Provider, S0-36
        Development – PMS: several stages of one kind in one team."""
        stages = [
            self._create_stage(self.team, "waiting_other", sequence)
            for sequence in (5, 6, 7)
        ]
        for stage in stages:
            ticket = self._create_ticket()
            ticket.action_wait_other("Booking", stage_id=stage.id)
            self.assertEqual(ticket.stage_id, stage)
            self.assertEqual(ticket.turn, "other")

    def test_the_legend_holds_meanings_in_order_and_once(self):
        """S0-30 to S0-36, S1-17 to S1-20: statuses (each with its meaning shown)."""
        other = self._create_team("Other", self.sam)
        double = self._create_stage(other, "new")
        double.name = "Desk: new"
        legend = (self.team | other)._get_stage_legend()
        names = [row["name"] for row in legend]
        self.assertLess(names.index("Desk: new"), names.index("Desk: solved"))
        self.assertEqual(names.count("Desk: new"), 1)
        row = legend[names.index("Desk: waiting_customer")]
        self.assertEqual(row["meaning"], "Meaning of waiting_customer")
        self.assertEqual(row["turn"], "customer")

    def test_a_team_is_told_what_it_lacks(self):
        """Settled: a team needs stages of kind in_progress and solved."""
        self.assertFalse(self.team.stage_warning)
        self.env["helpdesk.ticket.stage"].search(
            [("kind", "=", "solved"), ("team_ids", "in", [False, self.team.id])]
        ).active = False
        self.team.invalidate_recordset(["stage_warning"])
        self.assertIn("Solved", self.team.stage_warning)
        self.assertNotIn("In progress", self.team.stage_warning)


@tagged("post_install", "-at_install")
class TestPromiseWords(LifeCommon):
    """S4-14 Priority decides response and resolution time and this is visible.
    S4-29 expected time shown. D-03 Times nobody configured are not shown."""

    def test_meaning_and_times(self):
        self.team.promise_ids = [
            (0, 0, {"priority": "3", "answer_hours": 1, "solve_hours": 4}),
            (0, 0, {"priority": "2", "answer_hours": 4}),
        ]
        ticket = self._create_ticket(priority="3")
        self.assertEqual(
            ticket.priority_meaning,
            "Immediate attention is needed to avoid damage or loss. "
            "We answer within 1 h, day and night. We solve within 4 h.",
        )
        ticket.priority = "2"
        self.assertEqual(
            ticket.priority_meaning,
            "It affects guests, customers or daily work considerably. "
            "We answer within 4 h, day and night.",
        )
        ticket.priority = "0"
        self.assertEqual(
            ticket.priority_meaning, "It can wait and does not affect daily work."
        )

    def test_times_read_as_in_the_form(self):
        """S4-14: days where the team works around the clock, in form and ticket."""
        self.team.promise_ids = [
            (0, 0, {"priority": "3", "answer_hours": 48, "solve_hours": 72})
        ]
        ticket = self._create_ticket(priority="3")
        self.assertIn(
            "We answer within 2 days, day and night. We solve within 3 days.",
            ticket.priority_meaning,
        )
        promised = ticket._portal_promise_words(self.team, "3")
        self.assertIn("answer within 2 days and solve within 3 days", promised)
