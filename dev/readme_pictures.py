#!/usr/bin/env python3
# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The pictures of the README's screens 1, 2, 3 and 5, and of the description page.

    PYTHON dev/readme_pictures.py http://127.0.0.1:8069 [FOLDER]

PYTHON is that of the virtual environment, with Playwright; the address is that of a
demo database that is served. Spanish stands left, English right. Look at each picture
before it is committed.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "static/description"
LANGUAGES = (("es-MX", "es_MX"), ("en-US", "en_US"))
PHONE = {"width": 390, "height": 800}
DESK = {"width": 1280, "height": 800}
SCALE, GAP, COLORS = 0.625, 16, 192
TICKET = "Tarifas de temporada alta"
DESK_TICKET = "Cambiar las fotos"
#: the language of who is signed in to the backend
SPEAK = """async (lang) => {
    const call = (path, params) => fetch(path, {
        method: "POST",
        headers: {"Content-Type": "application/json"},
        body: JSON.stringify({params}),
    }).then((answer) => answer.json());
    const {result} = await call("/web/session/get_session_info", {});
    await call("/web/dataset/call_kw/res.users/write", {
        model: "res.users", method: "write", args: [[result.uid], {lang}], kwargs: {},
    });
}"""


class Camera:
    """A browser window of one size in which somebody of the demo has signed in."""

    def __init__(self, browser, base, size, person, language):
        self.base, self.is_phone = base, size is PHONE
        self.locale, self.code = language
        self.context = browser.new_context(
            viewport=size,
            locale=self.locale,
            is_mobile=self.is_phone,
            has_touch=self.is_phone,
        )
        self.context.set_default_timeout(60_000)
        self.page = self.context.new_page()
        self.person = person
        self.sign_in()

    def sign_in(self):
        self.context.clear_cookies()
        self.page.goto(f"{self.base}/web/login")
        self.page.fill("#login", self.person)
        self.page.fill("#password", f"{self.person.partition('@')[0]}-demo")
        self.page.press("#password", "Enter")
        self.page.wait_for_url(lambda url: "/web/login" not in url)

    def open(self, path):
        cookie = {"name": "frontend_lang", "value": self.code, "url": self.base}
        self.context.add_cookies([cookie])
        self.page.goto(self.base + path)
        self.page.wait_for_selector("body[is-ready=true]", state="attached")

    def shoot(self):
        self.page.wait_for_timeout(2000)
        return Image.open(io.BytesIO(self.page.screenshot())).convert("RGB")

    def portal(self):
        """Return the pictures of the portal, by name."""
        pictures = {}
        self.open("/my")
        pictures["home"] = self.shoot()
        self.open("/my/tickets?filterby=all")
        pictures["list"] = self.shoot()
        ticket = self.page.locator(".o_hsp_subject_link", has_text=TICKET).first
        self.open(ticket.get_attribute("href"))
        pictures["ticket"] = self.shoot()
        self.open("/new/ticket")
        # the demo's incident: "It is something else"
        other = self.page.locator("[name=announcement_ask] button:visible").last
        if self.is_phone and other.count():
            other.click()
            self.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
        pictures["form"] = self.shoot()
        return pictures

    def desk(self):
        """Return the picture of the engineer's desk."""
        self.page.evaluate(SPEAK, self.code)
        self.sign_in()  # a session keeps the language it began with
        self.page.goto(f"{self.base}/odoo/helpdesk-desk")
        row = self.page.locator(".o_desk_row", has_text=DESK_TICKET)
        row.wait_for()
        # OdooBot greets who signs in for the first time
        self.page.add_style_tag(content=".o-mail-ChatHub { display: none; }")
        row.click()
        self.page.locator(".o_desk_title h2", has_text=DESK_TICKET).wait_for()
        return self.shoot()


def join(pictures):
    """Return pictures side by side."""
    width = sum(picture.width + GAP for picture in pictures) - GAP
    joined = Image.new("RGB", (width, pictures[0].height), "gray")
    left = 0
    for picture in pictures:
        joined.paste(picture, (left, 0))
        left += picture.width + GAP
    return joined


def small(picture):
    size = [round(side * SCALE) for side in picture.size]
    return picture.resize(size, Image.Resampling.LANCZOS)


def save(folder, name, picture):
    picture.quantize(COLORS).save(Path(folder) / f"{name}.png", optimize=True)


def main(base, folder=FOLDER):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )

        def both(size, person, action):
            cameras = [Camera(browser, base, size, person, lang) for lang in LANGUAGES]
            return [getattr(camera, action)() for camera in cameras]

        ana, laura = "ana@hotelsol.example", "laura@hoteldesk.example"
        phone, wide = both(PHONE, ana, "portal"), both(DESK, ana, "portal")
        desk_phone, desk_wide = both(PHONE, laura, "desk"), both(DESK, laura, "desk")
        browser.close()
    for name in ("home", "list", "ticket", "form"):
        save(folder, f"portal_{name}_390", phone[1][name])
    for name in ("list", "ticket", "form"):
        save(folder, f"portal_{name}_1280", wide[1][name])
    save(folder, "backend_queue_1280", desk_wide[1])
    for title, name in (("screen1_new_ticket", "form"), ("screen2_ticket", "ticket")):
        save(folder, f"{title}_390", join([shots[name] for shots in phone]))
    for title, name in (
        ("screen1_new_ticket", "form"),
        ("screen2_ticket", "ticket"),
        ("screen3_home", "home"),
        ("screen3_list", "list"),
    ):
        save(folder, f"{title}_1280", join([small(shots[name]) for shots in wide]))
    pairs = [shots[name] for name in ("home", "list") for shots in phone]
    save(folder, "screen3_home_list_390", join(pairs))
    save(folder, "screen5_desk_390", join(desk_phone))
    save(folder, "screen5_desk_1280", join([small(shot) for shot in desk_wide]))


if __name__ == "__main__":
    main(*sys.argv[1:])
