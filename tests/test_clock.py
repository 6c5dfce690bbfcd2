# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo import fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .clock_common import ClockCommon

MONDAY = datetime(2026, 5, 4, 10)


@tagged("post_install", "-at_install")
class TestClock(ClockCommon):
    def test_dates_of_a_wait(self):
        """S1-13 "Tickets waiting for the customer's answer send reminder mails"."""
        with self.clock(MONDAY):
            ticket = self._wait()
        self.assertEqual(ticket.next_reminder_date, MONDAY + timedelta(hours=24))
        self.assertEqual(ticket.auto_close_date, MONDAY + timedelta(hours=96))
        self.assertFalse(ticket.reminder_count)

    def test_reminders_and_solved(self):
        """S1-13 "… automatically over a number of days"; S1-14 "If no answer arrives
        by the set time, the ticket closes automatically and counts as solved".
        """
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        for number in (1, 2, 3):
            with self.clock(MONDAY, hours=24 * number, minutes=-1):
                self._run_clock()
                self.assertEqual(ticket.reminder_count, number - 1)
            with self.clock(MONDAY, hours=24 * number):
                self._run_clock()
                self.assertEqual(ticket.reminder_count, number)
                self._run_clock()
                self.assertEqual(ticket.reminder_count, number)
        self.assertFalse(ticket.next_reminder_date)
        with self.clock(MONDAY, hours=95, minutes=59):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "waiting_customer")
        with self.clock(MONDAY, hours=96):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "solved")
            self.assertEqual(ticket.solved_date, MONDAY + timedelta(hours=96))
        self.assertEqual(self._count_reminders(ticket), 3)
        with self.clock(MONDAY, hours=96 + 48):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "closed")
        self.assertFalse(ticket.auto_close_date)
        self.assertFalse(ticket.clock_start_date)
