# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
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

    def _announce(self):
        """Announce an incident that customers can follow."""
        ticket = self._create_ticket(self.sam, name="Booking does not answer")
        now = fields.Datetime.now()
        return self.env["helpdesk.announcement"].create(
            {
                "name": "Booking: reservations arrive late",
                "severity": "incident",
                "date_start": now - timedelta(hours=1),
                "date_end": now + timedelta(days=1),
                "is_published": True,
                "ticket_id": ticket.id,
            }
        )

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
            page.locator("main input[name=search][aria-expanded=false]").wait_for()
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
            sheet.locator("button[name=done]").click()
            sheet.locator(".o_hsp_sheet_done").wait_for()
            self.assertIn(
                "channel does not connect", page.input_value("#field_subject")
            )
        self.article.invalidate_recordset()
        self.assertEqual(self.article.solved_count, 1)

    def test_what_is_announced_under_the_subject(self):
        """Before the ticket: under the subject … running announcements, opening in a
        sheet; "this affects us too" follows the incident's ticket instead of opening
        another."""
        incident = self._announce()
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            self.sign_in(page, self.ana.login, self.ana.login)
            page.goto("/new/ticket")
            self.wait_ready(page)
            page.locator("#field_subject").type("Booking is late")
            line = page.locator(".o_hsp_hint_announcement")
            line.wait_for()
            self.assertLessEqual(page.locator(".o_hsp_hint_line").count(), 2)
            line.focus()
            page.keyboard.press("Enter")
            sheet = page.locator("dialog.o_hsp_sheet[open]")
            sheet.locator("h2", has_text="Booking: reservations").wait_for()
            page.keyboard.press("Escape")
            sheet.wait_for(state="detached")
            focused = page.evaluate("document.activeElement.className")
            self.assertIn("o_hsp_hint_announcement", focused)
            line.click()
            with page.expect_response("**/follow"):
                sheet.locator("button[name=done]").click()
            sheet.locator(".o_hsp_sheet_done").wait_for()
            self.assertEqual(page.input_value("#field_subject"), "Booking is late")
            page.locator(".o_hsp_hint summary").evaluate("it => it.scrollIntoView()")
            sheet.locator("button[name=close]").last.click()
            page.locator(".o_hsp_hint summary").click()
            self.assertFalse(line.is_visible(), "it is folded")
        incident.invalidate_recordset()
        self.assertEqual(incident.affected_ids.partner_id, self.ana.partner_id)

    def test_incident_at_the_desk(self):
        """Announcements …: the agent sees what concerns the ticket's customer, one key
        makes the ticket part of it, one takes that back."""
        incident = self._announce()
        ticket = self._create_ticket(name="No reservations", user_id=self.laura.id)
        self.laura.odoobot_state = "disabled"
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            page.set_default_timeout(PATIENCE)
            self.sign_in(page, self.laura.login, self.laura.login)
            page.goto("/odoo/helpdesk-desk")
            page.locator(".o_desk_row", has_text="No reservations").click()
            rail = page.locator(".o_desk_announcements")
            rail.get_by_text("Booking: reservations arrive late").wait_for()
            page.locator(".o_desk_thread").click()
            page.keyboard.press("i")
            page.locator(".o_desk_incident_linked").wait_for()
            page.keyboard.press("i")
            page.locator(".o_desk_incident_linked").wait_for(state="detached")
            page.locator(".o_desk_incident").click()
            page.locator(".o_desk_incident_linked").wait_for()
        ticket.invalidate_recordset()
        self.assertEqual(ticket.incident_id, incident)

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
