# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from .life_common import MONDAY, REQUEST, LifeCommon


@tagged("post_install", "-at_install")
class TestInstructions(LifeCommon):
    """Nobody waits for a customer who does not know for what.

    S0-32 "Waiting for HOTEL": we give explicit instructions on what to do or ask, and
    wait for the answer. (derived: cannot be set without a message containing the
    instructions.)
    """

    def test_no_stage_change_leads_there_without_instructions(self):
        stage = self.stages["waiting_customer"]
        second = self._create_stage(self.team, "waiting_customer")
        for vals in (
            {"stage_id": stage.id},
            {"stage_id": second.id},
            {"stage_id": stage.id, "customer_request": "please"},
            {"stage_id": stage.id, "customer_request": " " * 20},
        ):
            with self.subTest(vals=vals), self.assertRaisesRegex(UserError, "need"):
                self._create_ticket().with_user(self.laura).sudo().write(vals)

    def test_dragging_in_the_kanban_does_not_either(self):
        ticket = self._create_ticket(user_id=self.laura.id).with_user(self.laura)
        stage = self.stages["waiting_customer"]
        with self.assertRaisesRegex(UserError, "Wait for customer"):
            ticket.web_save({"stage_id": stage.id}, {})

    def test_a_ticket_does_not_start_there_without_instructions(self):
        with self.assertRaisesRegex(UserError, "need"):
            self._create_ticket(
                stage_id=self.stages["waiting_customer"].id, customer_request=False
            )

    def test_the_request_stays_while_we_wait(self):
        ticket = self._wait()
        with self.assertRaisesRegex(UserError, "need"):
            ticket.customer_request = False

    def test_teams_may_do_without(self):
        self.team.require_instructions = False
        ticket = self._create_ticket()
        ticket.stage_id = self.stages["waiting_customer"]
        self.assertEqual(ticket.turn, "customer")

    def test_imports_bring_tickets_as_they_were(self):
        Ticket = self.env["helpdesk.ticket"].with_context(import_file=True)
        ticket = Ticket.create(
            {
                "name": "Imported",
                "description": "Imported",
                "partner_id": self.ana.partner_id.id,
                "team_id": self.team.id,
                "stage_id": self.stages["waiting_customer"].id,
            }
        )
        self.assertEqual(ticket.stage_kind, "waiting_customer")
        ticket.with_context(import_file=False).priority = "2"

    def test_another_stage_of_the_kind_can_be_chosen(self):
        second = self._create_stage(self.team, "waiting_customer", 8)
        ticket = self._create_ticket()
        ticket.action_wait_customer(REQUEST, stage_id=second.id)
        self.assertEqual(ticket.stage_id, second)
        foreign = self._create_team("Other", self.sam)._get_stage("waiting_customer")
        ticket = self._create_ticket()
        ticket.action_wait_customer(REQUEST, stage_id=foreign.id)
        self.assertEqual(ticket.stage_id, self.stages["waiting_customer"])


