# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.modules.neutralize import get_neutralization_queries
from odoo.tests import tagged

from .clock_common import MODULE, ClockCommon

MONDAY = datetime(2026, 5, 4, 10)
HOLD = f"{MODULE}.hold"
KNOWN = f"{MODULE}.known_database"


def after(**delta):
    return MONDAY + timedelta(**delta)


@tagged("post_install", "-at_install")
class TestSilent(ClockCommon):
    """Issue 9 "Installing, updating and restoring a backup send no mail." """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.params = cls.env["ir.config_parameter"]
        cls.hold = cls.env["helpdesk.hold"]
        cls.env.cr.flush()
        cls.env["mail.mail"].search([]).unlink()

    def _restore(self, uuid=False):
        """Let the database be another one than the clock knew."""
        identity = self.hold._get_identity()
        own, rest = identity.split(" ", 1)
        self.params.set_param(KNOWN, f"other {rest}" if uuid else f"{own} 1 {rest}")

    def _wait_three_days(self):
        """Return a waiting ticket whose reminders are due, and its queued mail."""
        with self.clock(MONDAY):
            ticket = self._wait()
            self.env.cr.flush()
        return ticket

    def _get_outgoing(self, ticket):
        return self._get_queue().filtered(
            lambda mail: mail.res_id == ticket.id and not mail._is_for_us()
        )

    def _try_to_send(self):
        """Send the queue; return to whom mails left."""
        with self.mock_mail_gateway():
            self._get_queue().send()
        return {address for mail in self._mails for address in mail["email_to"]}

    # ------------------------------------------------------------
    # Held
    # ------------------------------------------------------------

    def test_the_first_run_remembers_the_database(self):
        self.params.set_param(KNOWN, False)
        self._run_clock()
        self.assertEqual(self.params.get_param(KNOWN), self.hold._get_identity())
        self.assertFalse(self.hold._is_held())

    def test_restored_and_copied_databases_are_silent(self):
        for uuid, reason in ((False, "restored"), (True, "copied")):
            with self.subTest(reason):
                ticket = self._wait_three_days()
                mails = self._get_outgoing(ticket)
                self.assertTrue(mails)
                self._restore(uuid)
                self.assertEqual(self.hold._get_reason(), reason)
                with self.clock(after(days=30)):
                    self._run_clock(
                        "ir_cron_send_reminders",
                        "ir_cron_auto_close",
                        "ir_cron_acknowledge",
                        "ir_cron_send_digests",
                        "ir_cron_announcements",
                        "ir_cron_retry_mails",
                        "ir_cron_settle",
                        "ir_cron_remind_held",
                        send=False,
                    )
                    self.assertFalse(
                        {a for a in self._try_to_send() if self.ana.email in a}
                    )
                self.assertEqual(ticket.stage_kind, "waiting_customer")
                self.assertFalse(self._count_reminders(ticket))
                self.assertEqual(set(mails.mapped("state")), {"outgoing"})
                self.assertEqual(self.params.get_param(HOLD), reason)
                mails.unlink()
                self.hold._release()

    def test_even_the_first_mail_of_a_copy_is_held(self):
        """The queue may run before any clock does."""
        ticket = self._wait_three_days()
        self._restore()
        self.assertFalse({a for a in self._try_to_send() if self.ana.email in a})
        self.assertTrue(self._get_outgoing(ticket))

    def test_our_own_people_and_other_mails_are_not_held(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        self._restore()
        self._answer(ticket, self.ana, "Any news?")
        self.env["mail.mail"].create(
            {"subject": "Invoice", "email_to": "somebody@else.example"}
        )
        left = " ".join(self._try_to_send())
        self.assertIn(self.laura.email, left)
        self.assertIn("somebody@else.example", left)

    def test_held_mails_do_not_stop_the_queue(self):
        ticket = self._wait_three_days()
        self._restore()
        self._try_to_send()
        later = min(self._get_outgoing(ticket).mapped("scheduled_date"))
        self.assertGreater(later, datetime.now() + timedelta(minutes=50))

    def test_after_a_long_pause_what_came_before_is_held(self):
        self.params.set_param(f"{MODULE}.hold_after_hours", "48")
        ticket = self._wait_three_days()
        mails = self._get_outgoing(ticket)
        with self.clock(after(hours=1)):
            self.env.cr.execute(
                "UPDATE mail_mail SET create_date = %s WHERE id = ANY(%s)",
                [MONDAY, mails.ids],
            )
            mails.invalidate_recordset()
        hold = self.hold.with_context(lastcall=after(hours=2))
        with self.clock(after(hours=49)):
            self.assertFalse(hold._is_held(), "a night and a day are no pause")
        with self.clock(after(days=4)):
            self.assertTrue(hold._look())
            self.assertEqual(self.hold._get_reason(), "paused")
            self.assertEqual(mails._hold_for_customers(), mails)
            self.assertFalse({a for a in self._try_to_send() if self.ana.email in a})
            other = self._create_ticket(user_id=self.laura.id)
            self._answer(other, self.laura, "Are you still there?")
            self.assertTrue(
                {a for a in self._try_to_send() if self.ana.email in a},
                "people go on working",
            )
        self.assertEqual(set(mails.mapped("state")), {"outgoing"})

    def test_neutralized(self):
        for query in get_neutralization_queries([MODULE]):
            self.env.cr.execute(query)
        self.env.registry.clear_cache()
        self.assertEqual(self.hold._get_reason(), "neutralized")

    # ------------------------------------------------------------
    # Going on
    # ------------------------------------------------------------

    def _wizard(self, **vals):
        return self.env["helpdesk.hold.wizard"].with_user(self.mora).create(vals)

    def test_going_on_drops_the_queue_and_counts_anew(self):
        ticket = self._wait_three_days()
        mails = self._get_outgoing(ticket)
        self._restore()
        with self.clock(after(days=30)):
            wizard = self._wizard()
            self.assertEqual(wizard.reminder_count, self._count_due("reminder"))
            self.assertGreaterEqual(wizard.mail_count, len(mails))
            wizard.action_release()
            self.assertFalse(self.hold._is_held())
            self._run_clock()
            self.assertFalse(self._count_reminders(ticket), "no flood")
            self.assertFalse(self._get_activities(ticket))
        self.assertEqual(set(mails.exists().mapped("state")), {"cancel"})
        self.assertEqual(ticket.next_reminder_date, after(days=31, hours=1))
        self.assertEqual(ticket.auto_close_date, after(days=34, hours=1))
        line = self.env["helpdesk.audit"].search([("event", "=", "silence")], limit=1)
        self.assertEqual(line.user_id, self.mora)

    def _count_due(self, name):
        return self.env["helpdesk.ticket"].search_count(
            [(f"next_{name}_date", "<=", after(days=30))]
        )

    def test_going_on_as_if_nothing_had_been(self):
        ticket = self._wait_three_days()
        self._restore()
        self._try_to_send()
        self._wizard(mails_choice="send", clocks_choice="on").action_release()
        self.assertTrue({a for a in self._try_to_send() if self.ana.email in a})
        self.assertEqual(ticket.auto_close_date, after(hours=96))

    def test_who_may_decide(self):
        self._restore()
        with self.assertRaises(AccessError):
            self.env["helpdesk.hold.wizard"].with_user(self.sam).create({})
        self._wizard().action_release()
        with self.assertRaises(UserError):
            self._wizard().action_release()

    def test_it_is_said_where_people_work(self):
        ticket = self._create_ticket()
        self.assertIsNone(self.env["helpdesk.setup"].sudo()._check_hold())
        self._restore()
        page = ticket.with_user(self.sam).desk_page()
        self.assertIn("was restored or copied", page["red_lines"][0])
        step = self.env["helpdesk.setup"].sudo()._check_hold()
        self.assertEqual(step["state"], "warn")

    # ------------------------------------------------------------
    # Installed on a living desk
    # ------------------------------------------------------------

    def test_all_crons_of_a_living_desk_change_nothing(self):
        """Install over a seeded base desk, run all crons: zero mails, zero state
        changes."""
        self.team.promise_ids = [(0, 0, {"priority": "1", "answer_hours": 1})]
        with self.clock(MONDAY):
            waiting, solved = self._wait(), self._solve()
            new = self._create_ticket()
            self.env.cr.flush()
            self._get_queue().unlink()
            self.env["helpdesk.ticket.team"]._turn_clocks_off_for_living_desk()
        tickets = waiting | solved | new
        messages = tickets.message_ids
        crons = self.env["ir.cron"].search(
            [("cron_name", "like", "Helpdesk:"), ("active", "=", True)]
        )
        names = crons.get_external_id().values()
        names = [name.split(".")[1] for name in names if name.startswith(MODULE)]
        self.assertGreater(len(names), 10)
        for days in (1, 30, 200):
            with self.clock(after(days=days)):
                self._run_clock(*names, send=False)
                self.assertFalse(self._get_queue())
        self.assertEqual(tickets.message_ids, messages)
        self.assertEqual(
            tickets.mapped("stage_kind"), ["waiting_customer", "solved", "new"]
        )
        self.assertFalse(any(ticket._is_overdue() for ticket in tickets))
