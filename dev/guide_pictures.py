#!/usr/bin/env python3
# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pictures of the guides that ship, taken of a demo database that is served.

    PYTHON dev/guide_pictures.py http://127.0.0.1:8069 [FOLDER]

PYTHON is that of the virtual environment, with Playwright. What only the demo has,
such as its incident, is hidden. Look at each picture before it is committed.
"""

import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "static/src/img/guides"
LANGUAGES = (
    ("es", "es-MX", "es_MX", "No llegan reservas de Booking"),
    ("en", "en-US", "en_US", "Bookings do not arrive"),
)
HIDDEN = """
    footer, [class*=launcher], [id*=launcher], .o_hsp_announcements,
    li:has(> .o_hsp_hint_announcement), .o_hsp_form .alert, form .alert-info,
    .alert:has(button) { display: none !important; }
"""


class Camera:
    """A browser in one language that signs in as Ana of the demo."""

    def __init__(self, page, base, folder, lang, code):
        self.page, self.base, self.folder, self.lang = page, base, folder, lang
        self.cookie = {"name": "frontend_lang", "value": code, "url": base}

    def open(self, path):
        self.page.goto(self.base + path)
        self.page.locator("#wrap").first.wait_for(state="attached")
        self.page.wait_for_timeout(2500)

    def shoot(self, name, height=640):
        self.page.add_style_tag(content=HIDDEN)
        self.page.evaluate("scrollTo(0, 0)")
        self.page.wait_for_timeout(700)
        self.page.screenshot(
            path=self.folder / f"{self.lang}-{name}.png",
            clip={"x": 0, "y": 0, "width": 1000, "height": height},
        )

    def shoot_all(self, subject):
        self.page.context.add_cookies([self.cookie])
        self.open("/web/login")
        self.shoot("sign-in", 560)
        self.page.fill("#login", "ana@hotelsol.example")
        self.page.fill("#password", "ana-demo")
        self.page.press("#password", "Enter")
        self.page.wait_for_url("**/my*", wait_until="domcontentloaded")
        # signing in brought the language of Ana's own
        self.page.context.add_cookies([self.cookie])
        self.open("/new/ticket")
        self.page.fill("#field_subject", subject)
        self.page.dispatch_event("#field_subject", "input")
        self.page.wait_for_timeout(2500)
        self.shoot("new-ticket")
        self.open("/my/tickets?filterby=all")
        self.shoot("list")
        ticket = self.page.locator("a[href*='/my/ticket/']").first
        self.open(ticket.get_attribute("href"))
        self.shoot("ticket")
        self.open("/my/security")
        self.shoot("security")


def main(base, folder=FOLDER):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        for lang, locale, code, subject in LANGUAGES:
            context = browser.new_context(
                viewport={"width": 1000, "height": 640}, locale=locale
            )
            context.set_default_timeout(60_000)
            camera = Camera(context.new_page(), base, Path(folder), lang, code)
            camera.shoot_all(subject)
        browser.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
