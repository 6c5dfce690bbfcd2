# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .clock_common import REQUEST, ClockCommon

MONDAY = datetime(2026, 5, 4, 10)


def after(**delta):
    return MONDAY + timedelta(**delta)


@tagged("post_install", "-at_install")
class TestClockSwitch(ClockCommon):
    """Issue 9 "On a database with tickets all clocks and promises are off until an
    administrator turns them on per team; turning on shows what would happen and counts
    from that moment. Mails: none for tickets untouched for 90 days." """

    def _turn_off(self):
        self.team.with_user(self.mora)._turn_clock_off()

    def _wizard(self, **vals):
        Wizard = self.env["helpdesk.clock.wizard"].with_user(self.mora)
        return Wizard.create({"team_id": self.team.id, **vals})

    def _old(self, days, kind="solved", requester=None):
        """Return a ticket of a desk whose clock is off, touched so many days ago."""
        with self.clock(after(days=-days)):
            ticket = self._create_ticket(requester, user_id=self.laura.id)
            self.env.cr.flush()
            if kind == "waiting_customer":
                ticket.with_user(self.laura).action_wait_customer(REQUEST)
            elif kind != "new":
                ticket.with_user(self.laura)._set_kind(kind)
            self.env.cr.flush()
        return ticket

    def _drop_mails(self):
        self.env.cr.flush()
        self.env["mail.mail"].search([("state", "=", "outgoing")]).unlink()

    # ------------------------------------------------------------
    # Off
    # ------------------------------------------------------------

    def test_off_nothing_is_counted_told_or_promised(self):
        self.team.promise_ids = [
            (0, 0, {"priority": "1", "answer_hours": 4, "solve_hours": 8})
        ]
        with self.clock(MONDAY):
            self._turn_off()
            waiting, solved, new = self._wait(), self._solve(), self._create_ticket()
            self._send_mails()
        for ticket in waiting | solved | new:
            self.assertFalse(ticket.next_reminder_date or ticket.auto_close_date)
            self.assertFalse(ticket.answer_due_date or ticket.solve_due_date)
        self.assertNotIn("before", waiting._get_turn_text())
        self.assertNotIn("closed on", solved._get_turn_text())
        self.assertNotIn("We answer", new._get_turn_text())
        self.assertNotIn("closed on", str(solved.message_ids.mapped("body")))
        self.assertFalse(
            self.env["helpdesk.ticket"]._portal_promise_words(self.team, "1")
        )
        self.assertEqual(self.team.waiting_limit_hours, 96, "settings stay")
        with self.clock(after(days=30)):
            self._run_clock()
            self._answer(new, self.ana, "Any news?")
        self.assertFalse(new.answer_due_date)
        self.assertEqual(waiting.stage_kind, "waiting_customer")
        self.assertEqual(solved.stage_kind, "solved")
        self.assertFalse(self._count_reminders(waiting))

    def test_turning_off_forgets_what_was_due(self):
        self.team.promise_ids = [(0, 0, {"priority": "1", "answer_hours": 4})]
        with self.clock(MONDAY):
            waiting, new = self._wait(), self._create_ticket()
            other = self._create_ticket()
            other.action_wait_other("The provider", chase_date=after(days=1))
            self.assertTrue(waiting.auto_close_date and new.answer_due_date)
            self.assertTrue(other.chase_alert_date)
            self.assertEqual(self._wizard().announced_count, 3)
            self._wizard().action_turn_off()
        self.assertFalse(waiting.auto_close_date or waiting.next_reminder_date)
        self.assertFalse(new.answer_due_date or other.chase_alert_date)
        self.assertNotIn("ask them again", other._get_turn_text())
        with self.clock(after(days=30)):
            self._run_clock()
        self.assertEqual(waiting.stage_kind, "waiting_customer")
        self.assertFalse(self._get_activities(other, "chase"))

    def test_off_stays_off_whatever_is_configured(self):
        """Settings, stages and teams of tickets change: nothing begins."""
        with self.clock(MONDAY):
            self._turn_off()
            ticket = self._wait()
            self.team.write({"reminder_interval_hours": 12, "reminder_max": 5})
            self.stages["waiting_other"].kind = "waiting_customer"
            ticket.action_clock_restart()
        self.assertFalse(ticket.next_reminder_date or ticket.auto_close_date)

    def test_teams_made_later_have_a_clock(self):
        self._create_ticket()
        self.env["helpdesk.ticket.team"]._turn_clocks_off_for_living_desk()
        self.assertFalse(self.team.clock_on)
        self.assertTrue(self.env["helpdesk.ticket.team"].create({"name": "N"}).clock_on)

    def test_a_reminder_by_hand_names_no_date(self):
        with self.clock(MONDAY):
            self._turn_off()
            ticket = self._wait()
            ticket.with_user(self.laura).action_send_reminder()
        words = self._get_clock_mails(ticket, "reminder").body
        self.assertIn("reminder 1 of 3", words)
        self.assertNotIn("last reminder", words)
        self.assertFalse(ticket.auto_close_date)

    # ------------------------------------------------------------
    # What would happen
    # ------------------------------------------------------------

    def test_preview_counts_and_lists_what_turning_on_does(self):
        self.team.promise_ids = [(0, 0, {"priority": "1", "solve_hours": 8})]
        with self.clock(after(days=-300)):
            self._turn_off()
        waiting = self._old(20, "waiting_customer")
        solved = self._old(30)
        asleep = self._old(91, "waiting_customer") | self._old(200)
        nobody = self._old(10, requester=self.eva)
        nobody.partner_id.email = False
        new = self._old(3, "new")
        with self.clock(MONDAY):
            wizard = self._wizard()
            self.assertEqual(
                (
                    wizard.remind_count,
                    wizard.solve_count,
                    wizard.tell_count,
                    wizard.dormant_count,
                    wizard.unreachable_count,
                    wizard.promise_count,
                ),
                (1, 1, 1, 2, 1, 1),
            )
            for step, tickets in (
                ("remind", waiting),
                ("tell", solved),
                ("dormant", asleep),
                ("unreachable", nobody),
                ("promise", new),
            ):
                action = wizard.with_context(clock_step=step).action_show_tickets()
                found = self.env["helpdesk.ticket"].search(action["domain"])
                self.assertEqual(found, tickets, step)
            self.assertEqual(waiting.clock_step, "remind")
            wizard.action_turn_on()
            self._drop_mails()
        self.assertTrue(waiting.next_reminder_date and waiting.auto_close_date)
        self.assertTrue(solved.auto_close_date)
        self.assertFalse(any(t.auto_close_date for t in asleep | nobody | new))
        self.assertTrue(nobody.clock_note)
        self.assertFalse(self._get_activities(nobody), "the preview said it")
        self.assertEqual(new.solve_due_date, after(hours=8))

    def test_what_people_wrote_counts_as_touching(self):
        with self.clock(after(days=-200)):
            self._turn_off()
        ticket = self._old(100)
        with self.clock(after(days=-5)):
            message = self._answer(ticket, self.laura, "By the way")
        # what came before this module has no dates of its own
        ticket.write({"last_agent_message_date": False})
        with self.clock(MONDAY):
            self.assertEqual(self.team._count_clock_steps()["tell"], 1)
            message.sudo().message_type = "notification"
            self.assertEqual(self.team._count_clock_steps()["tell"], 0)

    # ------------------------------------------------------------
    # On
    # ------------------------------------------------------------

    def test_no_time_out_sooner_than_the_full_limit(self):
        with self.clock(after(days=-60)):
            self._turn_off()
        waiting = self._old(30, "waiting_customer")
        with self.clock(MONDAY):
            self._wizard().action_turn_on()
            self._run_clock()
        self.assertFalse(self._count_reminders(waiting), "nobody at once")
        self.assertEqual(waiting.next_reminder_date, after(hours=25))
        self.assertEqual(waiting.auto_close_date, after(hours=97))
        for days in (1, 2, 3, 4, 5):
            with self.clock(after(days=days, hours=2)):
                self._run_clock()
        self.assertEqual(self._count_reminders(waiting), 3)
        self.assertEqual(waiting.stage_kind, "solved")

    def test_solved_before_is_told_the_date_first(self):
        """design 4: nobody is closed who was not told the date."""
        with self.clock(after(days=-60)):
            self._turn_off()
        solved = self._old(30)
        self._drop_mails()
        with self.clock(MONDAY):
            self._wizard().action_turn_on()
            self._run_clock()
        self.assertFalse(solved.announcement_id)
        with self.clock(after(hours=2)):
            self._run_clock()
        words = self._get_clock_mails(solved, "solved")[:1].body
        self.assertIn("closed on Wednesday, May 6", words)
        self.assertNotIn("received no answer", words)
        self.assertEqual(solved.announced_close_date, after(hours=50))
        with self.clock(after(hours=49)):
            self._run_clock()
            self.assertEqual(solved.stage_kind, "solved")
        with self.clock(after(hours=51)):
            self._run_clock()
            self.assertEqual(solved.stage_kind, "closed")

    def test_solved_before_may_stay_as_it_is(self):
        with self.clock(after(days=-60)):
            self._turn_off()
        solved = self._old(30)
        self._drop_mails()
        with self.clock(MONDAY):
            self._wizard(solved_choice="leave").action_turn_on()
        with self.clock(after(days=20)):
            self.team.solved_limit_hours = 72
            self._run_clock()
        self.assertEqual(solved.stage_kind, "solved")
        self.assertFalse(solved.auto_close_date)

    def test_untouched_tickets_get_no_mail_ever(self):
        with self.clock(after(days=-300)):
            self._turn_off()
        asleep = self._old(120, "waiting_customer") | self._old(120)
        self._drop_mails()
        before = asleep.message_ids
        with self.clock(MONDAY):
            self._wizard().action_turn_on()
        for days in (2, 10, 40):
            with self.clock(after(days=days)):
                # changed settings wake nobody
                self.team.write({"reminder_max": days})
                self._run_clock()
        self.assertEqual(asleep.message_ids, before)
        self.assertEqual(asleep.mapped("stage_kind"), ["waiting_customer", "solved"])
        with self.clock(after(days=41)):
            self._answer(asleep[0], self.laura, "Do you still need it?")
        self.assertTrue(asleep[0].auto_close_date, "touched, it counts again")

    def test_untouched_tickets_are_closed_without_a_mail_if_asked_for(self):
        with self.clock(after(days=-300)):
            self._turn_off()
        asleep = self._old(120, "waiting_customer") | self._old(120)
        solved = self._old(20)
        self._drop_mails()
        with self.clock(MONDAY):
            self._wizard(dormant_choice="close").action_turn_on()
            self._run_clock("ir_cron_settle", send=False)
            self.assertEqual(asleep.mapped("stage_kind"), ["closed", "closed"])
            self.assertEqual(solved.stage_kind, "solved")
            self.assertFalse(self._get_queue())
            for ticket in asleep:
                note = ticket.message_ids[:1]
                self.assertIn("without an e-mail", note.body)
                self.assertTrue(note.is_internal or note.subtype_id.internal)
        self.assertFalse(self.team.clock_settle_date)

    def test_many_are_told_some_an_hour(self):
        with self.clock(after(days=-60)):
            self._turn_off()
        tickets = self._old(3) | self._old(4) | self._old(5)
        self._drop_mails()
        with self.clock(MONDAY), self._per_hour(2):
            self._wizard().action_turn_on()
        self.assertEqual(
            sorted(tickets.mapped("next_reminder_date")),
            [after(hours=1), after(hours=1), after(hours=2)],
        )

    def _per_hour(self, number):
        return patch(
            "odoo.addons.helpdesk_service_portal.models.helpdesk_ticket_team_clock"
            ".PER_HOUR",
            number,
        )

    def test_promises_count_from_turning_on(self):
        """No ticket is late the moment the clock is turned on."""
        self.team.promise_ids = [
            (0, 0, {"priority": "1", "answer_hours": 4, "solve_hours": 8}),
            (0, 0, {"priority": "3", "answer_hours": 1}),
        ]
        with self.clock(after(days=-120)):
            self._turn_off()
        ticket, asleep = self._old(20, "new"), self._old(100, "new")
        with self.clock(MONDAY):
            self._wizard().action_turn_on()
            self.assertFalse(ticket._is_overdue())
        self.assertEqual(ticket.answer_due_date, after(hours=4))
        self.assertEqual(ticket.solve_due_date, after(hours=8))
        self.assertFalse(asleep.answer_due_date or asleep.solve_due_date)
        with self.clock(after(hours=3)):
            ticket.priority = "3"
        self.assertEqual(ticket.answer_due_date, after(hours=1))

    def test_an_announced_date_never_moves_earlier(self):
        with self.clock(MONDAY):
            ticket = self._wait()
            ticket._clock_extend(after(days=20))
            self._wizard().action_turn_off()
        self.assertFalse(ticket.auto_close_date)
        with self.clock(after(days=1)):
            self._wizard().action_turn_on()
        self.assertEqual(ticket.auto_close_date, after(days=20))

    # ------------------------------------------------------------
    # Who, and what is kept of it
    # ------------------------------------------------------------

    def test_every_switch_is_audited(self):
        Audit = self.env["helpdesk.audit"]
        with self.clock(MONDAY):
            self.team.with_user(self.mora).write({"clock_on": False})
            self._wizard().action_turn_on()
        lines = Audit.search([("event", "=", "clock")], limit=2)
        self.assertEqual(lines.user_id, self.mora)
        self.assertIn("Desk turned on", lines[0].details)
        self.assertIn("Desk turned off", lines[1].details)

    def test_agents_do_not_turn_clocks(self):
        for turn in ("_turn_clock_off", "_turn_clock_on"):
            with self.assertRaises(AccessError):
                getattr(self.team.with_user(self.sam), turn)()
        with self.assertRaises(AccessError):
            self.env["helpdesk.clock.wizard"].with_user(self.sam).create(
                {"team_id": self.team.id}
            )
