from datetime import datetime, timedelta

from odoo.tests import tagged

from .common import HelpdeskCommon

MONDAY = datetime(2026, 11, 23, 10, 0)


@tagged("post_install", "-at_install")
class TestDates(HelpdeskCommon):
    """Dates tell the truth, however the stage came about."""

    def test_created_closed_has_both_dates(self):
        ticket = self._create_ticket(stage_id=self.stages["closed"].id)
        self.assertTrue(ticket.solved_date)
        self.assertTrue(ticket.closed_date)

    def test_solved_is_not_closed(self):
        ticket = self._create_ticket()
        ticket.action_solve()
        self.assertTrue(ticket.solved_date)
        self.assertFalse(ticket.closed_date)

    def test_solved_date_stays_when_the_solved_ticket_is_closed(self):
        with self.clock(MONDAY):
            ticket = self._create_ticket()
            ticket.action_solve()
        with self.clock(MONDAY, days=2):
            ticket.action_close()
        self.assertEqual(ticket.solved_date, MONDAY)
        self.assertEqual(ticket.closed_date, MONDAY + timedelta(days=2))

    def test_closed_date_stays_between_final_stages(self):
        with self.clock(MONDAY):
            ticket = self._create_ticket()
            ticket.action_close()
        rejected = self._create_stage(self.team, "closed", 10)
        with self.clock(MONDAY, days=1):
            ticket.stage_id = rejected
        self.assertEqual(ticket.closed_date, MONDAY)

    def test_reopening_empties_the_dates_and_counts(self):
        ticket = self._create_ticket()
        ticket.action_solve()
        ticket.action_reopen()
        self.assertFalse(ticket.solved_date)
        self.assertFalse(ticket.closed_date)
        self.assertEqual(ticket.reopen_count, 1)

    def test_closed_stays_closed(self):
        ticket = self._create_ticket()
        ticket.action_close()
        ticket.action_reopen()
        self.assertEqual(ticket.stage_kind, "closed")

    def test_imported_dates_are_kept(self):
        ticket = self._create_ticket(
            stage_id=self.stages["closed"].id,
            solved_date="2020-01-01 10:00:00",
            closed_date="2020-01-02 10:00:00",
        )
        self.assertEqual(ticket.solved_date, datetime(2020, 1, 1, 10))
        self.assertEqual(ticket.closed_date, datetime(2020, 1, 2, 10))

    def test_a_team_change_keeps_the_kind_and_dates_the_stage(self):
        other = self._create_team("Other", self.sam)
        with self.clock(MONDAY):
            ticket = self._create_ticket(stage_id=self.stages["waiting_customer"].id)
        with self.clock(MONDAY, hours=5):
            ticket.team_id = other
            self.env.flush_all()
        self.assertEqual(ticket.stage_id, other._get_stage("waiting_customer"))
        self.assertEqual(ticket.last_stage_update, MONDAY + timedelta(hours=5))

    def test_a_team_change_of_a_solved_ticket_reopens_nothing(self):
        other = self._create_team("Other", self.sam)
        with self.clock(MONDAY):
            ticket = self._create_ticket()
            ticket.action_solve()
        ticket.team_id = other
        self.assertEqual(ticket.solved_date, MONDAY)
        self.assertEqual(ticket.reopen_count, 0)

    def test_copies_of_many_start_anew(self):
        tickets = self._create_ticket() | self._create_ticket()
        tickets.action_close()
        copies = tickets.copy()
        self.assertEqual(len(set(copies.mapped("number"))), 2)
        self.assertEqual(copies.mapped("stage_kind"), ["new", "new"])
        self.assertFalse(any(copies.mapped("closed_date")))

    def test_write_leaves_the_values_of_the_caller_alone(self):
        vals = {"stage_id": self.stages["solved"].id}
        self._create_ticket().write(vals)
        self.assertEqual(list(vals), ["stage_id"])

    def test_unassigning_empties_the_assignment_date(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        self.assertTrue(ticket.assigned_date)
        ticket.user_id = False
        self.assertFalse(ticket.assigned_date)

    def test_numbers_sort_as_numbers(self):
        old = self._create_ticket(number="HT99999")
        new = self._create_ticket(number="HT100000")
        both = self.env["helpdesk.ticket"].browse([old.id, new.id])
        found = both.search([("id", "in", both.ids)], order="number desc")
        self.assertEqual(found, new | old)
        self.assertEqual(found.mapped("number"), ["HT100000", "HT99999"])


@tagged("post_install", "-at_install")
class TestPromises(HelpdeskCommon):
    """What the team promises is counted in its hours and told."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket.team.promise"].create(
            [
                {"team_id": cls.team.id, "priority": "3", "answer_hours": 1},
                {
                    "team_id": cls.team.id,
                    "priority": "1",
                    "answer_hours": 8,
                    "solve_hours": 16,
                },
            ]
        )

    def test_answer_is_promised_by_priority(self):
        """D-03 Per team and priority an answer time and a solution time."""
        with self.clock(MONDAY):
            urgent = self._create_ticket(priority="3")
            medium = self._create_ticket(priority="1")
        self.assertEqual(urgent.answer_due_date, MONDAY + timedelta(hours=1))
        self.assertEqual(medium.answer_due_date, MONDAY + timedelta(hours=8))
        self.assertEqual(medium.solve_due_date, MONDAY + timedelta(hours=16))

    def test_nothing_is_promised_that_nobody_configured(self):
        """D-03 times nobody configured are not shown."""
        ticket = self._create_ticket(priority="0")
        self.assertFalse(ticket.answer_due_date)
        self.assertFalse(ticket.solve_due_date)

    def test_promises_count_working_hours(self):
        """D-03 counted in the team's working hours."""
        self.team.calendar_id = self.env["resource.calendar"].create(
            {"name": "Nine to five", "tz": "UTC", "attendance_ids": self._days()}
        )
        friday = datetime(2026, 11, 27, 16, 0)
        with self.clock(friday):
            ticket = self._create_ticket(priority="1")
        self.assertEqual(ticket.answer_due_date, datetime(2026, 11, 30, 16, 0))

    def _days(self):
        return [
            (
                0,
                0,
                {
                    "name": str(day),
                    "dayofweek": str(day),
                    "hour_from": 9,
                    "hour_to": 17,
                    "day_period": "morning",
                },
            )
            for day in range(5)
        ]

    def test_the_first_public_answer_clears_it_and_a_question_sets_it_again(self):
        """D-03 cleared by the first public answer, set again by each customer
        message."""
        with self.clock(MONDAY):
            ticket = self._create_ticket(user_id=self.laura.id)
            self._note(ticket, self.laura)
            self.assertTrue(ticket.answer_due_date, "a note is no answer")
            self._answer(ticket, self.laura)
        self.assertFalse(ticket.answer_due_date)
        self.assertFalse(ticket.queue_date)
        with self.clock(MONDAY, days=1):
            self._answer(ticket, self.ana, "And now?")
        self.assertEqual(ticket.answer_due_date, MONDAY + timedelta(days=1, hours=8))

    def test_a_second_question_does_not_move_the_promise(self):
        with self.clock(MONDAY):
            ticket = self._create_ticket()
        with self.clock(MONDAY, hours=3):
            self._answer(ticket, self.ana, "Are you there?")
        self.assertEqual(ticket.answer_due_date, MONDAY + timedelta(hours=8))
        self.assertEqual(ticket.queue_date, MONDAY)

    def test_raising_the_priority_moves_the_promise(self):
        with self.clock(MONDAY):
            ticket = self._create_ticket()
        ticket.priority = "3"
        self.assertEqual(ticket.answer_due_date, MONDAY + timedelta(hours=1))

    def test_solving_leaves_no_answer_due(self):
        ticket = self._create_ticket()
        ticket.action_solve()
        self.assertFalse(ticket.answer_due_date)
        self.assertFalse(ticket.queue_date)

    def test_an_imported_thread_that_was_answered_waits_for_nobody(self):
        ticket = self._create_ticket(
            last_customer_message_date=MONDAY,
            last_agent_message_date=MONDAY + timedelta(hours=1),
        )
        self.assertFalse(ticket.queue_date)
        self.assertFalse(ticket.answer_due_date)
        self.assertTrue(ticket.solve_due_date, "the solution is still promised")
