# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Takes the pictures of ./dev/desks; runs in the virtual environment.

ADDRESS FOLDER CHROMIUM [S0 …]
"""

import html
import importlib.util
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

WORDS = Path(__file__).parent.parent / "tests" / "desk_words.py"
SIZES = {390: 844, 1280: 900}
LANGUAGES = {"es": "es-MX", "en": "en-US"}
HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>The five desks</title><style>
body { font: 16px/1.4 system-ui, sans-serif; margin: 2rem; }
section { display: flex; gap: 1rem; align-items: start; margin-bottom: 2rem; }
img { border: 1px solid #999; width: 100%; } figure { margin: 0; flex: 1 1 0; }
figure.phone { flex: 0 0 14rem; } ul { padding: 0; list-style: none; flex: 0 0 16rem; }
.missing { color: #b00020; font-weight: bold; }
</style></head><body>
"""


def read_words():
    """The module tests/desk_words.py, which needs no Odoo."""
    spec = importlib.util.spec_from_file_location("desk_words", WORDS)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class Desk:
    """One desk, seen by its customer."""

    def __init__(self, code, desk, words, browser, address, folder):
        self.code, self.desk, self.words = code, desk, words
        self.browser, self.address, self.folder = browser, address, folder

    def take_pictures(self):
        """Take a picture of each page; return the text of the Spanish ones by page."""
        texts = {}
        for language, locale in LANGUAGES.items():
            for width, height in SIZES.items():
                context = self.browser.new_context(
                    viewport={"width": width, "height": height}, locale=locale
                )
                self.visit(context, language, width, texts)
                context.close()
        return texts

    def visit(self, context, language, width, texts):
        page = context.new_page()
        pages = sorted(self.desk["words"], key=lambda n: n not in self.words.SIGNED_OUT)
        signed_in = False
        for name in pages:
            if name not in self.words.SIGNED_OUT and not signed_in:
                self.sign_in(page)
                signed_in = True
            for number, path in enumerate(self.find_paths(page, name, language)):
                page.goto(self.address + path)
                page.wait_for_timeout(800)
                if language == "es":
                    texts[name] = texts.get(name, "") + read_text(page)
                if not number:
                    picture = self.picture(name, language, width)
                    page.screenshot(path=picture, full_page=True)

    def sign_in(self, page):
        page.goto(f"{self.address}/web/login")
        page.fill("input[name=login]", self.desk["login"])
        page.fill("input[name=password]", self.desk["password"])
        with page.expect_navigation():
            page.click(".oe_login_form button[type=submit]")

    def find_paths(self, page, name, language):
        """The addresses of a page; some stand for all those that they list."""
        start = "/en" if language == "en" else ""
        if name not in self.words.LISTED:
            return [start + self.words.PAGES[name]]
        listing, prefix = self.words.LISTED[name]
        page.goto(self.address + start + listing)
        links = page.eval_on_selector_all(
            f"main a[href*='{prefix}']", "all => all.map(link => link.pathname)"
        )
        return list(dict.fromkeys(links))

    def picture(self, name, language, width):
        return self.folder / f"{self.desk['reference']}_{name}_{language}_{width}.png"

    def describe(self, texts):
        """Return the desk's part of the page, and how many words were not found."""
        lines = [f"<h1>{self.desk['reference']} · {self.code}</h1>"]
        missing = 0
        for name, words in self.desk["words"].items():
            lines.append(f"<h2>{html.escape(self.words.PAGES[name])}</h2><section><ul>")
            for word in words:
                shown = self.words.SETTLED.get(word, word)
                found = shown.lower() in texts.get(name, "")
                missing += not found
                label = word if shown == word else f"{word} → {shown}"
                lines.append(
                    f"<li>✓ {html.escape(label)}</li>"
                    if found
                    else f"<li class='missing'>✗ {html.escape(label)}</li>"
                )
            lines.append("</ul>")
            for language in LANGUAGES:
                for width in SIZES:
                    source = self.picture(name, language, width).name
                    kind = "phone" if width < 500 else "desktop"
                    lines.append(
                        f"<figure class='{kind}'><img src='{source}' loading='lazy'"
                        f" alt='{name}, {language}, {width} px'></figure>"
                    )
            lines.append("</section>")
        return "\n".join(lines), missing


def read_text(page):
    """What a page says, what stands in its fields and labels too, in small letters."""
    text = page.evaluate(
        """() => {
            const body = document.body.cloneNode(true);
            body.querySelectorAll("script, style").forEach((e) => e.remove());
            const fields = [...body.querySelectorAll("[placeholder], [aria-label]")];
            return [
                body.textContent,
                ...fields.map((e) => `${e.placeholder || ""} ${e.ariaLabel || ""}`),
            ].join(" ");
        }"""
    )
    return " ".join(text.split()).lower() + " "


def main(address, folder, chromium, *chosen):
    words = read_words()
    folder = Path(folder)
    missing = 0
    with sync_playwright() as playwright, open(folder / "index.html", "w") as index:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        index.write(HEAD)
        for code, desk in words.DESKS.items():
            if chosen and desk["reference"] not in chosen:
                continue
            seen = Desk(code, desk, words, browser, address, folder)
            part, lost = seen.describe(seen.take_pictures())
            index.write(part)
            missing += lost
            sys.stdout.write(f"{desk['reference']} {code}: {lost} words missing\n")
            sys.stdout.flush()
        index.write("</body></html>\n")
        browser.close()
    return bool(missing)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
