from odoo.tests import tagged

from .browser import DESK, BrowserCase
from .common import HelpdeskCommon

MENU = "[data-menu-xmlid='helpdesk_service_portal.helpdesk_my_turn_menu']"
APP = ".o_app[data-menu-xmlid='helpdesk_mgmt.helpdesk_ticket_main_menu']"
PATIENCE = 60_000  # milliseconds: the first page compiles the web client


@tagged("post_install", "-at_install")
class TestBackendBrowser(HelpdeskCommon, BrowserCase):
    """An engineer opens the helpdesk in a real browser."""

    def test_the_queue_opens_and_its_count_follows(self):
        """The helpdesk opens on "My turn", the count stands in the menu and falls when
        a ticket is solved; the ticket opens without an error of JavaScript."""
        overdue = self._create_ticket(name="Overdue", user_id=self.laura.id)
        overdue.answer_due_date = "2020-01-01 10:00:00"
        self._create_ticket(name="Free")
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            page.set_default_timeout(PATIENCE)
            with self.pictures_of_failures(page):
                self.sign_in(page, self.laura.login, self.laura.login)
                self._open_queue(page)
                self._solve_first_ticket(page)
        self.env.invalidate_all()
        self.assertEqual(overdue.stage_kind, "solved")

    def _open_queue(self, page):
        page.locator(".o_navbar_apps_menu button").click()
        page.locator(APP).click()
        page.locator(MENU, has_text="My turn (2)").wait_for()
        first = page.locator(".o_desk_row").first
        self.assertIn("Overdue", first.inner_text())
        self.assertIn("was due", first.locator(".o_desk_due").inner_text())
        page.get_by_role("button", name="As a list").click()
        first = page.locator(".o_list_view .o_data_row").first
        self.assertIn("was due", first.locator("td[name=answer_due_date]").inner_text())

    def _solve_first_ticket(self, page):
        page.locator(".o_list_view .o_data_row td[name=name]").first.click()
        turn = page.locator(".o_helpdesk_turn")
        turn.get_by_text("The answer was due on").wait_for()
        page.locator("button[name=action_solve]").click()
        page.locator(MENU, has_text="My turn (1)").wait_for()
