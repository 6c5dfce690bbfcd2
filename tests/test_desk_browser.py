# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase, requests_wait
from .common import HelpdeskCommon

PATIENCE = 120_000  # milliseconds: the first page compiles the web client
REQUEST = "Please send us a picture of the screen"


@tagged("post_install", "-at_install")
class TestDeskBrowser(HelpdeskCommon, BrowserCase):
    """An engineer works through the queue in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.first = cls._create_ticket(name="First", user_id=cls.laura.id)
        cls.first.answer_due_date = "2020-01-01 10:00:00"
        cls.second = cls._create_ticket(name="Other matter", user_id=cls.laura.id)
        # the chat of OdooBot would cover a telephone
        cls.laura.odoobot_state = "disabled"
        cls.env["mail.canned.response"].with_user(cls.laura).create(
            [
                {
                    "source": "greet",
                    "substitution": "Hi {{customer}}, this is {{number}}.",
                },
                *[{"source": f"g{at}", "substitution": "Text"} for at in range(4)],
            ]
        )

    def _open_desk(self, browser, viewport):
        page = self.open_page(browser, viewport, locale="en-US")
        page.set_default_timeout(PATIENCE)
        self.sign_in(page, self.laura.login, self.laura.login)
        page.goto("/odoo/helpdesk-desk")
        page.locator(".o_desk_row").first.wait_for()
        return page

    def test_send_and_wait_then_the_next(self):
        """Send / send and wait (asks what we need) / send and solve, then the next;
        keys; canned answers; a note differs in colour and verb."""
        with self.browser() as browser:
            page = self._open_desk(browser, DESK)
            with self.pictures_of_failures(page):
                self._note_and_keys(page)
                self._send_and_wait(page)
                self._solve_the_next(page)
        self.env.invalidate_all()
        self.assertEqual(self.first.stage_kind, "waiting_customer")
        self.assertEqual(self.first.customer_request, REQUEST)
        self.assertEqual(self.second.stage_kind, "solved")

    def _note_and_keys(self, page):
        title = page.locator(".o_desk_title h2")
        title.get_by_text("First").wait_for()
        page.keyboard.press("j")
        title.get_by_text("Other matter").wait_for()
        page.keyboard.press("k")
        title.get_by_text("First").wait_for()
        white = self._color(page)
        page.keyboard.press("n")
        page.locator(".o_mode_note").wait_for()
        self.assertNotEqual(self._color(page), white)
        page.keyboard.type("jkrne")  # typing moves nothing
        self.assertEqual(page.locator(".o_desk_text").input_value(), "jkrne")
        page.locator(".o_desk_save_note").click()
        page.locator(".o_kind_note", has_text="jkrne").wait_for()
        self.assertEqual(title.inner_text(), "First")

    def _color(self, page):
        return page.locator(".o_desk_composer").evaluate(
            "node => getComputedStyle(node).backgroundColor"
        )

    def _send_and_wait(self, page):
        page.locator(".o_desk_mode_customer").click()
        text = page.locator(".o_desk_text")
        text.press_sequentially("/g")
        page.get_by_role("option", name="/g0").click(trial=True)  # none is cut off
        text.press_sequentially("re")
        page.get_by_role("option", name="/g0").wait_for(state="detached")
        page.get_by_role("option", name="/greet").wait_for()
        text.press("Enter")
        page.wait_for_function(
            "() => document.querySelector('.o_desk_text').value.startsWith('Hi Ana')"
        )
        page.locator(".o_desk_send_wait").click()
        request = page.locator("#o_desk_request")
        request.fill("Too short")
        page.locator(".o_desk_send_wait").click()
        page.get_by_role("alert").get_by_text("15 characters").wait_for()
        request.fill(REQUEST)
        page.locator(".o_desk_send_wait").click()
        page.locator(".o_desk_title h2", has_text="Other matter").wait_for()

    def _solve_the_next(self, page):
        with requests_wait():
            self._answer(self.second, self.ana, "One thing more")
            self.env.flush_all()
        page.locator(".o_desk_text").fill("It is done")
        page.locator(".o_desk_send_solve").click()
        conflict = page.locator(".o_desk_conflict")
        conflict.get_by_text("One thing more").wait_for()
        conflict.get_by_text("It is done").wait_for()
        conflict.get_by_role("button", name="Send mine all the same").click()
        page.locator(".o_desk_empty", has_text="Nothing is your turn now").wait_for()

    def test_split_and_merge_without_leaving_the_desk(self):
        """Issue 6 "merge and split for agents": from the menu of the ticket; what goes
        on is shown in the same place."""
        self._answer(self.second, self.ana, "And the printer is broken, too")
        with self.browser() as browser:
            page = self._open_desk(browser, DESK)
            with self.pictures_of_failures(page):
                page.locator(".o_desk_row", has_text="Other matter").click()
                page.locator(".o_desk_title h2", has_text="Other matter").wait_for()
                self._choose(page, "Split off a second matter")
                dialog = page.locator(".modal")
                dialog.locator("[name=name] input").fill("Printer")
                row = dialog.locator("tr", has_text="And the printer is broken")
                row.locator("td[name=is_chosen]").click()
                row.locator("[name=is_chosen] input:enabled").check()
                dialog.get_by_role("button", name="Split").click()
                page.locator(".o_desk_title h2", has_text="Printer").wait_for()
                self._choose(page, "Merge with another ticket")
                target = dialog.locator("[name=target_id] input")
                target.fill("First")
                page.locator(".o-autocomplete--dropdown-item", has_text="First").click()
                dialog.get_by_role("button", name="Merge").click()
                page.locator(".o_desk_title h2", has_text="First").wait_for()
                page.locator(
                    ".o_kind_customer", has_text="printer is broken"
                ).wait_for()
        self.env.invalidate_all()
        moved = self.first.merged_ids
        self.assertEqual(moved.name, "Printer")
        self.assertEqual(moved.split_from_id, self.second)

    def _choose(self, page, words):
        page.locator(".o_desk_more").click()
        page.get_by_role("menuitem", name=words).click()

    def test_a_telephone_shows_one_after_the_other(self):
        """At 390 px: list, ticket, reply; the draft is back after a reload."""
        with self.browser() as browser:
            page = self._open_desk(browser, PHONE)
            with self.pictures_of_failures(page):
                self.assertFalse(page.locator(".o_desk_ticket").is_visible())
                page.locator(".o_desk_row", has_text="First").tap()
                title = page.locator(".o_desk_title h2", has_text="First")
                self.assertGreater(title.bounding_box()["width"], 300)
                self.assertFalse(page.locator(".o_desk_queue").is_visible())
                page.locator(".o_desk_text").fill("Half an ans")
                page.reload()
                page.locator(".o_desk_composer").wait_for()
                self.assertEqual(
                    page.locator(".o_desk_text").input_value(), "Half an ans"
                )
                page.locator(".o_desk_text").fill("An answer")
                page.locator(".o_desk_send").tap()
                page.locator(".o_kind_agent", has_text="An answer").wait_for()
                page.locator(".o_desk_back").tap()
                page.locator(".o_desk_row").first.wait_for()
        self.env.invalidate_all()
        self.assertEqual(self.first.stage_kind, "in_progress")