@tagged("post_install", "-at_install")
class TestWaitingWords(LifeCommon):
    """Whose turn it is and until when, in one sentence."""

    def test_the_customers_turn_has_a_date(self):
        """S1-18 WAITING FOR ANSWER: we wait for you.
        S1-15 That time is printed at the foot of the mail the customer received."""
        with self.clock(MONDAY):
            ticket = self._wait()
            date = "Friday, March 6, 2026, 12:00 PM (UTC)"
            self.assertEqual(
                ticket._get_turn_text(self.ana.partner_id),
                f"It is your turn: we need your answer before {date}. "
                "After that we will consider it solved.",
            )
            self.assertEqual(
                ticket._get_customer_deadline_text(self.ana.partner_id),
                f"Answer before {date}. Otherwise we will consider the ticket solved; "
                "answering reopens it.",
            )

    def test_the_date_is_told_in_the_readers_zone(self):
        """S1-15 That time is printed: at the hour of who reads it."""
        self.ana.tz = "America/Mexico_City"
        with self.clock(MONDAY):
            ticket = self._wait()
        words = ticket._get_customer_deadline_text(self.ana.partner_id)
        self.assertIn("Friday, March 6, 2026, 6:00 AM", words)

    def test_our_question_is_an_answer(self):
        """D-03 the date by which we answer, cleared by the first public answer."""
        self.team.promise_ids = [(0, 0, {"priority": "1", "answer_hours": 8})]
        ticket = self._create_ticket()
        self.assertTrue(ticket.answer_due_date)
        ticket.action_wait_customer(REQUEST)
        self.assertFalse(ticket.answer_due_date)
        self.assertFalse(ticket.queue_date)

    def test_without_a_limit_no_date_is_promised(self):
        self.team.waiting_limit_hours = 0
        ticket = self._wait()
        self.assertEqual(
            ticket._get_turn_text(), "It is your turn. We need your answer to go on."
        )
        self.assertEqual(ticket._get_customer_deadline_text(), "")
        self.assertEqual(ticket._get_extension_url(), "")

    def test_solved_names_the_closing_date(self):
        """S2-32 Resolved: dealt with; can be reopened if the customer needs it.
        S2-34 Tickets close automatically 48 hours after being marked resolved."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self.assertEqual(
                ticket._get_turn_text(),
                "Solved. It will be closed on Wednesday, March 4, 2026, 12:00 PM "
                "(UTC). Is it still happening?",
            )
            self.assertIn("March 4", ticket._get_closing_text())
        self.team.solved_limit_hours = 0
        ticket = self._solve()
        self.assertIn("Solved on", ticket._get_turn_text())
        self.assertEqual(
            ticket._get_closing_text(), "Answer at any time to open it again."
        )

    def test_new_teams_close_after_48_hours(self):
        """S2-34 Tickets close automatically 48 hours after being marked resolved."""
        team = self.env["helpdesk.ticket.team"].create({"name": "New"})
        self.assertEqual(team.solved_limit_hours, 48)


@tagged("post_install", "-at_install")
class TestChase(LifeCommon):
    """D-05 A ticket waiting for a third party has that party, its reference and a
    chase date; when it passes, the assignee is told, and the customer sees the last
    chase. S1-19 ON HOLD: waiting for a third party; neither you nor us."""

    def _wait_other(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        ticket.with_user(self.laura).action_wait_other("Booking", "BK-7")
        self.flush_tracking()
        return ticket

    def test_the_customer_sees_the_last_chase(self):
        with self.clock(MONDAY):
            ticket = self._wait_other()
            self.assertEqual(
                ticket._get_turn_text(),
                "We are waiting for Booking since Mar 2, 2026.",
            )
        with self.clock(MONDAY, days=2):
            ticket.with_user(self.laura).action_chase()
            self.assertIn("asked again today.", ticket._get_turn_text())
            self.assertIn("We asked Booking again.", self._lines(ticket))
        with self.clock(MONDAY, days=3, hours=-1):
            self.assertEqual(
                ticket._get_turn_text(),
                "We are waiting for Booking since Mar 2, 2026; asked again yesterday. "
                "We will ask them again on Mar 5, 2026.",
            )
        with self.clock(MONDAY, days=9):
            self.assertEqual(
                ticket._get_turn_text(),
                "We are waiting for Booking since Mar 2, 2026; asked again on "
                "Mar 4, 2026.",
            )

    def test_chasing_sets_the_next_date(self):
        with self.clock(MONDAY):
            ticket = self._wait_other()
            ticket.action_chase()
            self.assertEqual(ticket.chase_date, MONDAY + timedelta(days=1))
            ticket.action_chase(MONDAY + timedelta(days=5))
            self.assertEqual(ticket.chase_date, MONDAY + timedelta(days=5))
            self.assertEqual(ticket.last_chase_date, MONDAY)

    def test_the_next_chase_is_a_day_of_the_teams_time_later(self):
        """D-05 A ticket waiting for a third party has a chase date: no Saturday."""
        self.team.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Nine to five",
                "tz": "UTC",
                "attendance_ids": [
                    (
                        0,
                        0,
                        {"name": day, "dayofweek": day, "hour_from": 9, "hour_to": 17},
                    )
                    for day in "01234"
                ],
            }
        )
        friday = MONDAY + timedelta(days=4)
        with self.clock(friday):
            ticket = self._wait_other()
            ticket.action_chase()
        self.assertEqual(ticket.chase_date, friday + timedelta(days=3))

    def test_a_chase_is_no_answer_and_no_mail(self):
        ticket = self._wait_other()
        before = ticket.interaction_count
        mails = self.env["mail.mail"].search_count([])
        ticket.with_user(self.laura).action_chase()
        self.assertEqual(ticket.interaction_count, before)
        self.assertEqual(ticket.stage_kind, "waiting_other")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_only_third_parties_are_chased(self):
        with self.assertRaisesRegex(UserError, "third party"):
            self._wait().action_chase()

    def test_what_was_true_of_the_wait_goes_with_it(self):
        ticket = self._wait_other()
        ticket.action_chase()
        ticket.stage_id = self.stages["in_progress"]
        for name in (
            "waiting_party",
            "waiting_reference",
            "chase_date",
            "last_chase_date",
        ):
            self.assertFalse(ticket[name], name)
        ticket.action_wait_other("Expedia")
        self.assertNotIn("asked again", ticket._get_turn_text())

    def test_the_customer_answers_and_it_keeps_waiting(self):
        """S1-16 and the table of kinds: the customer's answer changes nothing here."""
        ticket = self._wait_other()
        self._answer(ticket, self.ana)
        self.assertEqual(ticket.waiting_party, "Booking")
