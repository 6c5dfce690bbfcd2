# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from axe_playwright_python.sync_playwright import Axe

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase, mail_server, requests_wait, send_queue
from .test_setup import SetupCommon

PATIENCE = 120_000  # milliseconds: the first page compiles the web client
FILE = (
    "Nombre;Código;Dentro de;País\n"
    "Luna Cancún;LUN;;México\n"
    "Recepción;LUN-R;LUN;\n"
    "Mar;MAR;;Atlántida\n"
)
AXE = {"preload": False}


@tagged("post_install", "-at_install")
class TestSetupBrowser(SetupCommon, BrowserCase):
    """Mora sets up her desk in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.mora.write({"company_id": cls.company.id, "company_ids": cls.company.ids})
        cls.mora.odoobot_state = "disabled"
        domain = cls.env["mail.alias.domain"].create({"name": "new.example"})
        cls.company.alias_domain_id = domain
        cls.desk.write({"alias_name": "help", "alias_domain_id": domain.id})

    def _open(self, browser, viewport, path="/odoo/helpdesk-setup"):
        page = self.open_page(
            browser, viewport, locale="en-US", reduced_motion="reduce"
        )
        page.set_default_timeout(PATIENCE)
        self.sign_in(page, self.mora.login, self.mora.login)
        page.locator(".o_main_navbar").wait_for()
        page.goto(path)
        return page

    def _check_axe(self, page, root):
        """Let axe read our page; what is around it is the web client's."""
        found = Axe().run(page, context={"include": [[root]]}, options=AXE)
        lines = [
            f"{rule['id']} {node['target']}: {node['html'][:150]}"
            for rule in found.response["violations"]
            for node in rule["nodes"]
        ]
        self.assertFalse(lines, "\n".join(lines))

    def _check_width(self, page):
        width = page.evaluate("document.documentElement.scrollWidth")
        self.assertLessEqual(width, page.viewport_size["width"])

    def test_ticks_come_by_themselves(self):
        """S9 "live ticks": without a reload, and who does not see it hears it."""
        with self.browser() as browser:
            page = self._open(browser, DESK)
            with self.pictures_of_failures(page):
                team = page.locator("[data-code=team]")
                self.assertEqual(team.get_attribute("data-state"), "todo")
                before = page.locator(".o_setup_headline").inner_text()
                page.evaluate("window.notReloaded = true")
                with requests_wait():
                    self.desk.user_ids = self.laura
                    self.env.flush_all()
                page.locator("[data-code=team][data-state=done]").wait_for()
                self.assertTrue(page.evaluate("window.notReloaded"))
                self.assertNotEqual(
                    page.locator(".o_setup_headline").inner_text(), before
                )
                said = page.locator("[role=status].visually-hidden")
                self.assertIn("Who answers", said.text_content())
                self._put_aside_with_keys(page)
                self._check_axe(page, ".o_helpdesk_setup")

    def _put_aside_with_keys(self, page):
        """ "Not for us", by the keyboard alone, and back."""
        page.locator("[data-code=hours] .o_setup_put_aside").focus()
        page.keyboard.press("Enter")
        page.locator("[data-code=hours]").wait_for(state="detached")
        page.locator(".o_setup_show_aside").focus()
        page.keyboard.press("Enter")
        page.locator(".o_setup_aside").wait_for()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.locator(".o_setup_aside").wait_for(state="detached")
        page.locator("[data-code=hours] .o_setup_act").wait_for()

    def test_a_test_mail_on_a_telephone(self):
        """Sent by the button; the tick comes when the mail does."""
        with self.browser() as browser, mail_server(self.env) as inbox:
            page = self._open(browser, PHONE)
            with self.pictures_of_failures(page):
                step = page.locator("[data-code=mail_in]")
                step.get_by_role("button", name="Send a test mail").tap()
                page.locator("[data-code=mail_in][data-state=doing]").wait_for()
                send_queue(self.env)
                mail = inbox.wait_for("help@new.example", "becomes no ticket")
                step.get_by_text("has not come back yet").wait_for()
                with requests_wait():
                    self.env["mail.thread"].message_process(None, mail.as_bytes())
                    self.env.flush_all()
                page.locator("[data-code=mail_in][data-state=done]").wait_for()
                self._check_width(page)
                self._check_axe(page, ".o_helpdesk_setup")

    def test_locations_from_a_file(self):
        """Dry run with reasons, import in one go, the tick of the set-up."""
        with self.browser() as browser:
            page = self._open(browser, PHONE, "/odoo/helpdesk-import-locations")
            with self.pictures_of_failures(page):
                self._import_file(page)
                page.locator(".o_import_done").get_by_text("Back to the set-up").tap()
                page.locator("[data-code=locations][data-state=done]").wait_for()
        self.env.invalidate_all()
        locations = self.env["helpdesk.ticket.location"].search(
            [("code", "in", ("LUN", "LUN-R", "MAR"))], order="code"
        )
        self.assertEqual(locations.mapped("code"), ["LUN", "LUN-R"])
        self.assertEqual(locations[1].parent_id, locations[0])

    def _import_file(self, page):
        with page.expect_download() as download:
            page.get_by_text("Template (XLSX)").tap()
        self.assertEqual(download.value.suggested_filename, "locations.xlsx")
        page.set_input_files(
            ".o_location_import input[type=file]",
            {"name": "hotels.csv", "mimeType": "text/csv", "buffer": FILE.encode()},
        )
        page.locator(".o_import_counts", has_text="New: 2 · Refused: 1").wait_for()
        page.get_by_text("No country is called “Atlántida”.").wait_for()
        page.locator("[data-filter=all]").tap()
        rows = page.locator(".o_import_table tbody tr")
        rows.nth(2).wait_for()
        self.assertEqual(rows.count(), 3)
        self._check_width(page)
        self._check_axe(page, ".o_location_import")
        page.get_by_role("button", name="Import 2 locations").tap()
        page.locator(".o_import_done", has_text="Created: 2.").wait_for()
        self._check_axe(page, ".o_location_import")
