# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import json
import os
import subprocess
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile

from odoo.sql_db import close_db, db_connect
from odoo.tests import BaseCase, tagged
from odoo.tools import file_path

NAME = "hsp_twice"
#: mails that two processes get at the same moment
COUNT = 6
#: the desk's address, and the table on which the processes wait for each other
PREPARE = """
domain = env["mail.alias.domain"].search([], limit=1) or (
    env["mail.alias.domain"].create({"name": "twice.example"}))
env.company.helpdesk_team_id.write(
    {"alias_name": "twice", "alias_domain_id": domain.id})
env.cr.execute("CREATE TABLE twice (mail int, process int)")
env.cr.commit()
print("DESK " + env.company.helpdesk_team_id.alias_id.alias_full_name)
"""
#: runs in two processes
RECEIVE = """
import json, time
from unittest.mock import patch
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY as AGAIN

ME, DESK, COUNT = %(me)s, %(desk)r, %(count)s
results = []
create = env.registry["helpdesk.ticket"].create


def meet(number):
    env.cr.execute("INSERT INTO twice VALUES (%%s, %%s)", (number, ME))
    env.cr.commit()
    until = time.time() + 150
    while True:
        assert time.time() < until, "nobody else is there"
        env.cr.execute("SELECT count(*) FROM twice WHERE mail = %%s", (number,))
        both = env.cr.fetchone()[0] == 2
        env.cr.rollback()
        if both:
            return
        time.sleep(0.005)


def create_slowly(records, vals_list):
    # the other process meets the line of this one while it is not committed
    time.sleep(0.2)
    return create(records, vals_list)


for number in range(COUNT):
    head = "From: ana@hotel.example\\nTo: %%s\\nSubject: Room %%s\\n" %% (DESK, number)
    if number %% 2:
        head += "Message-ID: <%%s@mail.hotel.example>\\n" %% number
    else:
        head += "Date: Sun, 22 Nov 2026 08:00:%%02d +0000\\n" %% number
    raw = (head + "\\nNo WiFi in %%s\\n" %% number).encode()
    meet(number)
    for attempt in range(5):
        try:
            with patch.object(env.registry["helpdesk.ticket"], "create", create_slowly):
                result = env["mail.thread"].message_process(None, raw)
            env.cr.commit()
            results.append(result)
            break
        except AGAIN:
            env.cr.rollback()
print("RESULTS " + json.dumps(results))
"""


@tagged("post_install", "-at_install")
class TestTwice(BaseCase):
    """Two processes fetch one mail at the same moment."""

    def test_one_mail_in_two_processes(self):
        """S1-04: "Same mail twice, one after the other or at once in two processes,
        with or without Message-ID: one ticket."
        """
        self.dev = Path(file_path("helpdesk_service_portal")).resolve() / "dev"
        if not (self.dev / "db").exists():
            self.skipTest("needs the commands of a checkout (dev/)")
        # as in a terminal: ./dev/test has a temporary folder of its own
        self.environment = {k: v for k, v in os.environ.items() if k != "TMPDIR"}
        self._run("db", "create", NAME)
        try:
            self._check()
        finally:
            close_db(NAME)
            self._run("db", "drop", NAME)

    def _check(self):
        shell = ("odoo", "shell", "-d", NAME, "--no-http", "--log-level=critical")
        desk = self._read(self._run(*shell, script=PREPARE), "DESK ")
        scripts = [RECEIVE % {"me": n, "desk": desk, "count": COUNT} for n in (1, 2)]
        processes = [self._start(*shell, script=script) for script in scripts]
        results = []
        for process in processes:
            told, errors = process.communicate(timeout=400)
            self.assertEqual(process.returncode, 0, errors[-3000:])
            results.append(json.loads(self._read(told, "RESULTS ")))
        self.assertEqual([len(told) for told in results], [COUNT, COUNT])
        pairs = list(zip(*results, strict=True))
        self.assertEqual({sum(map(bool, pair)) for pair in pairs}, {1})
        with closing(db_connect(NAME).cursor()) as cr:
            cr.execute(
                "SELECT name, count(*) FROM helpdesk_ticket"
                " WHERE name LIKE 'Room %' GROUP BY name"
            )
            tickets = dict(cr.fetchall())
            cr.execute(
                "SELECT outcome, reason, count(*) FROM helpdesk_ticket_mail_log"
                " GROUP BY outcome, reason"
            )
            lines = Counter({row[:2]: row[2] for row in cr.fetchall()})
        self.assertEqual(tickets, {f"Room {n}": 1 for n in range(COUNT)})
        self.assertEqual(
            {outcome: n for (outcome, _reason), n in lines.items()},
            {"ticket": COUNT, "duplicate": COUNT},
        )
        self.assertFalse(any(reason == "other_text" for _outcome, reason in lines))

    def _read(self, told, mark):
        return next(
            line.removeprefix(mark)
            for line in told.splitlines()
            if line.startswith(mark)
        )

    def _start(self, command, *args, script):
        with TemporaryFile("w+") as file:
            file.write(script)
            file.seek(0)
            return subprocess.Popen(
                [self.dev / command, *args],
                env=self.environment,
                stdin=file,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )

    def _run(self, command, *args, script=None):
        process = subprocess.run(
            [self.dev / command, *args],
            input=script,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=400,
        )
        self.assertEqual(process.returncode, 0, process.stderr[-3000:])
        return process.stdout
