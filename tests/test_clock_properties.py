# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Random histories of a ticket, and what must hold in each of them.

    HELPDESK_HISTORIES=2000 ./dev/test tests/test_clock_properties.py

With HELPDESK_SHRINK=1 the shortest history that fails is looked for, which takes long.
"""

import os
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from odoo.fields import Command
from odoo.tests import tagged

from .clock_common import REQUEST, ClockCommon

START = datetime(2026, 3, 26, 9, 30)  # the clocks of Madrid change on the 29th
HISTORIES = int(os.environ.get("HELPDESK_HISTORIES", "0"))
SHRINK = bool(os.environ.get("HELPDESK_SHRINK"))
#: a cron or a mail so late is on time
ON_TIME = timedelta(hours=1)

HOURS = st.sampled_from([1, 5, 13, 24, 25, 49, 80, 170, 700])
SETTINGS = st.fixed_dictionaries(
    {
        "reminder_interval_hours": st.sampled_from([1, 6, 24, 30]),
        "reminder_max": st.integers(1, 4),
        "waiting_limit_hours": st.sampled_from([0, 31, 72, 96, 240]),
        "solved_limit_hours": st.sampled_from([0, 5, 48, 100]),
        "calendar_id": st.booleans(),
    }
)
WEIGHTED = {
    "run": (4, HOURS),
    "stand_still": (3, HOURS),
    "mails": (3, st.sampled_from(["arrive", "wait"])),
    "wait": (2, st.none()),
    "solve": (2, st.none()),
    "set": (2, SETTINGS),
    "move": (1, st.sampled_from(["in_progress", "waiting_other"])),
    "customer_writes": (1, st.none()),
    "agent_writes": (1, st.none()),
    "machine_answers": (1, st.none()),
    "note": (1, st.none()),
    "change_team": (1, st.none()),
    "extend": (1, st.integers(1, 7)),
    "restart_clock": (1, st.none()),
    "archive": (1, HOURS),
    "fail": (1, st.sampled_from(["bounce", "give_up"])),
    "begin_with": (1, st.sampled_from(["send_reminders", "auto_close"])),
}
EVENTS = st.sampled_from(
    [name for name, (weight, _values) in WEIGHTED.items() for _turn in range(weight)]
).flatmap(lambda name: st.tuples(st.just(name), WEIGHTED[name][1]))
IMPATIENT = {
    "reminder_interval_hours": 1,
    "reminder_max": 1,
    "waiting_limit_hours": 31,
    "solved_limit_hours": 5,
    "calendar_id": False,
}


class History:
    """One ticket, the moment it is, and what its people saw of it.

    What people saw is noted here from the mails alone, apart from the clock's own
    fields, and ``check`` compares what the clock does with it.
    """

    def __init__(self, case, move_to):
        self.case = case
        self.env = case.env
        self.now = START
        self._move_to = move_to
        self.ticket = case._create_ticket(user_id=case.laura.id)
        self.mails = "arrive"
        self.first_cron = "send_reminders"
        self.reminders = []  # of this wait: (message, number, told, late, interval)
        self.told = {}  # of this stay: {message: (told date, posted)}
        self.delivered = {}  # {message: moment}
        self.promised = False  # the latest date told in this stay
        self.seen = self.env["mail.message"]
        self.stopped = False
        self.planned = False
        self.settle()

    def at(self, moment):
        self.now = moment
        self._move_to(moment)

    # -- events

    def apply(self, event, argument):
        getattr(self, f"do_{event}")(*([] if argument is None else [argument]))
        self.settle()

    def do_run(self, hours):
        """Time passes with crons that come some minutes late."""
        end = self.now + timedelta(hours=hours)
        for _turn in range(30):
            due = self.get_due()
            if not due or due + timedelta(minutes=4) > end:
                break
            self.at(max(self.now, due + timedelta(minutes=4)))
            self.tick()
        self.at(end)
        self.tick()

    def do_stand_still(self, hours):
        """Time passes, and no cron runs."""
        self.at(self.now + timedelta(hours=hours))

    def do_begin_with(self, cron):
        """From now on this cron comes first: servers promise no order."""
        self.first_cron = cron

    def do_wait(self):
        """Ask; who asks again while waiting keeps what was promised before."""
        if self.kind == "waiting_customer":
            self.reminders, self.stopped = [], False
        else:
            self.leave()
        self.ticket.action_wait_customer(f"{REQUEST} It is {self.now}.")

    def do_solve(self):
        self.leave()
        self.ticket.stage_id = self.ticket.team_id._get_stage("solved")

    def do_move(self, kind):
        self.leave()
        self.ticket.stage_id = self.ticket.team_id._get_stage(kind)

    def do_customer_writes(self):
        if self.kind == "closed":
            return
        self.case._answer(self.ticket, self.case.ana, "Here is what you asked for: 12")
        self.case.assertNotIn(self.kind, ("waiting_customer", "solved"))
        self.leave()

    def do_agent_writes(self):
        if self.kind == "waiting_customer":
            self.reminders, self.stopped = [], False
        self.case._answer(self.ticket, self.case.laura, "And one more question")

    def do_machine_answers(self):
        self.assert_same_dates(
            lambda: self.ticket.with_user(self.case.laura).message_post(
                body="I am on holiday",
                author_id=self.case.ana.partner_id.id,
                message_type="auto_comment",
                subtype_xmlid="mail.mt_comment",
            )
        )
        by_mail = self.ticket.with_context(helpdesk_mail_kind="auto_reply")
        self.assert_same_dates(
            lambda: by_mail.message_post(
                body="I am on holiday",
                author_id=self.case.ana.partner_id.id,
                message_type="email",
                subtype_xmlid="mail.mt_comment",
            )
        )

    def do_note(self):
        self.assert_same_dates(lambda: self.case._note(self.ticket, self.case.laura))

    def do_set(self, values):
        values = dict(values)
        values["calendar_id"] = values["calendar_id"] and self.case.calendar.id
        self.ticket.team_id.write(values)

    def do_change_team(self):
        teams = self.case.team | self.case.other_team
        self.ticket.team_id = teams - self.ticket.team_id

    def do_extend(self, days):
        if self.kind == "waiting_customer" and self.ticket.auto_close_date:
            until = self.ticket.auto_close_date + timedelta(days=days)
            self.ticket._clock_extend(until)
            self.promised = max(self.promised or until, until)

    def do_restart_clock(self):
        self.leave()
        self.ticket.action_clock_restart()

    def do_archive(self, hours):
        self.ticket.active = False
        self.do_run(hours)
        self.leave()
        self.ticket.active = True

    def do_mails(self, mode):
        self.mails = mode

    def do_fail(self, how):
        """The mail with the date bounces, or nobody tries any more to deliver it."""
        message = self.ticket.announcement_id
        rows = message.sudo().notification_ids
        if not rows or not self.ticket.auto_close_date:
            return
        if how == "bounce":
            rows.write({"notification_status": "bounce"})
        else:
            rows.write(
                {
                    "notification_status": "exception",
                    "failure_type": "mail_smtp",
                    "given_up": True,
                }
            )
        self.delivered.pop(message, None)
        self.stopped = True
        self.case.assertTrue(self.ticket.clock_note)
        self.case.assertEqual(
            self.case._get_activities(self.ticket).user_id, self.case.laura
        )

    # -- what follows from them

    @property
    def kind(self):
        return self.ticket.stage_kind

    def leave(self):
        """Another stay begins: what was told before is of no account."""
        self.reminders, self.told = [], {}
        self.promised, self.stopped = False, False

    def get_due(self):
        dates = (self.ticket.next_reminder_date, self.ticket.auto_close_date)
        return min(filter(None, dates), default=False)

    def tick(self):
        """Let the crons and the mail queue run once; check what the clock did."""
        before = self.kind
        self.planned = self.ticket.next_reminder_date
        crons = ("send_reminders", "auto_close")
        for cron in sorted(crons, key=lambda name: name != self.first_cron):
            getattr(self.env["helpdesk.ticket"], f"_cron_{cron}")()
            self.env.cr.flush()
            self.note_reminders()
            self.check(before)
            if self.kind != before:
                self.leave()
                before = self.kind
            self.note_dates()
        self.settle()

    def settle(self):
        """Deliver what is to arrive; check what always holds."""
        self.env.cr.flush()
        self.case.assertFalse(self.get_new_reminders())
        self.note_dates()
        if self.mails == "arrive":
            self.deliver()
        ticket = self.ticket
        if ticket.auto_close_date and self.promised:
            self.case.assertGreaterEqual(ticket.auto_close_date, self.promised)
        if self.stopped:
            self.case.assertFalse(ticket.next_reminder_date or ticket.auto_close_date)
        if self.kind not in ("waiting_customer", "solved"):
            self.case.assertFalse(ticket.next_reminder_date or ticket.auto_close_date)
        self.case.assertFalse(ticket.clock_retry_count, ticket.clock_note)

    def deliver(self):
        rows = self.env["mail.notification"].search(
            [
                ("mail_message_id.model", "=", "helpdesk.ticket"),
                ("mail_message_id.res_id", "=", self.ticket.id),
                ("res_partner_id", "=", self.case.ana.partner_id.id),
                ("notification_status", "=", "ready"),
            ]
        )
        rows.mail_mail_id.unlink()
        rows.write({"notification_status": "sent"})
        for row in rows:
            self.delivered[row.mail_message_id] = self.now

    def get_new_reminders(self):
        new = self.ticket.message_ids - self.seen
        self.seen |= new
        return new.filtered(
            lambda m: "We are still waiting for your answer" in (m.body or "")
        )

    def note_reminders(self):
        for message in self.get_new_reminders():
            self.note_reminder(message)

    def note_dates(self):
        """Note which date the customer was told last, and by which mail."""
        message, date = self.ticket.announcement_id, self.ticket.announced_close_date
        if message and date and message not in self.told:
            self.told[message] = (date, self.now)
            self.promised = max(self.promised or date, date)

    def note_reminder(self, message):
        """Each reminder comes once, in time, and leaves time to answer it."""
        case, ticket = self.case, self.ticket
        case.assertEqual(self.kind, "waiting_customer")
        case.assertEqual(ticket.reminder_count, len(self.reminders) + 1)
        case.assertLessEqual(ticket.reminder_count, ticket.team_id.reminder_max)
        case.assertFalse(self.stopped)
        self.reminders.append(message)
        if not ticket.auto_close_date:
            return
        late = not self.planned or self.now - self.planned > ON_TIME
        team = ticket.team_id
        interval = team._plan_hours(team.reminder_interval_hours, [self.now])[self.now]
        if late:
            case.assertGreaterEqual(ticket.auto_close_date, interval)
        case.assertGreater(ticket.auto_close_date, self.now)

    def check(self, before):
        """Check what the crons did to the ticket's stage."""
        if self.kind == before:
            return
        case = self.case
        case.assertIn(
            (before, self.kind), [("waiting_customer", "solved"), ("solved", "closed")]
        )
        case.assertFalse(self.stopped)
        case.assertTrue(self.promised, "nobody was told")
        case.assertGreaterEqual(self.now, self.promised)
        arrived = [
            (self.delivered[message], told, posted)
            for message, (told, posted) in self.told.items()
            if message in self.delivered
        ]
        case.assertTrue(arrived, "no mail that told a date arrived")
        arrived_at, told, posted = arrived[-1]
        case.assertLess(arrived_at, told)
        if arrived_at - posted > ON_TIME:
            hours = self.ticket.team_id.reminder_interval_hours
            if before == "solved":
                hours = self.ticket.team_id.solved_limit_hours
            fair = self.ticket.team_id._plan_hours(hours, [arrived_at])[arrived_at]
            case.assertGreaterEqual(self.now, min(fair, arrived_at + (told - posted)))
        if before == "waiting_customer":
            case.assertTrue(
                [message for message in self.reminders if message in self.delivered],
                "no reminder arrived",
            )

    def assert_same_dates(self, do):
        """Check that ``do`` is no answer: neither state nor dates follow it."""

        def get_state():
            ticket = self.ticket
            return (
                ticket.stage_id,
                ticket.next_reminder_date,
                ticket.auto_close_date,
                ticket.interaction_count,
            )

        before = get_state()
        do()
        self.case.assertEqual(get_state(), before)


