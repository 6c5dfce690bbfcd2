# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase, requests_wait
from .common import HelpdeskCommon

REASON = "Two groups arrive today and nobody can book"
ASK = """document.querySelector('.o_hsp_ticket').dispatchEvent(
    new CustomEvent('helpdesk_changed', {detail: {waitFor: () => undefined}}))"""


@tagged("post_install", "-at_install")
class TestEditBrowser(HelpdeskCommon, BrowserCase):
    """Ana changes details where they stand, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(user_id=cls.laura.id, priority="1")

    def test_details_are_changed_in_place(self):
        """S3-40 To change an existing request he enters the portal and edits it:
        without a new page, the focus stays, the thread shows the line, what is being
        typed stays. S2-31 … raising it asks for one sentence why."""
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            with self.pictures_of_failures(page):
                self._open_ticket(page)
                page.evaluate("window.hspSame = true")
                page.locator("#field_message").type("Half an answer")
                pencil = page.locator("[data-field=priority]")
                pencil.focus()
                page.keyboard.press("Enter")
                page.locator(".o_hsp_edit_form").wait_for()
                reason = page.locator("#field_priority_reason")
                self.assertFalse(reason.is_visible())
                page.check("input[name=priority][value='3']")
                reason.wait_for()
                page.keyboard.press("Enter")
                page.locator("#error_priority").wait_for()
                page.fill("#field_priority_reason", REASON)
                page.click(".o_hsp_edit_form button[type=submit]")
                page.locator("#entries").get_by_text(REASON).wait_for()
                thread = page.inner_text("#entries")
                self.assertIn("Ana Pérez changed Priority (Medium → Urgent).", thread)
                self.assertIn("Urgent", page.inner_text("[name=fact_priority]"))
                focused = "document.activeElement.dataset.field"
                page.wait_for_function(f"{focused} === 'priority'")
                self._expect_same_page(page)
                self.assertIn("Half an answer", page.inner_text("#field_message"))
                self._change_description(page)
                self._cancel(page)
        self.env.invalidate_all()
        self.assertEqual(self.ticket.priority, "3")
        self.assertIn("<strong>bold", self.ticket.description)

    def _change_description(self, page):
        page.locator("[data-field=description]").click()
        field = page.locator(".o_hsp_edit_form [contenteditable]")
        field.wait_for()
        field.press("Control+a")
        field.press("Control+b")
        field.type("bold words")
        page.click(".o_hsp_edit_form button[type=submit]")
        page.locator("[data-part=request_text] strong").wait_for()
        self._expect_same_page(page)

    def _cancel(self, page):
        page.locator("[data-field=subject]").click()
        page.locator("#field_name").fill("Other words")
        page.keyboard.press("Escape")
        page.wait_for_function("document.activeElement.dataset.field === 'subject'")
        self.assertIn("No reservations", page.inner_text("h1"))

    def test_people_are_added_on_a_phone(self):
        """S2-26 Shortcut: add people to the conversation: above the composer, after a
        sentence for outsiders; what somebody else changes meanwhile does not close
        the form. What did not get through says so and works the second time."""
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            with self.pictures_of_failures(page):
                self._open_ticket(page)
                page.evaluate("window.hspSame = true")
                page.tap("[data-field=readers]")
                page.fill("#field_people", "rosa@agency.example")
                with requests_wait():
                    self.ticket.with_user(self.laura).action_wait_other("Booking")
                    self.env.flush_all()
                page.evaluate(ASK)
                page.locator("[data-part=turn]").get_by_text("Booking").wait_for()
                self.assertEqual(
                    page.input_value("#field_people"), "rosa@agency.example"
                )
                page.tap(".o_hsp_edit_form button[type=submit]")
                page.locator(".o_hsp_outsiders").wait_for()
                page.tap(".o_hsp_edit_form button[type=submit]")
                page.locator(".o_hsp_readers").get_by_text("In copy").wait_for()
                self._expect_same_page(page)
                page.tap(".o_hsp_details_toggle")
                page.locator("#ticket_details.collapse.show").wait_for()
                page.locator(".o_hsp_more_acts summary").tap()
                page.context.set_offline(True)
                page.get_by_role("button", name="Take out").tap()
                page.get_by_text("there is no connection").wait_for()
                page.context.set_offline(False)
                page.get_by_role("button", name="Take out").tap()
                page.locator("#entries").get_by_text("took rosa").wait_for()
                self._expect_same_page(page)
            self.forgive("DISCONNECTED")
        self.env.invalidate_all()
        people = self.ticket.participant_ids.partner_id
        self.assertEqual(people, self.ana.partner_id)

    def test_what_was_held_by_the_focus_is_shown_later(self):
        """S2-26, S2-28 Details: … status: news that arrive while the focus is among the
        details, as after each change there, are shown once it left."""
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            with self.pictures_of_failures(page):
                self._open_ticket(page)
                page.locator("[data-field=priority]").focus()
                with requests_wait():
                    self.ticket.with_user(self.laura).action_wait_other("Booking")
                    self.env.flush_all()
                page.evaluate(ASK)
                page.locator("[data-part=turn]").get_by_text("Booking").wait_for()
                page.locator("#field_message").focus()
                page.evaluate(ASK)
                words = self.ticket.stage_id.name
                page.locator("[name=fact_status]").get_by_text(words).wait_for()

    def test_everything_is_printed(self):
        """S2-31 …, S2-23 Main data …: on paper stands everything, also what a phone
        keeps folded, and nothing that can only be pressed."""
        for number in range(3):
            self._answer(self.ticket, self.laura, f"Answer {number}")
            self._answer(self.ticket, self.ana, f"Question {number}")
        self.ticket.channel_id = self.env.ref(
            "helpdesk_mgmt.helpdesk_ticket_channel_email"
        )
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            with self.pictures_of_failures(page):
                self._open_ticket(page)
                page.emulate_media(media="print")
                for words in ("None since this morning", "Answer 0", "Question 2"):
                    self.assertTrue(page.get_by_text(words).first.is_visible(), words)
                title = page.locator("h1").inner_text()
                self.assertIn(self.ticket.name, title)
                self.assertIn(self.ticket.number, title)
                for name in ("status", "priority", "requester", "reported", "origin"):
                    fact = page.locator(f"[name=fact_{name}]")
                    self.assertTrue(fact.is_visible(), name)
                shown = page.locator(
                    "main .btn:visible, main .o_hsp_edit:visible, main textarea:visible"
                )
                self.assertEqual(shown.count(), 0)

    # ------------------------------------------------------------

    def _open_ticket(self, page):
        self.sign_in(page, self.ana.login, self.ana.login)
        page.goto(f"/my/ticket/{self.ticket.id}", timeout=60_000)
        page.wait_for_selector("body[is-ready=true]", state="attached", timeout=60_000)
        page.locator(".o_hsp_editable, textarea#field_message").first.wait_for()

    def _expect_same_page(self, page):
        self.assertTrue(page.evaluate("window.hspSame === true"))
