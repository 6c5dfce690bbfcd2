# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import io
import subprocess
import tarfile
import tempfile
from pathlib import Path

from odoo.tests import tagged

from .figures import FiguresCase
from .processes import ProcessCase

NAME = "hsp_update"
FRESH = "hsp_update_fresh"
#: the first release, 19.0.1.0.0
FIRST = "9c1792b"
TICKETS = "200"
#: of the first release: its installation met tickets without team or contact
FIRST_LOG = ("contains null values", "missing not-null constraint", "deprecat")
LIFE = """
Ticket = env["helpdesk.ticket"]
team = env["helpdesk.ticket.team"].search([("name", "=", "First line")])
guest = env["res.users"].search([("share", "=", True)], limit=1).partner_id
for kind in ("new", "in_progress", "waiting_customer", "solved", "closed"):
    ticket = Ticket.create({
        "name": "Of the first release", "description": "<p>x</p>",
        "partner_id": guest.id, "team_id": team.id})
    ticket.message_post(body="Hello", author_id=guest.id, message_type="comment",
        subtype_xmlid="mail.mt_comment")
    ticket.stage_id = team._get_stage(kind)
template = env.ref("helpdesk_service_portal.mail_template_solved")
template.subject = "We are done with {{object.number}}"
env["mail.mail"].search([]).unlink()
tell("stages", [[t.id, t.stage_id.id] for t in Ticket.search([])])
"""
LOOK = """
foreign = [env.ref(name, raise_if_not_found=False) for name in %(foreign)r]
env["helpdesk.backfill"]._run_all()
for cron in env["ir.cron"].search([], order="id"):
    if cron not in foreign:
        cron.method_direct_trigger()
tell("sent", [mail[:2] for mail in SENT])
tell("stages", [[t.id, t.stage_id.id] for t in env["helpdesk.ticket"].search([])])
ref = env.ref
module = "helpdesk_service_portal."
tell("subject", ref(module + "mail_template_solved").subject)
tell("closed", ref(module + "mail_template_closed").body_html)
tell("spanish", ref(module + "mail_template_closed").with_context(
    lang="es_MX").body_html)
tell("clocks", env["helpdesk.ticket.team"].search([]).mapped("clock_on"))
tell("backfill", [row[3] for row in env["helpdesk.backfill"]._get_progress()])
tell("waiting", ref(
    "helpdesk_mgmt.helpdesk_ticket_stage_awaiting").mail_template_id.get_external_id())
tell("before", env["helpdesk.leaving.change"].search_count([]))
"""
CLOSED = """
ref = env.ref
tell("closed", ref("helpdesk_service_portal.mail_template_closed").body_html)
tell("spanish", ref("helpdesk_service_portal.mail_template_closed").with_context(
    lang="es_MX").body_html)
"""


@tagged("post_install", "-at_install")
class TestUpdate(FiguresCase, ProcessCase):
    """S9 "migration scripts tested from the first released version"."""

    def test_update_from_the_first_release(self):
        """A desk of the first release is what a new installation makes of it."""
        root = self.folder.parent
        archive = subprocess.run(
            ["git", "-C", root, "archive", FIRST], capture_output=True, check=False
        )
        if archive.returncode:
            self.skipTest(f"needs the commit {FIRST} of the history")
        old = tempfile.TemporaryDirectory()
        self.addCleanup(old.cleanup)
        module = Path(old.name, "helpdesk_service_portal")
        with tarfile.open(fileobj=io.BytesIO(archive.stdout)) as files:
            files.extractall(module, filter="data")
        first = f"--addons-path={self.get_addons_paths(old.name)}"
        self.addCleanup(self.drop, NAME, FRESH)
        self.drop(NAME, FRESH)
        for name in (NAME, FRESH):
            self.run_command("db", "base", name, "--tickets", TICKETS)
        self.run_odoo(NAME, first, "-i", "helpdesk_service_portal", allowed=FIRST_LOG)
        before = self.run_script(NAME, LIFE, first)
        self.run_odoo(NAME, "-u", "helpdesk_service_portal")
        after = self.run_script(NAME, LOOK % {"foreign": FOREIGN_CRONS})
        self.assertEqual(after["stages"], before["stages"])
        self.assertEqual(after["sent"], [])
        self.assertFalse(any(after["clocks"]), "the first release had no clock")
        self.assertEqual(set(after["backfill"]), {"done"})
        self.assertEqual(after["subject"], "We are done with {{object.number}}")
        self.assertIn(
            "helpdesk_service_portal.mail_template_waiting", after["waiting"].values()
        )
        self.assertTrue(after["before"])
        self.run_odoo(FRESH, "-i", "helpdesk_service_portal")
        fresh = self.run_script(FRESH, CLOSED)
        self.assertEqual(after["closed"], fresh["closed"])
        self.assertEqual(after["spanish"], fresh["spanish"])
        updated, new = self.take_picture(NAME).schema, self.take_picture(FRESH).schema
        different = {
            name: (updated.get(name), new.get(name))
            for name in updated.keys() | new.keys()
            if updated.get(name) != new.get(name)
        }
        self.assertFalse(different)
        self.tell(
            f"Updated from {FIRST}: {len(after['stages'])} tickets, 0 mails, 0 states"
            f" changed; schema of {len(new)} pieces as when installed now"
        )


FOREIGN_CRONS = (
    "digest.ir_cron_digest_scheduler_action",
    "mail.ir_cron_module_update_notification",
)