@tagged("post_install", "-at_install")
class TestClockProperties(ClockCommon):
    """The promises about the clock hold whatever happens, in whatever order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.ticket"].search([]).write(
            {"next_reminder_date": False, "auto_close_date": False}
        )
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
                                "hour_from": 8,
                                "hour_to": 20,
                            }
                        )
                        for day in range(5)
                    ),
                ],
            }
        )
        cls.other_team = cls._create_team("Other desk", cls.laura)
        cls.other_team.write(
            {
                "reminder_interval_hours": 12,
                "reminder_max": 2,
                "waiting_limit_hours": 60,
                "solved_limit_hours": 20,
            }
        )
        # the stages of the other team send nothing by themselves
        cls.stages["waiting_customer"].mail_template_id = cls.env.ref(
            "helpdesk_service_portal.mail_template_waiting"
        )

    @contextmanager
    def _undone(self):
        """Undo everything afterwards; commits of the crons are none."""
        cron = type(self.env["ir.cron"])

        def progress(*_args, **_kwargs):
            self.env.cr.flush()
            return float("inf")

        savepoint = self.env.cr.savepoint()
        with (
            freeze_time(START) as frozen,
            patch.object(self.env.cr, "now", lambda: datetime.utcnow()),
            patch.object(cron, "_commit_progress", progress),
        ):
            try:
                yield frozen.move_to
            finally:
                savepoint.close(rollback=True)
                self.env.invalidate_all()

    @settings(
        max_examples=HISTORIES or 30,
        derandomize=not HISTORIES,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate, *([Phase.shrink] if SHRINK else [])],
        suppress_health_check=list(HealthCheck),
    )
    @given(events=st.lists(EVENTS, min_size=3, max_size=14))
    # those that a mistake is sure to be found by
    @example([("stand_still", 170)])
    @example([("begin_with", "auto_close"), ("stand_still", 170)])
    @example([("run", 25), ("machine_answers", None), ("run", 80)])
    @example([("run", 24), ("set", IMPATIENT), ("run", 49)])
    @example([("solve", None), ("set", IMPATIENT), ("run", 13)])
    @example([("mails", "wait"), ("solve", None), ("run", 80), ("mails", "arrive")])
    @example([("mails", "wait"), ("solve", None), ("run", 25), ("mails", "arrive")])
    @example([("change_team", None), ("solve", None), ("run", 49)])
    @example([("run", 80), ("mails", "wait"), ("run", 13), ("mails", "arrive")])
    @example([("run", 25), ("agent_writes", None), ("run", 80)])
    @example([("run", 25), ("extend", 5), ("run", 80), ("run", 80)])
    @example([("run", 25), ("fail", "bounce"), ("change_team", None)])
    @example([("run", 25), ("customer_writes", None), ("run", 700)])
    def test_histories(self, events):
        """S1-13, S1-14, S1-16, S2-34: "never solved by the clock without at least one
        delivered reminder; never closed from solved unless the mail that announced
        the date was delivered; never before the announced date; each reminder at most
        once; nothing after a human answer; after crons stood still for any time the
        customer still gets a reminder and a full interval; a bounced or given-up
        announcement stops the clock and becomes the assignee's activity".
        """
        with self._undone() as move_to:
            history = History(self, move_to)
            for event, argument in [("wait", None), *events, ("run", 240)]:
                history.apply(event, argument)
