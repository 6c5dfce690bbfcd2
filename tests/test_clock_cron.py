# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .clock_common import ClockCommon

MONDAY = datetime(2026, 5, 4, 10)
RUN = "odoo.addons.helpdesk_service_portal.models.helpdesk_ticket_clock_run"


def after(**delta):
    return MONDAY + timedelta(**delta)


@tagged("post_install", "-at_install")
class TestClockCron(ClockCommon):
    """The crons: a failing ticket stops nobody, what others hold is left to them."""

    def _break(self, broken, verb="_time_out"):
        """Let ``verb`` fail for the ticket ``broken``."""
        model = type(self.env["helpdesk.ticket"])
        works = getattr(model, verb)

        def fail(tickets):
            works(tickets)
            if broken in tickets:
                raise RuntimeError("Out of ink")

        return patch.object(model, verb, fail)

    @mute_logger(RUN)
    def test_failing_ticket_blocks_nobody(self):
        """Robust: "a ticket that fails is noted on itself, retried with growing
        pause, blocks nobody".
        """
        with self.clock(MONDAY):
            tickets = self._solve() + self._solve() + self._solve()
            self._send_mails()
        broken = tickets[1]
        pauses = []
        moment = after(hours=48)
        with self._break(broken):
            for number in (1, 2, 3, 4):
                with self.clock(moment):
                    self._run_clock()
                self.assertEqual(broken.clock_retry_count, number)
                self.assertIn("Out of ink", broken.clock_note)
                self.assertEqual(broken.stage_kind, "solved")
                self.assertEqual(
                    set((tickets - broken).mapped("stage_kind")), {"closed"}
                )
                pauses.append(broken.clock_retry_date - moment)
                with self.clock(broken.clock_retry_date, seconds=-1):
                    self._run_clock()
                self.assertEqual(broken.clock_retry_count, number)
                moment = broken.clock_retry_date
        self.assertEqual(pauses, sorted(set(pauses)))
        self.assertEqual(self._get_activities(broken).user_id, self.laura)
        with self.clock(moment):
            self._run_clock()
        self.assertEqual(broken.stage_kind, "closed")
        self.assertFalse(broken.clock_note or broken.clock_retry_count)
        self.assertFalse(self._get_activities(broken))

    @mute_logger(RUN)
    def test_failure_leaves_no_mail_behind(self):
        """What failed half-way is undone: no message, no mail in the queue."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        messages = len(ticket.message_ids)
        with self.clock(after(hours=24)), self._break(ticket, "_send_reminders"):
            self._run_clock(send=False)
            self.assertFalse(self._get_queue())
        self.assertEqual(len(ticket.message_ids), messages)
        self.assertFalse(ticket.reminder_count)

    @mute_logger(RUN)
    def test_pause_has_an_end(self):
        ticket = self._solve()
        ticket.clock_retry_count = 1000
        ticket._note_failure(UserError("Out of ink"))
        self.assertLessEqual(ticket.clock_retry_date - ticket._now(), timedelta(days=1))

    @mute_logger(RUN)
    def test_team_without_solved_stage(self):
        """S1-14: where a stage is missing, the ticket says so."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        for hours in (24, 48, 72):
            with self.clock(after(hours=hours)):
                self._run_clock()
        self.stages["solved"].active = False
        self.env["helpdesk.ticket.stage"].search(
            [("kind", "=", "solved"), ("team_ids", "=", False)]
        ).active = False
        with self.clock(after(hours=96)):
            self._run_clock()
        self.assertIn("has no stage of the kind", ticket.clock_note)
        self.assertEqual(ticket.stage_kind, "waiting_customer")

    @mute_logger(RUN)
    def test_deleted_template(self):
        self.env.ref("helpdesk_service_portal.mail_template_reminder").unlink()
        with self.clock(MONDAY):
            ticket = self._wait()
            self._send_mails()
        with self.clock(after(hours=24)):
            self._run_clock()
        self.assertIn("was deleted", ticket.clock_note)
        self.assertFalse(ticket.reminder_count)

    def test_what_others_hold_is_left_to_them(self):
        """Robust: "safe with several workers and servers"."""
        with self.clock(MONDAY):
            tickets = self._solve() + self._solve()
            self._send_mails()
        model = type(self.env["helpdesk.ticket"])

        def lock_one(records, **_options):
            return records - tickets[0]

        with self.clock(after(hours=48)):
            with patch.object(model, "try_lock_for_update", lock_one):
                self._run_clock()
            self.assertEqual(tickets.mapped("stage_kind"), ["solved", "closed"])
            self._run_clock()
            self.assertEqual(tickets.mapped("stage_kind"), ["closed", "closed"])

    def test_met_somebody_else(self):
        """Robust: a batch that met another transaction is begun again."""
        with self.clock(MONDAY):
            ticket = self._solve()
            self._send_mails()
        model = type(self.env["helpdesk.ticket"])
        lock = model.try_lock_for_update
        failures = [SerializationFailure(), SerializationFailure()]

        def meet(records, **options):
            if failures:
                raise failures.pop()
            return lock(records, **options)

        with (
            self.clock(after(hours=48)),
            patch.object(model, "try_lock_for_update", meet),
        ):
            self._run_clock()
        self.assertFalse(failures)
        self.assertEqual(ticket.stage_kind, "closed")

    def test_many_batches(self):
        """Each batch is committed; the to-do list is what is left."""
        with self.clock(MONDAY):
            tickets = self.env["helpdesk.ticket"]
            for _number in range(7):
                tickets += self._solve()
            self._send_mails()
        cron = self.env.ref("helpdesk_service_portal.ir_cron_auto_close")
        cron.code = "model._cron_auto_close(batch_size=2)"
        with self.clock(after(hours=48)):
            self._run_clock("ir_cron_auto_close")
        self.assertEqual(set(tickets.mapped("stage_kind")), {"closed"})
        self.assertEqual(len(tickets.message_ids.filtered("tracking_value_ids")), 14)

    def test_several_companies(self):
        """Each ticket is moved in its own company."""
        company = self.env["res.company"].create({"name": "Other company"})
        other = company.helpdesk_team_id
        other.write({"solved_limit_hours": 12})
        solved = self._create_stage(other, "solved")
        solved.write(
            {
                "company_id": company.id,
                "mail_template_id": self.stages["solved"].mail_template_id.id,
            }
        )
        self._create_stage(other, "closed").company_id = company
        with self.clock(MONDAY):
            ours = self._solve()
            theirs = self._create_ticket(team_id=other.id, company_id=company.id)
            self.env.cr.flush()
            theirs.action_solve()
            self._send_mails()
        self.assertEqual(theirs.auto_close_date, after(hours=12))
        with self.clock(after(hours=48)):
            self._run_clock()
        self.assertEqual(ours.stage_kind, "closed")
        self.assertEqual(theirs.stage_kind, "closed")
        self.assertEqual(theirs.stage_id.team_ids, other)

    # -- third parties

    def test_chase(self):
        """D-05 "when it passes, the assignee is told", once for each date."""
        with self.clock(MONDAY):
            ticket = self._create_ticket(user_id=self.laura.id)
            ticket.action_wait_other("Booking", "B-17", after(days=2))
        with self.clock(after(days=2, minutes=-1)):
            self._run_clock()
            self.assertFalse(self._get_activities(ticket, "chase"))
        for days in (2, 3):
            with self.clock(after(days=days)):
                self._run_clock()
            activity = self._get_activities(ticket, "chase")
            self.assertEqual(activity.user_id, self.laura)
            self.assertIn("Booking B-17", activity.summary)
        with self.clock(after(days=3)):
            ticket.chase_date = after(days=5)
            self.assertFalse(self._get_activities(ticket, "chase"))
        with self.clock(after(days=5)):
            self._run_clock()
        self.assertEqual(len(self._get_activities(ticket, "chase")), 1)

    def test_no_chase_when_it_is_our_turn(self):
        """D-05: who no longer waits for a third party chases nobody."""
        with self.clock(MONDAY):
            ticket = self._create_ticket(user_id=self.laura.id)
            ticket.action_wait_other("Booking", "B-17", after(days=2))
        with self.clock(after(days=1)):
            ticket.stage_id = self.stages["in_progress"]
        with self.clock(after(days=3)):
            self._run_clock()
        self.assertFalse(ticket.activity_ids)

    def test_chased_is_done(self):
        """D-05: leaving the third party takes the activity away."""
        with self.clock(MONDAY):
            ticket = self._create_ticket(user_id=self.laura.id)
            ticket.action_wait_other("Booking", "B-17", after(days=2))
        with self.clock(after(days=2)):
            self._run_clock()
            self.assertTrue(self._get_activities(ticket, "chase"))
            ticket.stage_id = self.stages["in_progress"]
            self.assertFalse(self._get_activities(ticket, "chase"))
