import os
import subprocess
from pathlib import Path

from odoo.tests import BaseCase, tagged
from odoo.tools import file_path

NAME = "hsp_uninstall"
#: a customer's ticket that is nobody's demo data, then the module goes
UNINSTALL = """
guest = env["res.users"].create({
    "name": "Guest",
    "login": "guest",
    "password": "guest-2026",
    "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
})
ticket = env["helpdesk.ticket"].create({
    "name": "STAYS",
    "description": "x",
    "partner_id": guest.partner_id.id,
    "type_id": env.ref("helpdesk_service_portal.type_incident").id,
    "channel_id": env.ref("helpdesk_service_portal.channel_whatsapp").id,
})
ticket.stage_id = env.ref("helpdesk_service_portal.stage_closed")
ticket.activity_schedule("helpdesk_service_portal.mail_activity_type_clock")
env["ir.module.module"].search(
    [("name", "=", "helpdesk_service_portal")]).button_immediate_uninstall()
env.cr.commit()
"""
#: in a new process: does the base's portal work as if we had never been there?
LOOK = """
import io
import zipfile
import odoo
from lxml import html
from werkzeug.test import Client
ticket = env["helpdesk.ticket"].search([("name", "=", "STAYS")])
client = Client(odoo.http.root)
token = html.fromstring(client.get("/web/login").data).xpath(
    "//input[@name='csrf_token']/@value")[0]
client.post(
    "/web/login",
    data={"login": "guest", "password": "guest-2026", "csrf_token": token},
    environ_base={"REMOTE_ADDR": "127.0.0.1"},
)
for path in ("/my", "/my/tickets", "/my/ticket/%s" % ticket.id, "/new/ticket"):
    response = client.get(path, follow_redirects=True)
    print("PAGE", path.split("/")[-1] if "/ticket/" not in path else "ticket",
        response.status_code, "STAYS" in response.text, response.request.path)
print("KEPT", ticket.type_id.name, ticket.channel_id.name, ticket.stage_id.name,
    ticket.stage_id.closed, len(ticket.activity_ids))
archive = env["ir.attachment"].search(
    [("name", "like", "helpdesk_service_portal %.zip")])
names = zipfile.ZipFile(io.BytesIO(archive.raw)).namelist()
print("EXPORT", {"README.txt", "ours/helpdesk.ticket.participant.csv",
    "added/helpdesk.ticket.csv", "ours/helpdesk.article.csv"} <= set(names))
menu = env.ref("helpdesk_mgmt.helpdesk_all_ticket_menu")
print("MENU", menu.with_context(lang="es_MX").name)
left = env["ir.model.data"].search([("module", "=", "helpdesk_service_portal")])
print("NAMES", left.mapped("complete_name"))
print("STATE", env["ir.module.module"].search(
    [("name", "=", "helpdesk_service_portal")]).state)
print("FIELDS", "stage_kind" in env["helpdesk.ticket"]._fields)
"""


@tagged("post_install", "-at_install")
class TestUninstall(BaseCase):
    """The module leaves, the base's portal works on with the tickets that were made."""

    def _run(self, command, *args, script=None):
        # as in a terminal: ./dev/test has a temporary folder of its own
        environment = {k: v for k, v in os.environ.items() if k != "TMPDIR"}
        process = subprocess.run(
            [self.folder / command, *args],
            input=script,
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        self.assertEqual(process.returncode, 0, process.stderr[-3000:])
        return process.stdout

    def test_uninstall(self):
        """Install, update and uninstall leave a working portal."""
        self.folder = Path(file_path("helpdesk_service_portal")).resolve() / "dev"
        if not (self.folder / "db").exists():
            self.skipTest("needs the commands of a checkout (dev/)")
        self._run("db", "create", NAME, "--demo")
        try:
            shell = ("shell", "-d", NAME, "--no-http", "--log-level=error")
            self._run("odoo", *shell, script=UNINSTALL)
            seen = self._run("odoo", *shell, script=LOOK)
        finally:
            self._run("db", "drop", NAME)
        self.assertIn("STATE uninstalled", seen)
        self.assertIn("FIELDS False", seen)
        self.assertIn("KEPT Incident WhatsApp Closed True 1", seen)
        self.assertIn("EXPORT True", seen)
        self.assertIn("NAMES []", seen)
        self.assertIn("MENU Todos los tíquets", seen)
        self.assertIn("PAGE my 200", seen)
        self.assertIn("PAGE tickets 200 True", seen)
        self.assertIn("PAGE ticket 200 True", seen)
