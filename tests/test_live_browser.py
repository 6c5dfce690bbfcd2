# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from markupsafe import Markup

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase, requests_wait
from .common import HelpdeskCommon

PATIENCE = 60_000  # milliseconds: the first page compiles its assets
POLL = 16_000
FOLD = {"width": 390, "height": 660}


@tagged("post_install", "-at_install")
class TestLiveBrowser(HelpdeskCommon, BrowserCase):
    """Ana reads her ticket in a real browser while Laura answers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(user_id=cls.laura.id)

    def test_an_answer_arrives_while_ana_types(self):
        """D-07 An open ticket page shows new messages and state changes by itself
        within 15 s, without losing what is being typed; where there is no websocket,
        too."""
        self._answer(self.ticket, self.laura, "First answer")
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            with self.pictures_of_failures(page):
                self._open_ticket(page)
                field = self._type(page, "It says err")
                place = field.bounding_box()["y"]
                with requests_wait():
                    self._answer(self.ticket, self.laura, "Try again now")
                    self.ticket.with_user(self.laura).action_wait_customer(
                        "The text of the error message"
                    )
                    self._end_transaction()
                page.clock.fast_forward(POLL)
                page.get_by_text("Try again now").wait_for()
                page.keyboard.type("or 500")
                self.assertIn("It says error 500", self._typed(field))
                self.assertAlmostEqual(field.bounding_box()["y"], place, delta=2)
                self.assertIn("text of the error", page.inner_text("[data-part=turn]"))
                page.clock.fast_forward(200)
                said = page.locator(".o_hsp_said")
                self.assertIn("New message from Laura Díaz", said.text_content())

    def test_what_is_new_is_seen_at_once_and_read_by_keyboard(self):
        """S1-09 Each ticket holds all correspondence: on a phone the first message not
        read is seen without scrolling; what was read opens with the keyboard, and the
        list does not mark the ticket any more."""
        for number in range(6):
            self._answer(self.ticket, self.laura, f"Answer {number}")
            self._answer(self.ticket, self.ana, f"Question {number}")
        self.ticket.name = "The rates of the high season do not load in Expedia"
        self.team.write({"waiting_limit_hours": 72, "reminder_interval_hours": 24})
        self.ticket.with_user(self.laura).action_wait_customer(
            "The exact name of the rate plan of the high season in Expedia's extranet, "
            "and a picture of the page “Rates”"
        )
        self._answer(self.ticket, self.laura, "The last answer")
        self._end_transaction()
        with self.browser() as browser:
            page = self.open_page(browser, FOLD, locale="en-US")
            with self.pictures_of_failures(page):
                with page.expect_request(lambda r: r.url.endswith("/seen")):
                    self._open_ticket(page)
                last = page.get_by_text("The last answer")
                box = last.bounding_box()
                self.assertLess(box["y"] + box["height"], FOLD["height"] - 60)
                self.assertIn("before", page.inner_text("[data-part=turn]"))
                self.assertTrue(page.locator("#unread").is_visible())
                self.assertFalse(page.get_by_text("Answer 0").is_visible())
                page.locator(".o_hsp_earlier_toggle").focus()
                page.keyboard.press("Enter")
                page.get_by_text("Answer 0").wait_for()
        self.env.invalidate_all()
        ticket = self.ticket.with_user(self.ana).sudo()
        self.assertEqual(ticket._portal_unread_ids(), set())

    def test_a_pill_leads_to_what_arrived_out_of_sight(self):
        """D-07 …: who reads further up is told, and led there."""
        self._answer(self.ticket, self.laura, Markup("<p>line</p>") * 60)
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            with self.pictures_of_failures(page):
                self._open_ticket(page)
                pill = page.locator(".o_hsp_new_pill")
                self.assertFalse(pill.is_visible())
                with requests_wait():
                    self._answer(self.ticket, self.laura, "Far below")
                    self._end_transaction()
                page.clock.fast_forward(POLL)
                pill.wait_for()
                pill.press("Enter")
                arrived = page.get_by_text("Far below")
                self.assertLess(arrived.bounding_box()["y"], DESK["height"])
                pill.wait_for(state="hidden")

    # ------------------------------------------------------------

    def _open_ticket(self, page):
        page.set_default_timeout(PATIENCE)
        self.sign_in(page, self.ana.login, self.ana.login)
        page.clock.install()
        page.goto(f"/my/ticket/{self.ticket.id}")
        page.wait_for_selector("body[is-ready=true]", state="attached")

    def _type(self, page, words):
        """Write into the composer, be it a plain field or a rich one."""
        page.locator("#field_message").scroll_into_view_if_needed()
        field = page.locator("#reply [contenteditable=true], #field_message:visible")
        field.first.click()
        page.keyboard.type(words)
        return field.first

    def _typed(self, field):
        return field.evaluate("el => el.value || el.textContent")

    def _end_transaction(self):
        self.env.flush_all()
        self.env.cr.precommit.run()
        self.env.flush_all()
