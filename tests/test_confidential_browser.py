# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from axe_playwright_python.sync_playwright import Axe

from odoo.tests import tagged

from .browser import DESK, PHONE, requests_wait
from .portal_common import PDF
from .screens_common import ScreensCase

NAME = "passport.pdf"


@tagged("post_install", "-at_install")
class TestConfidentialBrowser(ScreensCase):
    """Ana sends a confidential file from her phone; Laura opens it at her desk."""

    def test_sent_deleted_sent_again_and_opened(self):
        """S4-28 A confidential file can be made accessible only to the support team:
        chosen, sent, taken back unopened; sent again, opened by the team after a
        sentence, and its sender sees by whom."""
        ticket = self.tickets_by_kind["in_progress"]
        files = [("helpdesk_is_confidential", "=", True), ("res_id", "=", ticket.id)]
        with self.browser() as browser:
            page = self.open_signed_in(browser, PHONE)
            team = self.open_page(browser, DESK, locale="en-US")
            with self.pictures_of_failures(page, team):
                self._send(page, ticket)
                page.get_by_text("Nobody has opened it yet.").wait_for()
                self._read(page)
                page.get_by_role("button", name="Delete").first.tap()
                page.get_by_text("The confidential file is deleted").wait_for()
                self._send(page, ticket)
                with requests_wait():
                    self.env.invalidate_all()
                    file = self.env["ir.attachment"].sudo().search(files)
                    self.assertEqual(file.mapped("name"), [NAME])
                    path = file._get_confidential_url()
                self._open(team, path)
                self.go(page, f"/my/ticket/{ticket.id}")
                page.get_by_text("Opened by Laura Díaz").wait_for()
                self.assertFalse(page.get_by_role("button", name="Delete").count())

    def _send(self, page, ticket):
        self.go(page, f"/my/ticket/{ticket.id}")
        page.locator(".o_hsp_confidential summary").tap()
        chosen = {"name": NAME, "mimeType": "application/pdf", "buffer": PDF}
        with page.expect_file_chooser() as chooser:
            page.locator("#field_confidential").tap()
        chooser.value.set_files(chosen)
        page.locator("[data-slot=confidential] input[name=pending]").wait_for(
            state="attached"
        )
        self._read(page)
        page.locator("form .o_hsp_acts button[type=submit], .o_hsp_submit").last.tap()
        page.locator(".o_hsp_secret_text").first.wait_for()

    def _open(self, page, path):
        page.goto(path)  # by way of signing in
        page.fill("input[name=login]", self.laura.login)
        page.fill("input[name=password]", self.laura.login)
        page.click(".oe_login_form button[type=submit]")
        page.get_by_text("We note that you open it").wait_for()
        self._read(page)
        with page.expect_download() as download:
            page.get_by_role("button", name="Open the file").click()
        self.assertEqual(download.value.suggested_filename, NAME)
        self.assertEqual(download.value.path().read_bytes(), PDF)

    def _read(self, page):
        found = Axe().run(page, options={"preload": False}).response["violations"]
        self.assertFalse([violation["id"] for violation in found], page.url)
