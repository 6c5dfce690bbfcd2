# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.sql_db import Cursor
from odoo.tests import tagged

from .bulk import copy_ticket
from .clock_common import MODULE, ClockCommon
from .figures import FiguresCase
from .statements import find_scans, summary

MONDAY = datetime(2026, 5, 4, 10)
#: SQL statements per ticket, its mail up to the queue included
PER_TICKET = 12
TICKETS = 20_000


@tagged("post_install", "-at_install")
class TestClockBatch(FiguresCase, ClockCommon):
    """What the crons of the clock take for many tickets."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        people = [
            cls._create_person(
                f"Guest {n}", f"guest{n}", "base.group_portal", cls.hotel
            )
            for n in range(5)
        ]
        cls.partners = [person.partner_id for person in people]

    def _record(self, name):
        """Run a cron; return the statements it took."""
        statements, execute = [], Cursor.execute

        def record(cr, query, params=None, log_exceptions=True):
            result = execute(cr, query, params, log_exceptions)
            statements.append(cr._obj.query.decode())
            return result

        self.env.invalidate_all()
        with patch.object(Cursor, "execute", record):
            self._run_clock(name, send=False)
        return statements

    def _create_many(self, create, count=100):
        tickets = self.env["helpdesk.ticket"]
        for number in range(count):
            tickets += create(partner_id=self.partners[number % 5].id)
        return tickets

    def _assert_cheap(self, name, tickets, statements):
        per_ticket = len(statements) / len(tickets)
        self.tell(f"{name}: {per_ticket:.1f} statements per ticket")
        self.assertLessEqual(per_ticket, PER_TICKET, summary(statements))

    def test_statements(self):
        """A reminder, solving and closing with their mails take a few statements."""
        with self.clock(MONDAY):
            tickets = self._create_many(self._wait)
            self._send_mails()
        with self.clock(MONDAY, hours=24):
            statements = self._record("ir_cron_send_reminders")
            self.assertEqual(set(tickets.mapped("reminder_count")), {1})
            self._assert_cheap("Reminder", tickets, statements)
            self._send_mails()
        for day in (2, 3):
            with self.clock(MONDAY, days=day):
                self._run_clock()
        with self.clock(MONDAY, days=4):
            statements = self._record("ir_cron_auto_close")
            self.assertEqual(set(tickets.mapped("stage_kind")), {"solved"})
            self.assertEqual(len(self._get_queue()), len(tickets))
            self._assert_cheap("Solving", tickets, statements)
            self._send_mails()
        self.stages["closed"].mail_template_id = self.env.ref(
            f"{MODULE}.mail_template_closed"
        )
        with self.clock(MONDAY, days=6):
            statements = self._record("ir_cron_auto_close")
            self.assertEqual(set(tickets.mapped("stage_kind")), {"closed"})
            self.assertEqual(len(self._get_queue()), len(tickets))
            self._assert_cheap("Closing", tickets, statements)

    def test_finding_what_is_due(self):
        """Among 20,000 tickets, most of them with dates to come, an index finds it."""
        with self.clock(MONDAY):
            ticket = self._wait(chase_date=MONDAY + timedelta(days=90))
            ticket.chase_alert_date = MONDAY + timedelta(days=90)
        copy_ticket(ticket, TICKETS, self.ana.partner_id, self.stages["solved"])
        self.env.cr.execute("ANALYZE helpdesk_ticket")
        with self.clock(MONDAY, hours=1):
            for name, date_field in (
                ("ir_cron_send_reminders", "next_reminder_date"),
                ("ir_cron_auto_close", "auto_close_date"),
                ("ir_cron_chase", "chase_alert_date"),
            ):
                finding = [
                    statement
                    for statement in self._record(name)
                    if f'"{date_field}" <' in statement
                ]
                self.assertTrue(finding)
                for statement in finding:
                    scans = find_scans(self.env.cr, statement, ["helpdesk_ticket"])
                    self.assertFalse(scans, statement)
