# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase, requests_wait
from .test_visitor import NEW, PATH, VisitorCase

#: nothing inline, no connection, no form, no markup from text
POLICY = (
    "default-src 'none'; script-src {desk}; img-src 'self'; form-action 'none'; "
    "base-uri 'none'; require-trusted-types-for 'script'"
)
HOST = """<!doctype html><html lang="en"><head><title>Our PMS</title></head><body>
<header><b>LOGO</b> <span id="help"></span></header><h1>Bookings</h1>{script}
</body></html>"""
BUBBLE = """() => {
  const root = document.createElement("div");
  root.className = "o-livechat-root";
  document.body.append(root);
  const shadow = root.attachShadow({mode: "open"});
  setTimeout(() => {
    const bubble = document.createElement("button");
    bubble.setAttribute("part", "openChatButton");
    bubble.style.cssText =
      "position: fixed; right: 20px; bottom: 20px; width: 56px; height: 56px";
    shadow.append(bubble);
  }, 300);
}"""
RECTANGLE = """(selector) => {
  const host = document.querySelector(selector);
  const part = host.shadowRoot.querySelector("button");
  const {left, right, top, bottom} = part.getBoundingClientRect();
  return {left, right, top, bottom};
}"""
FOCUSED = "() => document.activeElement.shadowRoot?.activeElement"


