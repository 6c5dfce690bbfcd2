# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Real databases, changed by real processes: what tests of moving in and out need."""

import json
import os
import re
import subprocess
from pathlib import Path

from odoo import sql_db
from odoo.tests import BaseCase
from odoo.tools import config, file_path

from .database_picture import Picture

#: mails are kept instead of sent, time may be moved: at the head of a script
HEAD = """
import json
from odoo.addons.base.models.ir_mail_server import IrMail_Server
SENT = []
def keep(self, message, *args, **kwargs):
    SENT.append((str(message["To"]), str(message["Subject"]), message.as_string()))
    return message["Message-Id"]
IrMail_Server.send_email = keep
IrMail_Server._connect__ = lambda self, *args, **kwargs: None
def tell(name, value):
    print("TOLD", json.dumps([name, value], default=str))
"""
TOLD = re.compile(r"^(?:>>> )*TOLD (.*)$", re.MULTILINE)
#: what a log has when something is wrong
TROUBLE = re.compile(r"^\S+ \S+ \d+ (?:WARNING|ERROR|CRITICAL) .*$", re.MULTILINE)


class ProcessCase(BaseCase):
    """Runs the commands of a checkout on a database of the test's own."""

    def setUp(self):
        super().setUp()
        self.folder = Path(file_path("helpdesk_service_portal")).resolve() / "dev"
        if not (self.folder / "db").exists():
            self.skipTest("needs the commands of a checkout (dev/)")

    def run_command(self, command, *args, script=None, timeout=600):
        """Run a command of dev/; what it printed and logged.

        :raise AssertionError: when it fails
        """
        # as in a terminal: ./dev/test has a temporary folder of its own
        environment = {k: v for k, v in os.environ.items() if k != "TMPDIR"}
        process = subprocess.run(
            [self.folder / command, *args],
            input=script,
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout,
        )
        self.assertEqual(process.returncode, 0, process.stderr[-3000:])
        return process.stdout, process.stderr

    def run_script(self, name, script, *args):
        """Run Python in Odoo's shell; what it told, by name.

        :raise AssertionError: when it did not come to its end
        """
        # one statement, so that the first error ends it
        body = HEAD + script + "\nenv.cr.commit()\ntell('end', True)\n"
        out, error = self.run_command(
            "odoo",
            *("shell", "-d", name, "--no-http", "--log-level=warn", *args),
            script=f"exec({body!r}, globals())\n",
        )
        told = dict(json.loads(line) for line in TOLD.findall(out))
        self.assertTrue(told.pop("end", False), error[-3000:] + out[-1000:])
        return told

    def run_odoo(self, name, *args, allowed=()):
        """Run Odoo on a database until it stops.

        :param allowed: pieces of lines of its log that are no trouble
        :raise AssertionError: when its log holds a warning or an error
        """
        out, error = self.run_command("odoo", "-d", name, *args, "--stop-after-init")
        trouble = [
            line
            for line in TROUBLE.findall(out + error)
            if not any(piece in line for piece in allowed)
        ]
        self.assertFalse(trouble)
        return out + error

    def take_picture(self, name, without=()):
        """Return what a database holds."""
        connection = sql_db.db_connect(name)
        with connection.cursor() as cr:
            picture = Picture.take(cr, without)
        sql_db.close_db(name)
        return picture

    def query(self, name, query):
        with sql_db.db_connect(name).cursor() as cr:
            cr.execute(query)
            rows = cr.fetchall()
        sql_db.close_db(name)
        return rows

    def drop(self, *names):
        for name in names:
            sql_db.close_db(name)
            self.run_command("db", "drop", name)

    @staticmethod
    def get_addons_paths(folder):
        """The paths of this process, with another folder in the place of ours."""
        ours = str(Path(file_path("helpdesk_service_portal")).parent)
        paths = [folder if path == ours else path for path in config["addons_path"]]
        return ",".join(map(str, paths))
