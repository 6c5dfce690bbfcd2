# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The preflight: each thing it warns of is planted, found and worded."""

import os
import subprocess
import tempfile
from pathlib import Path
from unittest.mock import patch

from axe_playwright_python.sync_playwright import Axe
from lxml import html

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged
from odoo.tools import file_path
from odoo.tools.translate import code_translations

from ..tools import preflight
from ..tools.preflight import desk, mails, people, server
from .browser import DESK, PHONE, BrowserCase
from .common import HelpdeskCommon

NAME = "hsp_preflight"
#: what stands in the way, and what is good to know, in a desk of the base
PLANT = """
UPDATE res_users SET login = 'GUEST2@hotel1.example' WHERE login = 'laura@desk.example';
UPDATE res_users SET login = 'guest2@hotel1.example' WHERE login = 'admin';
"""
WRITE = "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE"
LOCK = f'ALTER DATABASE "{NAME}" SET default_transaction_read_only = on'
UNLOCK = f'ALTER DATABASE "{NAME}" RESET default_transaction_read_only'


@tagged("post_install", "-at_install")
class TestPreflight(HelpdeskCommon):
    """Issue 9 "Preflight: each with one sentence and one button or command."""

    def _find(self, check, code=None):
        found = {found.code: found.translated("en_US") for found in check(self.env)}
        return found.get(code or next(iter(found), None))

    def _set_login(self, user, login):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_users SET login = %s WHERE id = %s", [login, user.id]
        )
        user.invalidate_recordset()

    def _pretend_installed(self, name):
        self.env.cr.execute(
            """
            INSERT INTO ir_module_module (name, state) VALUES (%s, 'installed')
                ON CONFLICT (name) DO UPDATE SET state = 'installed'
            """,
            [name],
        )

    # what stops

    def test_logins_that_differ_only_in_case_stop_the_installation(self):
        """Issue 9 "logins that differ only in case (which the login addon refuses)"."""
        self.assertEqual(self._find(people.check_logins).level, "good")
        self._set_login(self.luis, "ANA@test.example")
        found = self._find(people.check_logins)
        self.assertEqual(found.level, "stop")
        self.assertEqual(found.items, ["ANA@test.example / ana@test.example"])
        with self.assertRaises(UserError) as caught:
            preflight.refuse(self.env)
        self.assertIn("ANA@test.example", str(caught.exception))
        self.assertIn("rename one of each", str(caught.exception))

    def test_what_only_warns_stops_nothing(self):
        self._pretend_installed("helpdesk_portal_priority")
        preflight.refuse(self.env)

    def test_missing_python_packages_stop_and_are_named_as_pip_knows_them(self):
        with patch.object(
            server.importlib.util,
            "find_spec",
            side_effect=lambda name: None if name == "pillow_heif" else True,
        ):
            found = self._find(server.check_packages)
            self.assertRaises(UserError, preflight.refuse, self.env)
        self.assertEqual(found.level, "stop")
        self.assertTrue(found.command.endswith("-m pip install pillow-heif"))

    def test_another_odoo_stops(self):
        with patch.object(server.release, "version_info", (18, 0, 0, "final", 0, "")):
            self.assertEqual(self._find(server.check_version).level, "stop")

    def test_missing_addons_stop_and_are_named_as_pip_knows_them(self):
        real = server.Manifest.for_addon

        def without_type(name, **options):
            return None if name == "helpdesk_type" else real(name, **options)

        with patch.object(server.Manifest, "for_addon", without_type):
            found = self._find(server.check_addons)
        self.assertEqual(found.level, "stop")
        self.assertIn("'odoo-addon-helpdesk_type>=19,<20'", found.command)

    # people

    def test_one_address_of_several_accounts_is_told(self):
        self.env.cr.execute(
            "UPDATE res_partner SET email_normalized = %s WHERE id = %s",
            ["ana@test.example", self.luis.partner_id.id],
        )
        self.assertIn("ana@test.example", self._find(people.check_accounts).items)
        self.assertIn("ana@test.example (2)", self._find(people.check_contacts).items)

    def test_employees_may_share_an_address(self):
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET email_normalized = 'desk@x.example' WHERE id IN %s",
            [(self.laura | self.marta).partner_id._ids],
        )
        found = self._find(people.check_accounts)
        self.assertNotIn("desk@x.example", found.items if found else [])

    # the desk

    def test_rival_addons_are_found_with_the_command_that_removes_them(self):
        """Issue 9 "rival addons (close-inactive, partner-response, "
        "portal-priority)"."""
        self.assertFalse(desk.check_rivals(self.env))
        for name in desk.RIVALS:
            self._pretend_installed(name)
            found = self._find(desk.check_rivals, name)
            self.assertEqual(found.level, "warn")
            self.assertEqual(
                found.command, f"odoo module uninstall -d {self.env.cr.dbname} {name}"
            )

    def test_neighbours_are_told_what_to_know(self):
        for name in ("helpdesk_mgmt_sla", "helpdesk_mgmt_rating"):
            self._pretend_installed(name)
            self.assertEqual(self._find(desk.check_neighbours, name).level, "note")

    def test_stages_of_the_desks_own_are_named_with_what_they_will_mean(self):
        """Unknown closed stages of a living desk are closed for good."""
        Stage = self.env["helpdesk.ticket.stage"]
        Stage.create({"name": "Filed", "closed": True, "sequence": -9})
        Stage.create({"name": "At the workshop", "sequence": -9})
        Stage.create({"name": "Inbox", "unattended": True, "sequence": -9})
        closed = self._find(desk.check_stages, "stages_closed")
        working = self._find(desk.check_stages, "stages_working")
        self.assertIn("Filed", closed.items)
        self.assertIn("At the workshop", working.items)
        self.assertNotIn("Inbox", closed.items + working.items)

    def test_a_team_that_begins_with_a_closed_stage_is_named(self):
        team = self.env["helpdesk.ticket.team"].create({"name": "Returns"})
        self.env["helpdesk.ticket.stage"].create(
            {"name": "Filed", "closed": True, "sequence": -9, "team_ids": team.ids}
        )
        self.assertIn("Returns", self._find(desk.check_first_stages).items)

    def test_tickets_without_a_stage_are_counted_and_listed(self):
        """The base allows them; the customer's list shows them as it can."""
        before = self._find(desk.check_without_stage)
        ticket = self._create_ticket()
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET stage_id = NULL, stage_kind = NULL"
            " WHERE id = %s",
            [ticket.id],
        )
        self.env.invalidate_all()
        self.assertFalse(before)
        self.assertIn("(1)", self._find(desk.check_without_stage).title)
        self.assertEqual(ticket._portal_rows()[0]["meaning"], "")

    def test_mails_of_the_desks_own_stages_are_named(self):
        template = self.env["mail.template"].create(
            {
                "name": "Thanks and bye",
                "model_id": self.env["ir.model"]._get_id("helpdesk.ticket"),
            }
        )
        stage = self.env.ref("helpdesk_mgmt.helpdesk_ticket_stage_done")
        stage.mail_template_id = template
        self.assertIn(
            f"{stage.name}: Thanks and bye",
            self._find(desk.check_stage_mails).items,
        )

    def test_a_changed_rule_for_customers_is_told_the_bases_is_not(self):
        rule = self.env.ref("helpdesk_mgmt.helpdesk_ticket_rule_portal")
        rule.domain_force = " ".join(desk.PORTAL_RULE.split())
        self.assertFalse(desk.check_portal_rule(self.env))
        rule.domain_force = "[('partner_id', '=', user.partner_id.id)]"
        self.assertEqual(self._find(desk.check_portal_rule).items, [rule.domain_force])

    def test_changed_portal_pages_are_named(self):
        self.assertFalse(desk.check_views(self.env))
        page = self.env.ref("helpdesk_mgmt.portal_ticket_list")
        self.env["ir.ui.view"].create(
            {
                "name": "Our logo above the list",
                "key": "website.our_logo",
                "type": "qweb",
                "mode": "extension",
                "inherit_id": page.id,
                "arch": "<data><xpath expr='.' position='inside'><b/></xpath></data>",
            }
        )
        self.assertEqual(self._find(desk.check_views).items, ["website.our_logo"])

    # server and mails

    def test_an_extension_that_cannot_be_created_has_the_administrators_command(self):
        """Issue 9 "missing extensions"."""
        self.assertEqual(self._find(server.check_extensions).level, "good")
        with patch.object(server, "EXTENSIONS", ("unaccent", "no_such_thing")):
            found = self._find(server.check_extensions)
        self.assertEqual(found.level, "warn")
        self.assertEqual(
            found.command,
            f'psql -d {self.env.cr.dbname} -c "CREATE EXTENSION no_such_thing"',
        )

    def test_scheduled_actions_that_nobody_runs_are_told(self):
        """… without them no mail leaves and no clock ticks."""
        with patch.dict(server.config.options, {"max_cron_threads": 0}):
            found = self._find(server.check_workers)
        self.assertIn("--max-cron-threads=2", found.command)
        self.env.cr.execute("UPDATE ir_cron SET nextcall = '2020-01-01'")
        self.assertEqual(self._find(server.check_crons).level, "warn")

    def test_mail_that_cannot_come_or_go_is_told(self):
        """Issue 9 "mail aliases"."""
        self.env["ir.mail_server"].search([]).active = False
        with patch.dict(server.config.options, {"smtp_server": "localhost"}):
            self.assertEqual(self._find(mails.check_outgoing).level, "warn")
        with patch.dict(server.config.options, {"smtp_server": "smtp.desk.example"}):
            self.assertEqual(self._find(mails.check_outgoing).level, "good")
        self.env["fetchmail.server"].search([]).active = False
        self.assertEqual(self._find(mails.check_incoming).level, "warn")
        self.env.company.alias_domain_id = False
        self.assertIn(self.env.company.name, self._find(mails.check_domain).items)
        self.env["helpdesk.ticket.team"].create({"name": "Mute", "sequence": -9})
        self.assertIn("Mute", self._find(mails.check_team_addresses).items)

    def test_a_mailbox_that_makes_records_of_all_mails_is_told(self):
        self.env["fetchmail.server"].search([]).active = False
        mailbox = self.env["fetchmail.server"].create(
            {"name": "Box", "state": "done", "object_id": False}
        )
        self.assertEqual(self._find(mails.check_incoming).level, "good")
        mailbox.object_id = self.env["ir.model"]._get_id("helpdesk.ticket")
        self.assertEqual(self._find(mails.check_incoming).items, ["Box"])

    def test_the_address_of_links_is_one_that_customers_can_open(self):
        for address, told in (
            ("http://localhost:8069", True),
            ("http://desk.example", True),
            ("https://desk.example", False),
        ):
            with self.subTest(address=address):
                self.env["ir.config_parameter"].set_param("web.base.url", address)
                self.assertEqual(bool(self._find(server.check_address)), told)

    # the whole list

    def test_each_finding_is_one_sentence_with_one_button_or_command(self):
        self._set_login(self.luis, "ANA@test.example")
        for name in (*desk.RIVALS, *desk.NEIGHBOURS):
            self._pretend_installed(name)
        findings = preflight.run(self.env, installed=False)
        self.assertGreater(len(findings), 8)
        levels = [preflight.LEVELS.index(found.level) for found in findings]
        self.assertEqual(levels, sorted(levels))
        for found in findings:
            with self.subTest(code=found.code):
                self.assertRegex(found.text, r"^[^.]*(?:\.\S[^.]*)*\.$")
                done = found.level == "good"
                self.assertEqual(bool(found.command) + bool(found.action), not done)
                self.assertEqual(bool(found.action), bool(found.button))
                if found.action:
                    self.assertEqual(
                        self.env.ref(found.action)._name, "ir.actions.act_window"
                    )

    def test_after_installing_only_what_still_matters_is_listed(self):
        before = {f.code for f in preflight.run(self.env, installed=False)}
        after = {f.code for f in preflight.run(self.env)}
        self.assertIn("size", before - after)
        self.assertIn("extensions", before & after)

    def test_sentences_are_told_in_a_language_that_is_not_loaded(self):
        """Before installing no term of ours is in the database: our file has them."""
        terms = {"No two logins differ only in upper and lower case.": "Ninguno."}
        key = ("helpdesk_service_portal", "es_PY")
        with patch.dict(code_translations.python_translations, {key: terms}):
            texts = {f.code: f.text for f in preflight.run(self.env, "es_PY", False)}
        self.assertEqual(texts["logins"], "Ninguno.")

    def test_names_in_the_page_are_text(self):
        found = preflight.Finding("x", "warn", "T", "S.", items=["<b>Ana</b>"])
        page = preflight.render([found], "db", "https://desk.example", "en_US")
        self.assertIn("&lt;b&gt;Ana", page)


