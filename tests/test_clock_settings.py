# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.exceptions import ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..tools import planning
from .clock_common import ClockCommon

MONDAY = datetime(2026, 5, 4, 10)


def after(**delta):
    return MONDAY + timedelta(**delta)


@tagged("post_install", "-at_install")
class TestClockSettings(ClockCommon):
    """Dates follow the team, its settings and its hours, never to the earlier side of
    what was announced.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.calendar = cls.env["resource.calendar"].create(
            {
                "name": "Office hours",
                "tz": "Europe/Madrid",
                "attendance_ids": [
                    Command.clear(),
                    *(
                        Command.create(
                            {
                                "name": "Day",
                                "dayofweek": str(day),
                                "day_period": "full_day",
                                "hour_from": 9,
                                "hour_to": 17,
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )

    # -- settings that contradict each other

    def test_reminder_before_limit(self):
        """S1-13: whoever is solved by the clock was reminded before."""
        with self.assertRaisesRegex(ValidationError, "must come before"):
            self.team.reminder_interval_hours = 96
        with self.assertRaisesRegex(ValidationError, "at least one reminder"):
            self.team.reminder_max = 0
        with self.assertRaisesRegex(ValidationError, "at least one reminder"):
            self.team.reminder_interval_hours = 0
        self.team.write({"waiting_limit_hours": 0, "reminder_max": 0})
        with self.assertRaisesRegex(ValidationError, "at least one reminder"):
            self.team.waiting_limit_hours = 24

    def test_nothing_negative(self):
        for name in (
            "reminder_interval_hours",
            "reminder_max",
            "waiting_limit_hours",
            "solved_limit_hours",
            "extension_max_days",
        ):
            with (
                self.subTest(name=name),
                self.assertRaisesRegex(ValidationError, "negative"),
            ):
                self.team[name] = -1

    # -- changes in the middle of a wait

    def test_longer_limit(self):
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=12)):
            self.team.write({"waiting_limit_hours": 120, "reminder_interval_hours": 30})
        self.assertEqual(ticket.next_reminder_date, after(hours=30))
        self.assertEqual(ticket.auto_close_date, after(hours=120))

    def test_shorter_limit_keeps_what_was_announced(self):
        """S1-15: the printed time holds, also when the team becomes impatient."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
            self.assertEqual(ticket.announced_close_date, after(hours=96))
        with self.clock(after(hours=30)):
            self.team.waiting_limit_hours = 50
        self.assertEqual(ticket.auto_close_date, after(hours=96))

    def test_shorter_limit_keeps_the_announced_closing(self):
        """S2-34: the closing date that the mail named holds for less patient teams."""
        other = self._create_team("Other desk", self.laura)
        other.solved_limit_hours = 12
        with self.clock(MONDAY):
            ticket = self._solve()
            self._send_mails()
            self.assertEqual(ticket.announced_close_date, after(hours=48))
        with self.clock(after(hours=10)):
            self.team.solved_limit_hours = 24
            self.assertEqual(ticket.auto_close_date, after(hours=48))
            ticket.team_id = other
            self.assertEqual(ticket.auto_close_date, after(hours=48))

    def test_shorter_limit_before_it_was_announced(self):
        self.stages["solved"].mail_template_id = False
        with self.clock(MONDAY):
            ticket = self._solve()
        self.team.solved_limit_hours = 24
        self.assertEqual(ticket.auto_close_date, after(hours=24))

    def test_no_limit_any_more(self):
        """S1-14: a limit of 0 is none, for tickets that wait already, too."""
        with self.clock(MONDAY):
            ticket, solved = self._wait(), self._solve()
            self._send_mails()
            self.team.write({"waiting_limit_hours": 0, "solved_limit_hours": 0})
        self.assertFalse(ticket.auto_close_date or solved.auto_close_date)
        with self.clock(after(days=90)):
            self._run_clock()
        self.assertEqual(ticket.stage_kind, "waiting_customer")
        self.assertEqual(solved.stage_kind, "solved")

    def test_limit_begins_in_the_middle(self):
        """S1-14: a limit set now counts from now for what waits for long."""
        self.team.write({"waiting_limit_hours": 0, "reminder_max": 0})
        with self.clock(MONDAY):
            ticket = self._wait()
        with self.clock(after(hours=2)):
            fresh = self._wait()
        with self.clock(after(days=30)):
            self.team.write({"reminder_max": 3, "waiting_limit_hours": 96})
            self.assertEqual(ticket.auto_close_date, after(days=34))
            self.assertEqual(ticket.next_reminder_date, after(days=31))
            self.assertEqual(fresh.auto_close_date, after(days=34))

    def test_old_solved_tickets_are_left_alone(self):
        """S2-34: who begins to close tickets closes no old ones, nor writes to them."""
        self.team.solved_limit_hours = 0
        with self.clock(MONDAY):
            old = self._solve()
        with self.clock(after(days=30)):
            recent = self._solve()
        with self.clock(after(days=30, hours=8)):
            self.team.solved_limit_hours = 48
        self.assertFalse(old.auto_close_date)
        self.assertEqual(recent.auto_close_date, after(days=32))

    def test_stopped_clocks_stay_so(self):
        self.ana.partner_id.email = False
        with self.clock(MONDAY):
            ticket = self._wait()
            self.team.waiting_limit_hours = 120
        self.assertTrue(ticket.clock_note)
        self.assertFalse(ticket.auto_close_date)

    def test_stopped_clocks_stay_so_in_another_team(self):
        other = self._create_team("Other desk", self.laura)
        other.write({"reminder_interval_hours": 48, "waiting_limit_hours": 200})
        self.ana.partner_id.email = False
        with self.clock(MONDAY):
            ticket = self._wait()
            ticket.team_id = other
        self.assertTrue(ticket.clock_note)
        self.assertFalse(ticket.auto_close_date)

    def test_other_team(self):
        """S1-13: the hours of the team that has the ticket count, from its start."""
        other = self._create_team("Other desk", self.laura)
        other.write({"reminder_interval_hours": 48, "waiting_limit_hours": 200})
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=10)):
            ticket.team_id = other
        self.assertEqual(ticket.stage_id.team_ids, other)
        self.assertEqual(ticket.clock_start_date, MONDAY)
        self.assertEqual(ticket.next_reminder_date, after(hours=48))
        self.assertEqual(ticket.auto_close_date, after(hours=200))

    def test_other_team_keeps_what_was_announced(self):
        other = self._create_team("Other desk", self.laura)
        other.write({"reminder_interval_hours": 2, "waiting_limit_hours": 5})
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
            ticket.team_id = other
        self.assertEqual(ticket.auto_close_date, after(hours=96))

    def test_kind_of_a_stage(self):
        """S1-18: a stage that turns out to wait for the customer starts the clock."""
        stage = self._create_stage(self.team, "waiting_other")
        with self.clock(MONDAY):
            ticket = self._create_ticket(stage_id=stage.id, user_id=self.laura.id)
            self.assertFalse(ticket.auto_close_date)
            stage.kind = "waiting_customer"
            self.assertEqual(ticket.auto_close_date, after(hours=96))
            stage.kind = "in_progress"
            self.assertFalse(ticket.auto_close_date or ticket.clock_start_date)

    # -- working hours

    def test_working_hours(self):
        """S1-13: hours of the team are those of its calendar."""
        self.team.write(
            {
                "calendar_id": self.calendar.id,
                "reminder_interval_hours": 8,
                "waiting_limit_hours": 24,
            }
        )
        with self.clock(datetime(2026, 5, 7, 10)):  # Thursday noon in Madrid
            ticket = self._wait()
        self.assertEqual(ticket.next_reminder_date, datetime(2026, 5, 8, 10))
        # Friday, Monday, Tuesday noon
        self.assertEqual(ticket.auto_close_date, datetime(2026, 5, 12, 10))

    def test_holiday_entered_later(self):
        """S1-13: a holiday that is entered during the wait moves its dates."""
        self.team.write({"calendar_id": self.calendar.id, "solved_limit_hours": 16})
        with self.clock(MONDAY):
            ticket = self._solve()
            self.assertEqual(ticket.auto_close_date, datetime(2026, 5, 6, 10))
            leave = self.env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "calendar_id": self.calendar.id,
                    "date_from": datetime(2026, 5, 4, 22),
                    "date_to": datetime(2026, 5, 5, 22),
                }
            )
            self.assertEqual(ticket.auto_close_date, datetime(2026, 5, 7, 10))
            leave.unlink()
        self.assertEqual(
            ticket.auto_close_date, ticket.announced_close_date or after(hours=48)
        )

    def test_hours_changed_later(self):
        self.stages["solved"].mail_template_id = False
        self.team.write({"calendar_id": self.calendar.id, "solved_limit_hours": 16})
        with self.clock(MONDAY):
            ticket = self._solve()
            self.calendar.attendance_ids.filtered(lambda a: a.dayofweek == "1").unlink()
            self.assertEqual(ticket.auto_close_date, datetime(2026, 5, 7, 10))
            self.calendar.tz = "America/Mexico_City"  # not yet at work
            self.assertEqual(ticket.auto_close_date, datetime(2026, 5, 6, 23))

    def test_holiday_of_one_person(self):
        """What one person takes off is no holiday of the desk."""
        self.team.write({"calendar_id": self.calendar.id, "solved_limit_hours": 16})
        resource = self.env["resource.resource"].create(
            {"name": "Laura", "calendar_id": self.calendar.id}
        )
        with self.clock(MONDAY):
            ticket = self._solve()
            before = ticket.auto_close_date
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Off",
                    "calendar_id": self.calendar.id,
                    "resource_id": resource.id,
                    "date_from": datetime(2026, 5, 4, 22),
                    "date_to": datetime(2026, 5, 5, 22),
                }
            )
        self.assertEqual(ticket.auto_close_date, before)

    def test_daylight_saving(self):
        """S1-15: the hour on the clock of the desk stays when the clocks change."""
        self.team.write({"calendar_id": self.calendar.id, "solved_limit_hours": 8})
        with self.clock(datetime(2026, 3, 27, 11)):  # Friday noon, winter
            ticket = self._solve()
        self.assertEqual(ticket.auto_close_date, datetime(2026, 3, 30, 10))  # summer
        self.team.calendar_id = False
        with self.clock(datetime(2026, 3, 28, 20)):
            ticket = self._solve()
        self.assertEqual(ticket.auto_close_date, datetime(2026, 3, 29, 4))

    def test_plan_agrees_with_odoo(self):
        """Many moments at once come to what Odoo computes for each."""
        starts = [after(hours=7 * number, minutes=11 * number) for number in range(60)]
        self.team.calendar_id = self.calendar
        for hours in (0.25, 3, 8, 24, 300):
            planned = self.team._plan_hours(hours, starts)
            for start in starts:
                self.assertEqual(
                    planned[start],
                    self.calendar.plan_hours(hours, start, compute_leaves=True),
                )
        back = self.team._plan_hours(-9, starts)
        for start in starts:
            self.assertEqual(
                back[start],
                self.calendar.plan_hours(-9, start, compute_leaves=True),
            )

    def test_no_working_hours_at_all(self):
        self.calendar.attendance_ids.unlink()
        self.team.calendar_id = self.calendar
        with self.clock(MONDAY):
            ticket = self._solve()
        self.assertEqual(ticket.auto_close_date, after(hours=48))

    def test_recount_takes_one_pass(self):
        """A changed setting costs as many statements for forty tickets as for two."""
        counts = []
        self.team.calendar_id = self.calendar
        with self.clock(MONDAY):
            for size in (2, 38):
                for _number in range(size):
                    self._solve()
                self.env.flush_all()
                self.env.invalidate_all()
                before = self.env.cr.sql_log_count
                self.team.solved_limit_hours = 30 + size
                self.env.flush_all()
                counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2)

    # -- archived, merged, imported, installed

    def test_archived(self):
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
            ticket.active = False
        self.assertFalse(ticket.auto_close_date or ticket.next_reminder_date)
        with self.clock(after(days=20)):
            self._run_clock()
            self.assertEqual(ticket.stage_kind, "waiting_customer")
            ticket.active = True
            self.assertEqual(ticket.auto_close_date, after(days=24))
            self.assertFalse(ticket.reminder_count)

    def test_merged(self):
        """S0-24: what goes on in another ticket is not moved by time here."""
        with self.clock(MONDAY):
            ticket, main = self._wait(), self._wait()
            ticket.duplicate_id = main
        self.assertFalse(ticket.auto_close_date or ticket.next_reminder_date)
        self.assertTrue(main.auto_close_date)
        with self.clock(after(hours=3)):
            ticket.duplicate_id = False
        self.assertEqual(ticket.auto_close_date, after(hours=99))

    def test_created_waiting(self):
        """D-01: a ticket may begin waiting for the customer."""
        with self.clock(MONDAY):
            ticket = self._create_ticket(
                stage_id=self.stages["waiting_customer"].id,
                customer_request="Please send us the booking number.",
            )
        self.assertEqual(ticket.auto_close_date, after(hours=96))

    def test_imported(self):
        """Imported tickets stand still until somebody touches them."""
        Ticket = self.env["helpdesk.ticket"].with_context(import_file=True)
        ticket = Ticket.create(
            {
                "name": "Old",
                "description": "Old",
                "partner_id": self.ana.partner_id.id,
                "team_id": self.team.id,
                "stage_id": self.stages["solved"].id,
            }
        )
        self.assertFalse(ticket.auto_close_date)

    def test_installed_beside_tickets(self):
        """On a desk that had tickets before, nothing happens by itself."""
        self._create_ticket()
        self.team._turn_clocks_off_for_living_desk()
        self.assertFalse(self.team.clock_on)
        self.assertEqual(self.team.solved_limit_hours, 48, "settings stay")
        new = self.env["helpdesk.ticket.team"].create({"name": "New"})
        self.assertTrue(new.clock_on)

    def test_copies_begin_anew(self):
        with self.clock(MONDAY):
            ticket = self._wait()
        copy = ticket.copy()
        self.assertFalse(copy.auto_close_date or copy.clock_start_date)

    def test_whole_seconds(self):
        self.assertEqual(
            planning.naive(planning.aware(datetime(2026, 5, 4, 9, 59, 59, 999999))),
            MONDAY,
        )
