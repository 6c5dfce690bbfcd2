# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from email import message_from_bytes
from pathlib import Path

from psycopg2.errors import SerializationFailure

from odoo.sql_db import close_db, db_connect
from odoo.tests import BaseCase, tagged
from odoo.tools import file_path

try:
    from aiosmtpd.controller import Controller
except ImportError:  # Odoo's own runner without the tools of the tests
    Controller = None

NAME = "hsp_kill"
#: tickets of each kind; a reminder is due, solving is due, closing is due
COUNT = 15
#: seconds, for all to be moved and sent
PATIENCE = 100
#: of a statement that meets the workers'
TRIES = 100
#: runs in Odoo's shell: what people did, then days pass
STORY = """
import json
COUNT = %(count)s
cr = env.cr
cr.execute(
    "UPDATE helpdesk_ticket SET next_reminder_date = NULL, auto_close_date = NULL,"
    " chase_date = NULL, chase_alert_date = NULL"
)
cr.execute("DELETE FROM mail_mail")
team = env["helpdesk.ticket.team"].create({
    "name": "Desk",
    "reminder_interval_hours": 24,
    "reminder_max": 1,
    "waiting_limit_hours": 96,
    "solved_limit_hours": 48,
})
kinds = ("new", "in_progress", "waiting_customer", "solved", "closed")
for sequence, kind in enumerate(kinds, 1):
    env["helpdesk.ticket.stage"].create({
        "name": kind,
        "kind": kind,
        "sequence": sequence,
        "team_ids": [(6, 0, team.ids)],
        "mail_template_id": kind in ("solved", "closed") and env.ref(
            "helpdesk_service_portal.mail_template_" + kind).id,
    })
guests = env["res.partner"].create([
    {"name": "Guest %%s" %% number, "email": "guest%%s@hotel.example" %% number}
    for number in range(3 * COUNT)
])
tickets = env["helpdesk.ticket"].with_context(helpdesk_no_acknowledgement=True).create([
    {
        "name": "No WiFi",
        "description": "<p>None</p>",
        "partner_id": guest.id,
        "team_id": team.id,
        "user_id": False,
    }
    for guest in guests
]).with_context(helpdesk_no_acknowledgement=False)
cr.flush()
waiting, solving, closing = (tickets[i * COUNT:][:COUNT] for i in range(3))
for ticket in waiting | solving:
    ticket.action_wait_customer("Please send us the booking number.")
closing.action_solve()
cr.flush()
solving.action_send_reminder()
cr.flush()
# all mails arrived
env["mail.notification"].search([]).notification_status = "sent"
env.flush_all()
cr.execute("DELETE FROM mail_mail")
# days pass: nothing else is left to do but what the clock does
for table, column, days, where in (
    ("mail_message", "date", 5, "TRUE"),
    ("mail_notification", "delivered_date", 5, "TRUE"),
    ("helpdesk_ticket", "clock_start_date", 5, "TRUE"),
    ("helpdesk_ticket", "reminded_date", 5, "TRUE"),
    ("helpdesk_ticket", "next_reminder_date", 1, "TRUE"),
    ("helpdesk_ticket", "auto_close_date", 5, "reminder_count > 0 OR turn = 'done'"),
    ("helpdesk_ticket", "announced_close_date", 5, "TRUE"),
):
    cr.execute(
        "UPDATE %%s SET %%s = %%s - interval '%%s days' WHERE %%s"
        %% (table, column, column, days, where)
    )
cr.execute(
    "UPDATE helpdesk_ticket SET next_reminder_date = NULL WHERE reminder_count > 0"
)
crons = [
    env.ref(name).id
    for name in (
        "helpdesk_service_portal.ir_cron_send_reminders",
        "helpdesk_service_portal.ir_cron_auto_close",
        "helpdesk_service_portal.ir_cron_retry_mails",
        "mail.ir_cron_mail_scheduler_action",
    )
]
# small batches: more places to die
env.ref("helpdesk_service_portal.ir_cron_send_reminders").code = (
    "model._cron_send_reminders(batch_size=4)")
env.ref("helpdesk_service_portal.ir_cron_auto_close").code = (
    "model._cron_auto_close(batch_size=4)")
env.flush_all()
cr.execute("UPDATE ir_cron SET active = id = ANY(%%s)", [crons])
cr.execute("UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' - interval '1 day'")
cr.execute("DELETE FROM ir_cron_trigger")
cr.execute("SELECT max(id) FROM mail_message")
last_message = cr.fetchone()[0]
cr.commit()  # pylint: disable=invalid-commit
print("STORY " + json.dumps({
    "waiting": waiting.ids,
    "solving": solving.ids,
    "closing": closing.ids,
    "last_message": last_message,
}))
"""


