# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .article_common import ArticleCase
from .browser import DESK, PHONE, BrowserCase

PATIENCE = 120_000  # milliseconds: the first page compiles the web client


@tagged("post_install", "-at_install")
class TestHelpBrowser(ArticleCase, BrowserCase):
    """Suggestions, hints and the desk's articles in a real browser."""

    def sign_in(self, *args):
        """The browser's own; the HTTP session of the other tests is not needed."""
        if args and hasattr(args[0], "goto"):
            BrowserCase.sign_in(self, *args)

    def setUp(self):
        super().setUp()
        # read before a page is open, whose requests share the cursor
        self.title = self.article.name

    def test_suggestions_by_keyboard(self):
        """S2-01 "Search bar that quickly finds KB articles": suggestions while typing,
        chosen by keys."""
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            page.goto("/support")
            box = page.locator("main input[name=search]").first
            self.wait_ready(page)
            box.type("connec")
            options = page.locator(".o_hsp_suggestions [role=option]")
            options.first.wait_for()
            self.assertEqual(box.get_attribute("aria-expanded"), "true")
            page.keyboard.press("ArrowDown")
            self.assertEqual(options.first.get_attribute("aria-selected"), "true")
            page.keyboard.press("Escape")
            page.locator(".o_hsp_suggestions").wait_for(state="hidden")
            page.keyboard.press("ArrowDown")
            page.keyboard.press("Enter")
            page.locator("h1", has_text=self.title).wait_for()

    def test_before_the_ticket(self):
        """Before the ticket: hints under the subject open in a sheet; "this solved it"
        is counted; nothing typed is lost."""
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            self.sign_in(page, self.ana.login, self.ana.login)
            page.goto("/new/ticket")
            self.wait_ready(page)
            page.locator("#field_subject").type("channel does not connect")
            line = page.locator(".o_hsp_hint_line").first
            line.wait_for()
            line.click()
            sheet = page.locator("dialog.o_hsp_sheet[open]")
            sheet.locator("h2", has_text=self.title).first.wait_for()
            page.keyboard.press("Escape")
            sheet.wait_for(state="detached")
            line.click()
            sheet.locator("button[name=solved]").click()
            sheet.locator(".o_hsp_sheet_done").wait_for()
            self.assertIn(
                "channel does not connect", page.input_value("#field_subject")
            )
        self.article.invalidate_recordset()
        self.assertEqual(self.article.solved_count, 1)

    def test_article_into_an_answer(self):
        """Agents put an article into an answer in one step: "#" and its words."""
        self._create_ticket(name="First", user_id=self.laura.id)
        self.laura.odoobot_state = "disabled"
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            page.set_default_timeout(PATIENCE)
            self.sign_in(page, self.laura.login, self.laura.login)
            page.goto("/odoo/helpdesk-desk")
            page.locator(".o_desk_row").first.wait_for()
            text = page.locator(".o_desk_text")
            text.type("Hello. #connect a ch")
            page.locator(".o_desk_answers [role=option]").first.wait_for()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "document.querySelector('.o_desk_text').value.includes('/support/')"
            )
            value = text.input_value()
            self.assertTrue(value.startswith(f"Hello. {self.title}: http"))
