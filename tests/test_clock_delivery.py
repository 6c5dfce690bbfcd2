# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.tests import tagged

from .clock_common import ClockCommon

MONDAY = datetime(2026, 5, 4, 10)


def after(**delta):
    return MONDAY + timedelta(**delta)


@tagged("post_install", "-at_install")
class TestClockDelivery(ClockCommon):
    """Nobody is solved who was not reminded, nobody closed who was not told."""

    def _assert_stopped(self, ticket, words):
        """Check that the clock of ``ticket`` stands still and Laura was told why."""
        self.assertFalse(ticket.next_reminder_date or ticket.auto_close_date)
        self.assertIn(words, ticket.clock_note)
        activity = self._get_activities(ticket)
        self.assertEqual(activity.user_id, self.laura)
        self.assertIn(words, activity.note)
        with self.clock(ticket._now() + timedelta(days=90)):
            self._run_clock()
        self.assertIn(ticket.stage_kind, ("waiting_customer", "solved"))
        self.assertEqual(len(self._get_activities(ticket)), 1)

    # -- crons stood still

    def test_after_an_outage_first_a_reminder(self):
        """S1-13: crons stood still for a week; the customer is reminded and has a
        full interval, whichever cron comes first.
        """
        for first in ("ir_cron_auto_close", "ir_cron_send_reminders"):
            with self.subTest(first=first):
                with self.clock(MONDAY):
                    ticket = self._wait()
                    self._send_mails()
                with self.clock(after(days=7)):
                    self._run_clock(first)
                    self._run_clock()
                    self.assertEqual(ticket.stage_kind, "waiting_customer")
                    self.assertEqual(ticket.reminder_count, 1)
                    self.assertEqual(ticket.auto_close_date, after(days=8))
                with self.clock(after(days=8, minutes=-1)):
                    self._run_clock()
                    self.assertEqual(ticket.stage_kind, "waiting_customer")
                with self.clock(after(days=8)):
                    self._run_clock()
                    self.assertEqual(ticket.stage_kind, "solved")

    def test_outage_in_the_middle(self):
        """S1-13: reminders that were missed are not sent all at once."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
        with self.clock(after(hours=90)):
            self._run_clock()
            self.assertEqual(ticket.reminder_count, 2)
            self.assertEqual(ticket.auto_close_date, after(hours=90 + 24))
            self.assertFalse(ticket.next_reminder_date)

    def test_late_within_the_hour(self):
        """S1-13: a cron some minutes late shifts no date."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24, minutes=7)):
            self._run_clock()
        self.assertEqual(ticket.next_reminder_date, after(hours=48))
        self.assertEqual(ticket.auto_close_date, after(hours=96))

    def test_closing_after_an_outage(self):
        """S2-34: who was told the date is closed, however late."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self._send_mails()
        with self.clock(after(days=30)):
            self._run_clock()
        self.assertEqual(ticket.stage_kind, "closed")

    # -- mails that did not arrive

    def test_bounce(self):
        """S1-13: a reminder that bounced stops the clock, the assignee is told."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
            self._bounce(ticket.reminder_id)
            self.assertTrue(ticket._is_announcement_lost())
            self._assert_stopped(ticket, "did not arrive")

    def test_bounce_of_solved(self):
        """S2-34: nobody is closed whose mail with the date came back."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self._send_mails()
        with self.clock(after(hours=5)):
            self._bounce(ticket.announcement_id)
            self._assert_stopped(ticket, "did not arrive")

    def test_bounce_of_something_else(self):
        """A copy to somebody else that bounces is no reason to stop."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self._send_mails()
            notification = ticket.announcement_id.sudo().notification_ids
            notification.copy(
                {
                    "res_partner_id": self.luis.partner_id.id,
                    "mail_message_id": ticket.announcement_id.id,
                }
            ).notification_status = "bounce"
        self.assertTrue(ticket.auto_close_date)
        self.assertTrue(ticket._is_announcement_delivered())

    def test_refused_for_good(self):
        """S2-34: an address that the server refuses stops the clock."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self.ana.partner_id.email = "not an address"
            self._send_mails()
            self._assert_stopped(ticket, "did not arrive")

    def test_server_down(self):
        """S2-34: what waits for its server is not lost, and nobody is closed."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self._refuse_mails()
            self.assertFalse(ticket._is_announcement_delivered())
            self.assertFalse(ticket._is_announcement_lost())
        with self.clock(after(hours=48)):
            self._run_clock(send=False)
            self.assertEqual(ticket.stage_kind, "solved")
            self.assertEqual(ticket.auto_close_date, after(hours=96))

    def test_delivered_too_late(self):
        """S2-34: a mail that arrives after the date it names is said again."""
        with self.clock(MONDAY):
            ticket = self._solve()
        with self.clock(after(hours=48)):
            self._run_clock(send=False)
        with self.clock(after(hours=60)):
            self._send_mails()
        first = ticket.announcement_id
        with self.clock(after(hours=96)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "solved")
            self.assertNotEqual(ticket.announcement_id, first)
            self.assertEqual(ticket.announced_close_date, after(hours=144))
        with self.clock(after(hours=144)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "closed")

    def test_delivered_late(self):
        """S1-13: the time counts from when the reminder arrived."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        for hours in (24, 48):
            with self.clock(after(hours=hours)):
                self._run_clock()
        with self.clock(after(hours=72)):
            self._run_clock(send=False)
        with self.clock(after(hours=90)):
            self._send_mails()
        with self.clock(after(hours=96)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "waiting_customer")
            self.assertEqual(ticket.auto_close_date, after(hours=114))
        with self.clock(after(hours=114)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "solved")

    def test_given_up(self):
        """S1-13: a mail that nobody tries any more to deliver stops the clock."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self._refuse_mails()
            ticket.announcement_id.sudo().notification_ids.given_up = True
            self._assert_stopped(ticket, "did not arrive")

    def test_solved_without_a_mail(self):
        """S2-34: where the stage sends no mail, the clock tells the date itself."""
        self.stages["solved"].mail_template_id = False
        with self.clock(MONDAY):
            ticket = self._solve()
            self._send_mails()
            self.assertFalse(ticket.announcement_id)
        with self.clock(after(hours=48)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "solved")
            self.assertEqual(ticket.announced_close_date, after(hours=96))
        with self.clock(after(hours=96)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "closed")

    def test_solved_by_the_clock_without_a_mail_of_the_stage(self):
        """S1-14: who counts as solved is told so, whatever the stage sends."""
        self.stages["solved"].mail_template_id = False
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        for hours in (24, 48, 72, 96):
            with self.clock(after(hours=hours)):
                self._run_clock()
        self.assertEqual(ticket.stage_kind, "solved")
        self.assertIn("solved", ticket.announcement_id.body)
        self.assertEqual(ticket.announced_close_date, after(hours=96 + 48))

    def test_nobody_is_notified(self):
        """S2-34: a mail that was never to go to the requester tells nobody."""
        with self.clock(MONDAY):
            ticket = self._solve()
            ticket.announcement_id.sudo().notification_ids.unlink()
        with self.clock(after(hours=48)):
            self._run_clock()
        self._assert_stopped(ticket, "did not arrive")

    # -- requesters

    def test_requester_without_address(self):
        """S3-41: who has no mailbox is not reminded; the assignee is told."""
        self.ana.partner_id.email = False
        with self.clock(MONDAY):
            ticket = self._wait()
            self._assert_stopped(ticket, "no valid e-mail address")

    def test_requester_without_address_of_a_team_that_never_reminds(self):
        """S3-41: where nothing happens by itself, nobody is told that it does not."""
        self.ana.partner_id.email = False
        self.team.write({"reminder_max": 0, "waiting_limit_hours": 0})
        with self.clock(MONDAY):
            ticket = self._wait()
        self.assertFalse(ticket.clock_note or self._get_activities(ticket))

    def test_colleague_who_reads_in_odoo(self):
        """A colleague's notification counts as delivered where it is read."""
        self.ines.write({"notification_type": "inbox", "email": False})
        with self.clock(MONDAY):
            ticket = self._solve(partner_id=self.ines.partner_id.id)
        self.assertFalse(ticket.clock_note)
        with self.clock(after(hours=48)):
            self._run_clock()
        self.assertEqual(ticket.stage_kind, "closed")

    def test_requester_replaced(self):
        """S2-35: the new requester was told nothing: the time begins again."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
        with self.clock(after(hours=90)):
            ticket.partner_id = self.luis.partner_id
        self.assertFalse(ticket.reminder_count)
        self.assertEqual(ticket.auto_close_date, after(hours=90 + 96))

    def test_clock_goes_on(self):
        """S1-13: the assignee corrects the address and starts the clock again."""
        self.ana.partner_id.email = False
        with self.clock(MONDAY):
            ticket = self._wait()
            self.assertTrue(self._get_activities(ticket))
        self.ana.partner_id.email = "ana@test.example"
        with self.clock(after(hours=5)):
            ticket.with_user(self.laura).action_clock_restart()
        self.assertFalse(ticket.clock_note)
        self.assertFalse(self._get_activities(ticket))
        self.assertEqual(ticket.auto_close_date, after(hours=101))

    def test_who_is_told(self):
        """Without an assignee the team's leader is told, else one of its people."""
        self.ana.partner_id.email = False
        leaderless = self._wait(user_id=False)
        self.assertIn(self._get_activities(leaderless).user_id, self.team.user_ids)
        self.team.user_id = self.mora
        ticket = self._wait(user_id=False)
        self.assertEqual(self._get_activities(ticket).user_id, self.mora)
