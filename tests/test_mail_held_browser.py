# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase
from .mail_in_common import MailboxCommon

PATIENCE = 120_000  # milliseconds: the first page compiles the web client


@tagged("post_install", "-at_install")
class TestMailHeldBrowser(MailboxCommon, BrowserCase):
    """An engineer decides about held mails beside the queue."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # the chat of OdooBot would cover a telephone
        cls.laura.odoobot_state = "disabled"

    def setUp(self):
        super().setUp()
        # of demo data
        self.Log.search([("outcome", "in", ("held", "failed"))]).outcome = "refused"
        self.lines = self.Log
        for name in ("Alpha", "Beta"):
            self.lines |= self._receive(
                f"noreply@{name.lower()}.example", subject=name, body=f"It is {name}"
            )
        self.env.flush_all()

    def _open_held(self, browser, viewport):
        page = self.open_page(browser, viewport, locale="en-US")
        page.set_default_timeout(PATIENCE)
        self.sign_in(page, self.laura.login, self.laura.login)
        page.goto("/odoo/helpdesk-desk")
        page.locator("[data-tab=held] .o_desk_count", has_text="2").wait_for()
        page.locator("[data-tab=held]").click()
        page.locator(".o_desk_row", has_text="Alpha").wait_for()
        return page

    def test_release_at_the_desk(self):
        """S1-04: the tab counts held mails; a release shows what it sends, then the
        next mail takes its place; the menu counts along.
        """
        with self.browser() as browser:
            page = self._open_held(browser, DESK)
            with self.pictures_of_failures(page):
                title = page.locator(".o_desk_title h2")
                title.get_by_text("Alpha").wait_for()
                page.get_by_text("Held mails (2)").wait_for()
                page.get_by_text("It is Alpha").last.wait_for()
                page.locator(".o_desk_release").click()
                preview = page.locator(".modal [name=preview]")
                preview.get_by_text("noreply@alpha.example").first.wait_for()
                page.locator(".modal footer .btn-primary").click()
                page.locator(".o_form_view, .o_desk_title").first.wait_for()
                page.goto("/odoo/helpdesk-desk")
                page.locator("[data-tab=held] .o_desk_count", has_text="1").wait_for()
        self.env.invalidate_all()
        self.assertEqual(self.lines.mapped("outcome"), ["ticket", "held"])

    def test_never_on_a_telephone(self):
        """S1-04: list, mail, decision one after the other at 390 px."""
        with self.browser() as browser:
            page = self._open_held(browser, PHONE)
            with self.pictures_of_failures(page):
                self.assertFalse(page.locator(".o_desk_mail").is_visible())
                page.locator(".o_desk_row", has_text="Beta").tap()
                page.get_by_role("button", name="Never accept this sender").tap()
                page.locator(".modal .btn-primary").tap()
                page.locator("[data-tab=held] .o_desk_count", has_text="1").wait_for()
                self.assertFalse(page.locator(".o_desk_mail").is_visible())
        self.env.invalidate_all()
        refused = self.lines.filtered(lambda line: line.outcome == "refused")
        self.assertEqual(refused.subject, "Beta")
