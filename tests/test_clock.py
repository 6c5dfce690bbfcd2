# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .clock_common import ClockCommon

MONDAY = datetime(2026, 5, 4, 10)


def after(**delta):
    return MONDAY + timedelta(**delta)


@tagged("post_install", "-at_install")
class TestClock(ClockCommon):
    """What happens by itself, when, and what keeps it from happening."""

    # -- waiting for the customer

    def test_dates_of_a_wait(self):
        """S1-13: the first reminder is due an interval, the end a limit after."""
        with self.clock(MONDAY):
            ticket = self._wait()
        self.assertEqual(ticket.clock_start_date, MONDAY)
        self.assertEqual(ticket.next_reminder_date, after(hours=24))
        self.assertEqual(ticket.auto_close_date, after(hours=96))
        self.assertFalse(ticket.reminder_count)

    def test_reminders_then_solved_then_closed(self):
        """S1-13 "Tickets waiting for the customer's answer send reminder mails
        automatically over a number of days"; S1-14 "If no answer arrives by the set
        time, the ticket closes automatically and counts as solved".
        """
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        for number in (1, 2, 3):
            with self.clock(after(hours=24 * number, minutes=-1)):
                self._run_clock()
                self.assertEqual(ticket.reminder_count, number - 1)
            with self.clock(after(hours=24 * number)):
                self._run_clock()
                self._run_clock()
                self.assertEqual(ticket.reminder_count, number)
                self.assertEqual(self._count_reminders(ticket), number)
        self.assertFalse(ticket.next_reminder_date)
        with self.clock(after(hours=95, minutes=59)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "waiting_customer")
        with self.clock(after(hours=96)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "solved")
            self.assertEqual(ticket.solved_date, after(hours=96))
            self.assertEqual(ticket.turn, "done")
        with self.clock(after(hours=96 + 48)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "closed")
            self.assertEqual(ticket.closed_date, after(hours=96 + 48))
        self.assertFalse(ticket.auto_close_date)
        self.assertFalse(ticket.clock_start_date)
        self.assertEqual(self._count_reminders(ticket), 3)

    def test_reminders_say_which_they_are(self):
        """S1-13: a reminder says which of how many it is; the last one says so."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        texts = []
        for number in (1, 2, 3):
            with self.clock(after(hours=24 * number)):
                self._run_clock()
            reminder = ticket.reminder_id
            texts.append((ticket._get_reminder_total(), ticket._is_last_reminder()))
            self.assertEqual(ticket.announcement_id, reminder)
        self.assertEqual(texts, [(3, False), (3, False), (3, True)])
        bodies = self._get_clock_mails(ticket, "reminder").sorted("id").mapped("body")
        self.assertIn("1", bodies[0])
        self.assertIn("last", bodies[2])

    def test_reminder_later_than_limit_is_not_counted(self):
        """S1-13: a reminder that would come at the end is not announced."""
        self.team.waiting_limit_hours = 48
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
        self.assertTrue(ticket._is_last_reminder())
        self.assertEqual(ticket._get_reminder_total(), 1)

    def test_reminders_without_limit(self):
        """S1-13: a team may remind and leave the ticket waiting for ever."""
        self.team.waiting_limit_hours = 0
        with self.clock(MONDAY):
            ticket = self._wait()
            self.assertFalse(ticket.auto_close_date)
            self._send_mails()
        for day in range(1, 9):
            with self.clock(after(days=day)):
                self._run_clock()
        self.assertEqual(ticket.reminder_count, 3)
        self.assertEqual(ticket.stage_kind, "waiting_customer")

    def test_answer_stops_the_clock(self):
        """S1-16 "An answer by any means stops reminders and closing"."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=30)):
            self._answer(ticket, self.ana, "It is 4711")
            self.assertEqual(ticket.stage_kind, "in_progress")
            self.assertFalse(ticket.next_reminder_date or ticket.auto_close_date)
        with self.clock(after(days=30)):
            self._run_clock()
        self.assertEqual(ticket.stage_kind, "in_progress")
        self.assertFalse(ticket.reminder_count)

    def test_answer_where_no_stage_is_for_work(self):
        """S1-16: nothing happens to who answered, whatever stages the team lacks."""
        for kind in ("new", "in_progress"):
            self.stages[kind].active = False
        with self.clock(MONDAY):
            ticket = self._create_ticket(
                user_id=self.laura.id, stage_id=self.stages["waiting_customer"].id
            )
            self.assertTrue(ticket.auto_close_date)
        with self.clock(after(hours=1)):
            self._answer(ticket, self.ana, "It is 4711")
        self.assertEqual(ticket.stage_kind, "waiting_customer")
        self.assertFalse(ticket.next_reminder_date or ticket.auto_close_date)
        self.assertIn("answered", ticket.clock_note)
        self.assertEqual(self._get_activities(ticket).user_id, self.laura)

    def test_second_question_begins_anew(self):
        """S1-13: who asks again waits from then on; what was promised holds."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
            ticket._clock_extend(after(days=9))
        with self.clock(after(hours=40)):
            self._answer(ticket, self.laura, "And your name, please")
        self.assertFalse(ticket.reminder_count)
        self.assertTrue(ticket.extension_used)
        self.assertEqual(ticket.clock_start_date, after(hours=40))
        self.assertEqual(ticket.auto_close_date, after(days=9))

    def test_another_request(self):
        """S0-32: who needs something else asks for it, and waits from then on."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
        with self.clock(after(hours=40)):
            ticket.action_wait_customer("Please send us the name of the guest.")
        self.assertEqual(ticket.next_reminder_date, after(hours=64))
        self.assertEqual(ticket.auto_close_date, after(hours=136))

    def test_what_is_no_answer_changes_nothing(self):
        """S1-16 "An auto-reply does not count as an answer"; nor does a note."""
        with self.clock(MONDAY):
            ticket = self._wait()
        with self.clock(after(hours=2)):
            self._note(ticket, self.laura)
            ticket.with_user(self.laura).message_post(
                body="sent by itself",
                message_type="auto_comment",
                subtype_xmlid="mail.mt_comment",
            )
        self.assertEqual(ticket.clock_start_date, MONDAY)
        self.assertEqual(ticket.auto_close_date, after(hours=96))

    # -- more time

    def test_more_time(self):
        """S1-15: more time moves the end, and a reminder comes before it."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
            ticket._clock_extend(after(days=8))
        self.assertEqual(ticket.auto_close_date, after(days=8))
        self.assertEqual(ticket.announced_close_date, after(days=8))
        self.assertEqual(ticket.next_reminder_date, after(days=7))
        self.assertTrue(ticket.extension_used)
        with self.clock(after(days=7)):
            self._run_clock()
        self.assertEqual(ticket.reminder_count, 2)
        with self.clock(after(days=8, minutes=-1)):
            self._run_clock()
        self.assertEqual(ticket.stage_kind, "waiting_customer")
        with self.clock(after(days=8)):
            self._run_clock()
        self.assertEqual(ticket.stage_kind, "solved")

    def test_more_time_never_takes_any(self):
        with self.clock(MONDAY):
            ticket = self._wait()
            ticket._clock_extend(after(hours=1))
        self.assertEqual(ticket.auto_close_date, after(hours=96))

    # -- solved

    def test_closed_after_solving(self):
        """S2-34 "Tickets close automatically 48 hours after being marked resolved if
        the customer did not answer".
        """
        with self.clock(MONDAY):
            ticket = self._solve()
            self.assertEqual(ticket.auto_close_date, after(hours=48))
            self.assertEqual(ticket.announced_close_date, after(hours=48))
            self._send_mails()
        with self.clock(after(hours=47, minutes=59)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "solved")
        with self.clock(after(hours=48)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "closed")

    def test_new_team_closes_after_48_hours(self):
        """S2-34: 48 hours are what a new team starts with."""
        team = self.env["helpdesk.ticket.team"].create({"name": "New"})
        self.assertEqual(team.solved_limit_hours, 48)
        self.assertFalse(team.waiting_limit_hours)

    def test_answer_after_solving(self):
        """S0-37 "the customer can reopen just by answering it"; it stays open."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self._send_mails()
        with self.clock(after(hours=47)):
            self._answer(ticket, self.ana, "It happens again, please look")
        self.assertEqual(ticket.stage_kind, "in_progress")
        self.assertFalse(ticket.auto_close_date)
        with self.clock(after(hours=480)):
            self._run_clock()
        self.assertEqual(ticket.stage_kind, "in_progress")

    def test_never_closed_without_a_stage_for_it(self):
        """S0-37: a desk whose "Resolved/Closed" is one stage closes nothing."""
        self.stages["closed"].active = False
        self.env["helpdesk.ticket.stage"].search(
            [("kind", "=", "closed"), ("team_ids", "=", False)]
        ).active = False
        with self.clock(MONDAY):
            ticket = self._solve()
        self.assertFalse(ticket.auto_close_date)
        with self.clock(after(hours=4)):
            self._create_stage(self.team, "closed", 9)
        self.assertEqual(ticket.auto_close_date, after(hours=48))

    def test_other_kinds_stand_still(self):
        """S0-33: nothing happens by itself to what waits for others, or for us."""
        with self.clock(MONDAY):
            ticket = self._create_ticket(user_id=self.laura.id)
            for kind in ("in_progress", "waiting_other", "closed"):
                ticket.stage_id = self.stages[kind]
                self.assertFalse(ticket.next_reminder_date or ticket.auto_close_date)
                self.assertFalse(ticket.clock_start_date)

    # -- the verb

    def test_agent_reminds(self):
        """S1-13: an agent may remind earlier; it counts as one of them."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=10)):
            ticket.with_user(self.laura).action_send_reminder()
            self._send_mails()
            self.assertEqual(ticket.reminder_count, 1)
            self.assertEqual(ticket.next_reminder_date, after(hours=34))
            self.assertEqual(ticket.auto_close_date, after(hours=96))
            ticket.with_user(self.laura).action_send_reminder()
            ticket.with_user(self.laura).action_send_reminder()
            with self.assertRaisesRegex(UserError, "All reminders"):
                ticket.with_user(self.laura).action_send_reminder()

    def test_reminding_where_nobody_waits(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        with self.assertRaisesRegex(UserError, "Nobody waits"):
            ticket.with_user(self.laura).action_send_reminder()

    def test_customers_remind_nobody(self):
        ticket = self._wait()
        for verb in ("action_send_reminder", "action_clock_restart"):
            with self.subTest(verb=verb), self.assertRaises(AccessError):
                getattr(ticket.with_user(self.ana), verb)()
