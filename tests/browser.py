"""A real browser (Playwright) inside the tests, and a real mail server."""

import logging
import os
import socket
import tempfile
import threading
from contextlib import contextmanager
from email import message_from_bytes, policy
from pathlib import Path
from unittest.mock import patch

import freezegun
from aiosmtpd.controller import Controller
from playwright.sync_api import sync_playwright

from odoo.tests import HttpCase
from odoo.tests.common import _registry_test_lock

from odoo.addons.base.models.ir_mail_server import IrMail_Server

_logger = logging.getLogger(__name__)

# where a test moves the clock, browsers are still waited for by real time
freezegun.configure(extend_ignore_list=["asyncio"])

#: not in TMPDIR, which is emptied when the tests end
PICTURES = "/var/tmp"
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Noise: the test server has no websocket, Debian's Odoo not this library; the icon of
# the website is asked for late and may meet the test's own use of the one cursor.
IGNORED = (
    *("websocket", "WebSocket", "ERR_ABORTED", "selfie_segmentation"),
    "/web/image/website/1/favicon",
)


class BrowserCase(HttpCase):
    """A test in Chromium; an error in its console or on the server fails it."""

    def setUp(self):
        super().setUp()
        self.problems = []

    @contextmanager
    def browser(self):
        """Start Chromium; requests of its pages reach this test's transaction."""
        self.env.flush_all()  # pages read what the test prepared
        executable = os.environ.get("HELPDESK_CHROMIUM", "/usr/bin/chromium")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=executable, args=ARGUMENTS
            )
            try:
                with self.allow_requests(all_requests=True):
                    yield browser
            finally:
                browser.close()
                self._wait_remaining_requests()
        self.assertFalse(self.problems, "\n".join(self.problems))

    def open_page(self, browser, viewport, locale="es-ES", **options):
        """Return a page of a browser window of its own, with its own session."""
        context = browser.new_context(
            viewport=viewport,
            locale=locale,
            base_url=self.base_url(),
            is_mobile=viewport == PHONE,
            has_touch=viewport == PHONE,
            **options,
        )
        context.set_default_timeout(20_000)
        # the website's theme asks for fonts from outside
        context.route(
            lambda url: not url.startswith((self.base_url(), "data:", "blob:")),
            lambda route: route.fulfill(status=200, content_type="text/css", body=""),
        )
        page = context.new_page()
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self._note_problem(f"JavaScript: {error}"))
        page.on("response", self._note_response)
        return page

    def _note_console(self, message):
        if message.type == "error":
            self._note_problem(
                f"console: {message.text} ({message.location.get('url')})"
            )

    def _note_response(self, response):
        if response.status >= 500:
            self._note_problem(f"{response.status}: {response.url}")

    def _note_problem(self, problem):
        if not any(word in problem for word in IGNORED):
            self.problems.append(problem)

    def wait_ready(self, page):
        """Wait until the page's scripts have started."""
        page.wait_for_selector("body[is-ready=true]", state="attached")
        page.wait_for_load_state("networkidle")

    def sign_in(self, page, login, password):
        """Sign in by the form, as people do."""
        page.goto("/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", password)
        with page.expect_navigation():
            page.click(".oe_login_form button[type=submit]")

    def forgive(self, word):
        """Drop from the console's errors those that the test has caused."""
        self.problems = [problem for problem in self.problems if word not in problem]

    @contextmanager
    def pictures_of_failures(self, *pages):
        """Keep what the pages showed when something goes wrong."""
        try:
            yield
        except BaseException:
            folder = Path(tempfile.mkdtemp(prefix="helpdesk-browser-", dir=PICTURES))
            for number, page in enumerate(pages, 1):
                picture = folder / f"{self._testMethodName}-{number}.png"
                page.screenshot(path=picture, full_page=True)
                self.problems.append(f"picture: {picture} of {page.url}")
            _logger.error("\n".join(self.problems))
            raise


class Inbox:
    """The mails a mail server was given."""

    def __init__(self):
        self.mails = []
        self.arrived = threading.Condition()

    async def handle_DATA(self, server, session, envelope):
        mail = message_from_bytes(envelope.content, policy=policy.default)
        with self.arrived:
            self.mails.append((envelope.rcpt_tos, mail))
            self.arrived.notify_all()
        return "250 OK"

    def wait_for(self, address, word):
        """Return the mail to ``address`` that holds ``word``, as its text."""

        def find():
            for recipients, mail in self.mails:
                text = mail.get_body(("plain", "html")).get_content()
                if address in recipients and word in text:
                    return mail
            return None

        with self.arrived:
            self.arrived.wait_for(find, timeout=20)
            return find()


@contextmanager
def mail_server(env):
    """Send the mails of Odoo to a real SMTP server; give its inbox."""
    inbox = Inbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(inbox, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        env["ir.mail_server"].search([]).active = False
        env["ir.mail_server"].create(
            {"name": "Test", "smtp_host": "127.0.0.1", "smtp_port": port}
        )
        with patch.object(IrMail_Server, "_disable_send", lambda self: False):
            yield inbox
    finally:
        controller.stop()


@contextmanager
def requests_wait():
    """Let requests of open pages wait meanwhile: they share the test's connection."""
    if not _registry_test_lock.acquire(timeout=20):
        raise TimeoutError("a request of a page does not end")
    try:
        yield
    finally:
        _registry_test_lock.release()


def send_queue(env):
    """Send all mails that wait, as the queue does when their moment has come."""
    with requests_wait():
        env.invalidate_all()
        env["mail.mail"].search([("state", "=", "outgoing")]).send()
        env.flush_all()