@tagged("post_install", "-at_install")
class TestPreflightPage(BrowserCase, HelpdeskCommon):
    """The page before installing, on a phone and a desktop, light and dark."""

    def test_page(self):
        for name in desk.RIVALS:
            self.env.cr.execute(
                "INSERT INTO ir_module_module (name, state) VALUES (%s, 'installed')"
                " ON CONFLICT (name) DO UPDATE SET state = 'installed'",
                [name],
            )
        findings = preflight.run(self.env, installed=False)
        page_text = preflight.render(findings, "db", "https://desk.example", "en_US")
        with self.browser() as browser:
            for viewport in (PHONE, DESK):
                for scheme in ("light", "dark"):
                    page = self.open_page(
                        browser, viewport, "en-US", color_scheme=scheme
                    )
                    page.set_content(page_text)
                    with self.subTest(width=viewport["width"], scheme=scheme):
                        self.assertLessEqual(
                            page.evaluate("document.documentElement.scrollWidth"),
                            viewport["width"],
                        )
                        found = Axe().run(page).response["violations"]
                        self.assertFalse([rule["id"] for rule in found])
            link = page.get_by_role("link", name="Open system parameters")
            self.assertEqual(
                link.get_attribute("href"),
                "https://desk.example/odoo/action-base.ir_config_list_action",
            )
            page.get_by_role("button", name="Copy command").first.click()
            self.assertEqual(
                page.evaluate("getSelection().toString()"),
                next(found.command for found in findings if found.command),
            )
            page.context.close()