@contextmanager
def other_site(desk, script):
    """Serve a page of another site with a strict policy; give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            body = HOST.format(script=script).encode()
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", POLICY.format(desk=desk))
            self.end_headers()
            if self.path == "/":
                self.wfile.write(body)

        def log_message(self, *args):
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@tagged("post_install", "-at_install")
class TestVisitorInBrowser(VisitorCase, BrowserCase):
    """S4-01 on a phone: from the types to the ticket, the mailbox between."""

    def test_a_visitor_writes_and_confirms(self):
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, "en-US")
            with self.pictures_of_failures(page):
                page.goto(PATH)
                self.wait_ready(page)
                page.click(".o_hsp_type_card >> text=Incident")
                self.wait_ready(page)
                page.fill("[name=visitor_name]", "Nora Vidal")
                page.fill("[name=subject]", "Price of the channel manager")
                page.fill("[name=description]", "For forty rooms")
                page.reload()
                self.wait_ready(page)
                typed = page.input_value("[name=description]")
                self.assertEqual(typed, "For forty rooms", "survives reloading")
                page.check(f"input[name=type][value='{self.question.id}']", force=True)
                self.assertEqual(page.input_value("[name=subject]")[:5], "Price")
                page.click(".o_hsp_submit")
                page.wait_for_selector("#error_visitor_email")
                self.wait_ready(page)
                focused = page.evaluate("document.activeElement.id")
                self.assertEqual(focused, "form_errors")
                page.fill("[name=visitor_email]", NEW)
                page.click(".o_hsp_submit")
                page.wait_for_selector("[name=visitor_sent]")
                with requests_wait():
                    self.env.invalidate_all()
                    link = self.link()
                page.goto(link)
                page.get_by_role("button", name="Send my request").click()
                page.wait_for_url("**/my/ticket/**")
                page.wait_for_selector("text=For forty rooms")
        self.env.invalidate_all()
        self.assertEqual(self.new_tickets().type_id, self.question)


@tagged("post_install", "-at_install")
class TestLauncherInBrowser(VisitorCase, BrowserCase):
    """S0-10, S4-02, S4-30: on another site whose policy refuses nearly everything, and
    on ours."""

    def line(self, **data):
        told = " ".join(f'data-{name}="{value}"' for name, value in data.items())
        source = f"{self.base_url()}/support/launcher.js"
        return f'<script src="{source}" {told} defer></script>'

    @contextmanager
    def host_page(self, viewport, **data):
        """Open a page of another site that holds the one line."""
        with (
            self.browser() as browser,
            other_site(self.base_url(), self.line(**data)) as address,
        ):
            page = self.open_page(browser, viewport, "en-US")
            page.context.route(f"{address}**", lambda route: route.continue_())
            with self.pictures_of_failures(page):
                page.goto(address)
                page.wait_for_selector(".o_hsp_launcher .button")
                yield page

    def test_bubble_by_keyboard_under_a_strict_policy(self):
        """S4-02 "at the bottom right of the website … offers “Create a ticket”"."""
        with self.host_page(DESK) as page:
            box = page.locator(".o_hsp_launcher .button").bounding_box()
            self.assertGreater(box["x"] + box["width"], DESK["width"] - 40)
            self.assertGreater(box["y"] + box["height"], DESK["height"] - 40)
            self.assertGreaterEqual(box["height"], 44, "styled, also here")
            page.keyboard.press("Tab")
            page.keyboard.press("Enter")
            panel = page.get_by_role("dialog", name="Support of")
            panel.wait_for()
            button = page.get_by_role("button", name="Contact support")
            self.assertEqual(button.get_attribute("aria-expanded"), "true")
            panel.get_by_role("heading", name="Create a ticket").wait_for()
            link = panel.get_by_role("link", name="Question")
            self.assertIn("/support/ticket?type=question", link.get_attribute("href"))
            self.assertEqual(link.get_attribute("rel"), "noopener")
            tickets = panel.get_by_role("link", name="See my tickets")
            self.assertTrue(tickets.get_attribute("href").endswith("/my/tickets"))
            panel.get_by_role("link", name="help@desk.example").wait_for()
            page.keyboard.press("Escape")
            panel.wait_for(state="hidden")
            label = page.evaluate(f"({FOCUSED})().textContent")
            self.assertEqual(label, "Contact support", "the focus comes back")
            self.assertFalse(page.context.cookies())

    def test_search_and_types_open_the_desk(self):
        with self.host_page(PHONE) as page:
            page.click(".o_hsp_launcher .button")
            with page.context.expect_page() as opened:
                page.get_by_role("link", name="Question").click()
            opened.value.wait_for_load_state()
            self.assertIn("/support/ticket?type=question", opened.value.url)
            page.click(".o_hsp_launcher .button")
            page.get_by_role("searchbox").fill("rate plans")
            with page.context.expect_page() as opened:
                page.keyboard.press("Enter")
            opened.value.wait_for_load_state()
            self.assertIn("/support/search?search=rate+plans", opened.value.url)

    def test_in_the_hosts_own_place(self):
        """S0-10 "a “Contact Support” button placed at the top left under the logo";
        what the host says about its tickets goes with the link."""
        told = {"target": "#help", "label": "Contact Support", "location": "HS1"}
        with self.host_page(DESK, **told) as page:
            self.assertTrue(page.query_selector("#help > .o_hsp_launcher"))
            box = page.locator("#help .button").bounding_box()
            self.assertLess(box["x"], 200)
            self.assertLess(box["y"], 100)
            page.click("#help .button")
            link = page.get_by_role("link", name="Incident")
            self.assertIn("type=incident&location=HS1", link.get_attribute("href"))
            page.mouse.click(900, 700)
            page.wait_for_selector(".panel", state="hidden")

    def test_it_moves_aside_for_the_live_chat(self):
        """S4-02: both stand at the bottom right; neither covers the other."""
        for viewport in (DESK, PHONE):
            with self.subTest(viewport=viewport), self.host_page(viewport) as page:
                before = page.evaluate(RECTANGLE, ".o_hsp_launcher")
                page.evaluate(BUBBLE)
                page.wait_for_function(
                    "(top) => document.querySelector('.o_hsp_launcher').shadowRoot"
                    ".querySelector('button').getBoundingClientRect().bottom < top",
                    arg=before["top"],
                )
                chat = page.evaluate(RECTANGLE, ".o-livechat-root")
                own = page.evaluate(RECTANGLE, ".o_hsp_launcher")
                self.assertLess(own["bottom"], chat["top"])
                page.evaluate("document.querySelector('.o-livechat-root').remove()")
                page.wait_for_function(
                    "(top) => document.querySelector('.o_hsp_launcher').shadowRoot"
                    ".querySelector('button').getBoundingClientRect().top === top",
                    arg=before["top"],
                )

    def test_own_tickets_on_our_site(self):
        """S4-30 "Follow-up in the Tickets section of the chat icon": in the language
        of the page, whatever the browser's is."""
        website = self.env["website"].get_current_website()
        website.homepage_url = False
        ticket = self._create_ticket(name="No reservations from Booking")
        with self.browser() as browser:
            page = self.open_page(browser, DESK, "en-US")
            with self.pictures_of_failures(page):
                self.sign_in_page(page)
                page.goto("/")
                with page.expect_response("**/launcher/tickets?lang=en-US"):
                    page.click(".o_hsp_launcher .button")
                row = page.get_by_role("link", name="No reservations from Booking")
                row.wait_for()
                self.assertIn(ticket.stage_id.name, row.text_content())
                row.click()
                page.wait_for_url(f"**/my/ticket/{ticket.id}")

    def sign_in_page(self, page):
        BrowserCase.sign_in(self, page, self.ana.login, self.ana.login)
