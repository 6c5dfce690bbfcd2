# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What the portal looks like and how it is used, measured in a real browser."""

import re
from pathlib import Path

from odoo.tests import tagged

from .browser import DESK
from .figures import FiguresCase
from .screens_common import ScreensCase

SMALL_PHONE = {"width": 390, "height": 660}
NARROW = {"width": 320, "height": 568}
ZOOMED = {"width": 640, "height": 450}  # 1280 x 900 at 200 %
KILOBYTE = 1000


@tagged("post_install", "-at_install")
class TestPortalScreens(FiguresCase, ScreensCase):
    """The drawings of home and list, and the portal for everyone."""

    def _paths(self):
        waiting = self.tickets_by_kind["waiting_customer"]
        return (
            "/my",
            "/my/tickets",
            "/my/tickets?search=zzzz&filterby=done",
            "/new/ticket",
            f"/my/ticket/{waiting.id}",
            "/my/account",
            "/my/security",
        )

    # ------------------------------------------------------------
    # Home and list
    # ------------------------------------------------------------

    def test_fold_of_the_phone(self):
        """S0-25 it lists all tickets: three cards are in sight at 390 x 660; home shows
        what waits, the button of a new ticket and the search box."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, SMALL_PHONE)
            self.go(page, "/my/tickets")
            bottoms = self._edges(page, ".o_hsp_row", "bottom")
            self.assertLessEqual(bottoms[2], 660)
            self.go(page, "/my")
            for selector in (
                ".o_hsp_waiting_card",
                "[name=new_ticket]",
                ".o_hsp_home input[name=search]",
            ):
                with self.subTest(selector=selector):
                    self.assertLessEqual(self._edges(page, selector, "bottom")[0], 660)

    def test_table_of_the_desktop(self):
        """S0-26 to S0-29 Each row shows …: in rows of 44 px under a heading that
        stays."""
        for number in range(40):
            self._create_ticket(name=f"A rather long subject of ticket {number} " * 3)
        with self.browser() as browser:
            page = self.open_signed_in(browser, DESK)
            self.go(page, "/my/tickets")
            heights = set(self._edges(page, ".o_hsp_row", "height"))
            self.assertEqual(heights, {44})
            page.mouse.wheel(0, 1500)
            page.wait_for_timeout(600)
            top = self._edges(page, ".o_hsp_thead", "top")[0]
            self.assertGreaterEqual(top, 0)
            self.assertLess(top, 120)

    def test_skeleton_while_the_list_is_on_its_way(self):
        """S3-23 Filter by: a slow answer is announced, with the shape of what comes."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, DESK)
            self.go(page, "/my/tickets")
            skeleton = page.locator(".o_hsp_skeleton")
            self.assertFalse(skeleton.is_visible())
            # the answer never comes
            page.evaluate("addEventListener('click', ev => ev.preventDefault())")
            page.locator("a[href*='filterby=done']").click()
            skeleton.wait_for(state="visible")
            self.assertFalse(page.locator(".o_hsp_table").is_visible())
            busy = page.locator(".o_hsp_list").get_attribute("aria-busy")
            self.assertEqual(busy, "true")

    def test_addresses_stay_short(self):
        """S3-25 Search: what was not chosen in the menu does not travel."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, DESK)
            self.go(page, "/my/tickets")
            page.locator(".o_hsp_options summary").click()
            page.get_by_label("Group by").select_option("stage")
            page.get_by_role("button", name="Apply").click()
            page.wait_for_url("**groupby=stage**")
            # of what was left as it is, only "all" travels: else the list opens as it
            # was left the last time
            address = "/my/tickets?groupby=stage&filterby=all"
            self.assertTrue(page.url.endswith(address), page.url)

    # ------------------------------------------------------------
    # For everyone
    # ------------------------------------------------------------

    def test_narrow_and_zoomed(self):
        """S0-01 (any device): 320 px and 200 % zoom need no scrolling to the side,
        however long an address is."""
        self.ana.partner_id.email = "reservaciones.nuevo.vallarta@test.example"
        with self.browser() as browser:
            page = self.open_signed_in(browser, NARROW)
            for path in self._paths():
                self.go(page, path)
                for viewport in (NARROW, ZOOMED):
                    with self.subTest(path=path, width=viewport["width"]):
                        page.set_viewport_size(viewport)
                        width = page.evaluate("document.documentElement.scrollWidth")
                        self.assertLessEqual(width, viewport["width"])

    def test_keyboard(self):
        """S0-25 … reachable from home: without a mouse, each focus in sight."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, DESK)
            self.go(page, "/my")
            self._tab_to(page, "a[href$='/new/ticket']")
            self._tab_to(page, ".o_hsp_home input[name=search]")
            page.keyboard.type("bookings")
            page.keyboard.press("Enter")
            page.wait_for_url("**/support/search?search=bookings**")
            page.wait_for_selector("body[is-ready=true]", state="attached")
            self._tab_to(page, "a[href*='/my/tickets?search=']")
            page.keyboard.press("Enter")
            page.wait_for_url("**/my/tickets?search=bookings**")
            page.wait_for_selector("body[is-ready=true]", state="attached")
            self._tab_to(page, ".o_hsp_options summary")
            page.keyboard.press("Enter")
            self._tab_to(page, "select[name=sortby]")
            page.keyboard.press("Escape")
            self.assertFalse(page.locator(".o_hsp_selects").is_visible())
            self._tab_to(page, ".o_hsp_turn_chip")
            self._tab_to(page, ".o_hsp_subject_link")
            page.keyboard.press("Enter")
            page.wait_for_url("**/my/ticket/**")

    def _tab_to(self, page, selector):
        """Press Tab until an element is reached; its focus is in sight."""
        for _press in range(40):
            page.keyboard.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                break
        else:
            self.fail(f"{selector} is not reached")
        seen = page.evaluate(
            """() => ["", "::after"].some((part) => {
                const style = getComputedStyle(document.activeElement, part || null);
                return parseFloat(style.outlineWidth) >= 2
                    && style.outlineStyle !== "none";
            })"""
        )
        self.assertTrue(seen, f"the focus of {selector} is not in sight")

    def test_dark_scheme(self):
        """S0-01: who prefers it dark gets it dark, on each page of ours."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, DESK, color_scheme="dark")
            for path in self._paths():
                with self.subTest(path=path):
                    self.go(page, path)
                    for selector in ("body", "header nav", "main", "footer"):
                        self.assertLess(self._brightness(page, selector), 80, selector)

    def _brightness(self, page, selector):
        """Return how bright the ground of an element is, 0 to 255."""
        color = page.evaluate(
            """selector => {
                let node = document.querySelector(selector);
                let color = "rgba(0, 0, 0, 0)";
                while (node && color === "rgba(0, 0, 0, 0)") {
                    color = getComputedStyle(node).backgroundColor;
                    node = node.parentElement;
                }
                return color;
            }""",
            selector,
        )
        return sum(int(part) for part in re.findall(r"\d+", color)[:3]) / 3

    def test_less_motion(self):
        """S0-01: who asked for less motion gets none."""
        with self.browser() as browser:
            page = self.open_signed_in(browser, DESK, reduced_motion="reduce")
            self.go(page, "/my/tickets")
            seconds = page.evaluate(
                """() => Math.max(...[...document.querySelectorAll(
                    ".o_hsp_list, .o_hsp_list *")].map((node) => {
                        const style = getComputedStyle(node);
                        return Math.max(parseFloat(style.transitionDuration) || 0,
                            parseFloat(style.animationDuration) || 0);
                    }))"""
            )
            self.assertLess(seconds, 0.01)

    def test_print(self):
        """S3-17 … on paper: everything that matters, black on white, no controls."""
        ticket = self.tickets_by_kind["waiting_customer"]
        with self.browser() as browser:
            page = self.open_signed_in(browser, DESK, color_scheme="dark")
            for path, words in (
                ("/my/tickets", ticket.name),
                (f"/my/ticket/{ticket.id}", "See the file, please"),
            ):
                with self.subTest(path=path):
                    self.go(page, path)
                    page.emulate_media(media="print")
                    self.assertIn(words, page.locator("main").inner_text())
                    self.assertGreater(self._brightness(page, "main"), 250)
                    for selector in ("header", "footer", ".o_hsp_search", "#reply"):
                        shown = page.locator(selector)
                        if shown.count():
                            self.assertFalse(shown.first.is_visible(), selector)
                    page.emulate_media(media="screen")

    def test_without_javascript(self):
        """S0-25 it lists all tickets: home, search, menu and filters need no script."""
        with self.browser() as browser:
            page = self.open_page(
                browser, SMALL_PHONE, locale="en-US", java_script_enabled=False
            )
            self.sign_in_by_form(page, self.ana)
            page.goto("/my")
            page.fill(".o_hsp_home input[name=search]", "bookings")
            page.keyboard.press("Enter")
            page.wait_for_url("**/support/search?search=bookings**")
            page.get_by_role("link", name="All tickets with these words").click()
            page.wait_for_url("**/my/tickets?search=bookings**")
            page.locator(".o_hsp_options summary").click()
            page.locator("select[name=filterby]").select_option("customer")
            page.get_by_role("button", name="Apply").click()
            page.wait_for_url("**filterby=customer**")
            self.assertEqual(page.locator(".o_hsp_row").count(), 1)
            page.get_by_role("link", name=re.compile("Waiting for me.*Remove")).click()
            page.wait_for_load_state()
            self.assertGreater(page.locator(".o_hsp_row").count(), 1)

    def test_weight(self):
        """The list loads less than 150 kB of our own, and no editor."""
        paths = self.env["ir.asset"]._get_asset_paths(
            bundle="web.assets_frontend", assets_params={}
        )
        own = {path[1] for path in paths if "/helpdesk_service_portal/" in path[0]}
        self.assertTrue(own)
        size = sum(Path(path).stat().st_size for path in own)
        self.tell(f"Our own assets on the list: {size / KILOBYTE:.0f} kB, at most 150")
        self.assertLess(size, 150 * KILOBYTE)
        with self.browser() as browser:
            page = self.open_signed_in(browser, DESK)
            asked = []
            page.on("request", lambda request: asked.append(request.url))
            self.go(page, "/my/tickets")
            page.wait_for_load_state("load")
            self.assertFalse([url for url in asked if "editor" in url])

    def _edges(self, page, selector, edge):
        """Return an edge or a size of each element, in CSS pixels."""
        return page.locator(selector).evaluate_all(
            "(nodes, edge) => nodes.map(node => node.getBoundingClientRect()[edge])",
            edge,
        )