@tagged("post_install", "-at_install")
class TestPreflightCommand(BaseCase):
    """`odoo helpdesk_preflight` on a desk of the base, before the module is there."""

    def _run(self, command, *args, status=0):
        environment = {k: v for k, v in os.environ.items() if k != "TMPDIR"}
        process = subprocess.run(
            [self.folder / command, *args],
            env=environment,
            capture_output=True,
            text=True,
            timeout=240,
        )
        self.assertEqual(process.returncode, status, process.stderr[-3000:])
        return process.stdout + process.stderr[-3000:]

    def test_command(self):
        """Tells all in one go, writes nothing, says by its status whether to go on."""
        self.folder = Path(file_path("helpdesk_service_portal")).resolve() / "dev"
        if not (self.folder / "db").exists():
            self.skipTest("needs the commands of a checkout (dev/)")
        self._run("db", "base", NAME)
        try:
            self._run("db", "psql", NAME, "-c", LOCK)
            told = self._run("odoo", "helpdesk_preflight", "-d", NAME, "--lang=en_US")
            self.assertRegex(told, r"Tickets without a team \(\d+\)")
            self.assertRegex(told, r"Tickets without a contact \(\d+\)")
            self.assertNotIn("Rule for customers", told)
            self.assertIn("You can install.", told)
            self._run("db", "psql", NAME, "-c", WRITE, "-c", PLANT)
            with tempfile.TemporaryDirectory() as folder:
                page = Path(folder, "page.html")
                told = self._run(
                    *("odoo", "helpdesk_preflight", "-d", NAME, "--lang=en_US"),
                    f"--html={page}",
                    status=1,
                )
                titles = html.parse(str(page)).xpath("//h3/text()")
            self._run("db", "psql", NAME, "-c", WRITE, "-c", UNLOCK)
            install = ("-d", NAME, "-i", "helpdesk_service_portal")
            refused = self._run("odoo", *install, "--stop-after-init", status=255)
        finally:
            self._run("db", "drop", NAME)
        self.assertIn("STOP  Logins that differ only in case (1)", told)
        self.assertIn("GUEST2@hotel1.example / guest2@hotel1.example", told)
        self.assertIn("Not yet.", told)
        self.assertEqual(titles[0], "Logins that differ only in case (1)")
        self.assertIn("UserError: The addon for case-insensitive logins", refused)