class Sink:
    """A mail server that takes its time, so that somebody may die meanwhile."""

    def __init__(self):
        self.received = []

    async def handle_DATA(self, server, session, envelope):
        message = message_from_bytes(envelope.content)
        self.received.append((message["Message-Id"].strip(), envelope.rcpt_tos[0]))
        time.sleep(0.03)
        return "250 OK"


@tagged("post_install", "-at_install")
class TestClockKill(BaseCase):
    """Processes die in the middle: nobody is skipped, nobody gets two mails."""

    def test_kill(self):
        """Robust: "Kill -9 in the middle (real processes, real SMTP sink): no ticket
        skipped, no mail twice as a record; one in flight may reach the sink again
        only with the same Message-ID".
        """
        self.dev = Path(file_path("helpdesk_service_portal")).resolve() / "dev"
        if not (self.dev / "db").exists() or not Controller:
            self.skipTest("needs the commands and the tools of a checkout (dev/)")
        self.sink = Sink()
        controller = Controller(self.sink, hostname="127.0.0.1", port=free_port())
        controller.start()
        self.addCleanup(controller.stop)
        self.smtp_port = controller.port
        self.processes, self.kills = [], 0
        self._run("db", "create", NAME, "--demo")
        try:
            self._check_story()
        finally:
            for process in self.processes:
                process.kill()
                process.wait()
            close_db(NAME)
            self._run("db", "drop", NAME)

    def _check_story(self):
        shell = ("shell", "-d", NAME, "--no-http", "--log-level=error")
        told = self._run("odoo", *shell, script=STORY % {"count": COUNT})
        line = next(x for x in told.splitlines() if x.startswith("STORY "))
        self.story = json.loads(line.removeprefix("STORY "))
        self._start()
        self._start()
        # while tickets are moved, while mails are made, while they are sent
        for done in (1, 2 * COUNT):
            self._wait_until(lambda n=done: self._count_moved() >= n)
            self._kill()
        self._wait_until(lambda: self._count_moved() == 3 * COUNT)
        self._let_a_minute_pass()
        for done in (3, 2 * COUNT):
            self._wait_until(lambda n=done: len(self.sink.received) >= n)
            self._kill()
        self._wait_until(self._is_done)
        self._check_records()
        self._check_mails()

    # ------------------------------------------------------------
    # Processes
    # ------------------------------------------------------------

    def _run(self, command, *args, script=None):
        # as in a terminal: ./dev/test has a temporary folder of its own
        environment = {k: v for k, v in os.environ.items() if k != "TMPDIR"}
        process = subprocess.run(
            [self.dev / command, *args],
            input=script,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        self.assertEqual(process.returncode, 0, process.stderr[-3000:])
        return process.stdout

    def _start(self):
        """Start a server with one worker for crons, as on a machine of its own."""
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "odoo", "server", "-d", NAME),
                *("--db-filter", f"^{NAME}$", "--max-cron-threads", "1"),
                *("--http-interface", "127.0.0.1", "--http-port", str(free_port())),
                *("--gevent-port", str(free_port())),
                *("--smtp", "127.0.0.1", "--smtp-port", str(self.smtp_port)),
                *("--workers", "0", "--log-level", "warn"),
            ],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.processes.append(process)

    def _kill(self):
        """End the older process without a word; another one takes its place."""
        process = self.processes.pop(0)
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.kills += 1
        self._start()

    def _wait_until(self, happened):
        until = time.monotonic() + PATIENCE
        while not happened():
            self.assertLess(time.monotonic(), until, self._tell_state())
            # what wakes the workers up, who sleep for a minute
            with closing(db_connect("postgres").cursor()) as cr:
                cr.execute("SELECT pg_notify('cron_trigger', %s)", [NAME])
                cr.commit()  # pylint: disable=invalid-commit
            time.sleep(0.05)

    # ------------------------------------------------------------
    # What they did
    # ------------------------------------------------------------

    def _query(self, query, *params):
        with closing(db_connect(NAME).cursor()) as cr:
            cr.execute(query, params)
            return cr.fetchall()

    def _count_moved(self):
        story = self.story
        ((count,),) = self._query(
            "SELECT count(*) FROM helpdesk_ticket"
            " WHERE id = ANY(%s) AND reminder_count = 1"
            "    OR id = ANY(%s) AND stage_kind = 'solved'"
            "    OR id = ANY(%s) AND stage_kind = 'closed'",
            *(story["waiting"], story["solving"], story["closing"]),
        )
        return count

    def _let_a_minute_pass(self):
        """Mails wait so long for what happens together with them."""
        # one by one: whoever waits for a worker holds nothing it waits for
        self._execute("UPDATE mail_mail SET scheduled_date = NULL")
        self._execute("UPDATE ir_cron_trigger SET call_at = now() AT TIME ZONE 'UTC'")

    def _execute(self, statement):
        """Execute ``statement``, again when a worker changed the same row."""
        for attempt in range(TRIES):
            try:
                with closing(db_connect(NAME).cursor()) as cr:
                    cr.execute(statement, log_exceptions=attempt == TRIES - 1)
                    cr.commit()  # pylint: disable=invalid-commit
                    return
            except SerializationFailure:
                if attempt == TRIES - 1:
                    raise
                time.sleep(0.1)

    def _is_done(self):
        waiting = self._query("SELECT 1 FROM mail_mail WHERE state <> 'sent' LIMIT 1")
        return self._count_moved() == 3 * COUNT and not waiting

    def _tell_state(self):
        mails = self._query("SELECT state, count(*) FROM mail_mail GROUP BY state")
        return (
            f"{self._count_moved()} moved, mails {mails},"
            f" {len(self.sink.received)} received, {self.kills} killed"
        )

    def _check_records(self):
        """Each ticket was moved, told once, and the one mail arrived."""
        rows = self._query(
            "SELECT message.res_id, count(DISTINCT message.id),"
            "       count(notification.id),"
            "       bool_and(notification.notification_status = 'sent')"
            "  FROM mail_message message"
            "  LEFT JOIN mail_notification notification"
            "    ON notification.mail_message_id = message.id"
            " WHERE message.model = 'helpdesk.ticket' AND message.id > %s"
            "   AND message.message_type = 'auto_comment'"
            " GROUP BY message.res_id",
            self.story["last_message"],
        )
        told = {row[0]: tuple(row[1:]) for row in rows}
        kinds = ("waiting", "solving", "closing")
        self.assertEqual(
            told, {id_: (1, 1, True) for kind in kinds for id_ in self.story[kind]}
        )

    def _check_mails(self):
        """Whoever got a mail again, got the same one."""
        ids = {}
        for message_id, address in self.sink.received:
            ids.setdefault(address, set()).add(message_id)
        self.assertEqual(len(ids), 3 * COUNT)
        self.assertEqual({len(found) for found in ids.values()}, {1})
        again = Counter(self.sink.received)
        self.assertLessEqual(sum(again.values()) - len(again), self.kills)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
