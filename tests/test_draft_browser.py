import base64
import json
import re

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase
from .pictures import picture
from .portal_common import PDF, PortalCommon

PASTE = """(element, content) => {
    const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File([bytes], "image.png", {type: "image/png"}));
    element.dispatchEvent(new ClipboardEvent("paste", {
        clipboardData, bubbles: true, cancelable: true,
    }));
}"""
DROP = """(element, [name, type, content]) => {
    const bytes = Uint8Array.from(atob(content), (char) => char.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, {type}));
    element.dispatchEvent(new DragEvent("drop", {
        dataTransfer, bubbles: true, cancelable: true,
    }));
}"""
EDITOR = ".o_hsp_editable"
FILES = "input[type=file]"
SAVED = "text=Draft saved"


@tagged("post_install", "-at_install")
class TestDraftBrowser(BrowserCase, PortalCommon):
    """Writing in a real browser: pictures, files, drafts, bad lines (D-12, S0-17)."""

    def _open_form(self, browser, viewport=None, path="/new/ticket", **options):
        options.setdefault("locale", "en-US")
        page = self.open_page(browser, viewport or DESK, **options)
        self.sign_in(page, self.ana.login, self.ana.login)
        return self._go(page, path)

    def _go(self, page, path="/new/ticket"):
        page.goto(path)
        page.wait_for_selector("body[is-ready=true]", state="attached")
        page.wait_for_selector(".o_hsp_add:not([hidden])")
        return page

    def _send(self, page):
        page.click(".o_hsp_submit")
        page.wait_for_url(re.compile("sent=1|answered=1"))

    def _file(self, name="receipt.pdf", content=PDF, mimetype="application/pdf"):
        return {"name": name, "mimeType": mimetype, "buffer": content}

    def test_written_with_a_pasted_picture(self):
        """S0-17 Images can be put inside the description: an icon in the editor menu
        opens the file chooser, "Insert" places the image in the text."""
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                page.fill("#field_subject", "No WiFi")
                page.click("#label_description")
                page.keyboard.press("Control+b")
                page.keyboard.type("Urgent")
                pasted = base64.b64encode(picture()).decode()
                page.locator(EDITOR).evaluate(PASTE, pasted)
                page.wait_for_selector(f"{EDITOR} img[src^='/web/image/']")
                with page.expect_file_chooser() as chooser:
                    page.click("[data-tool=picture]")
                content = picture("JPEG")
                chooser.value.set_files(self._file("a.jpg", content, "image/jpeg"))
                page.fill("[data-bar=picture] input", "The screen")
                page.click("[data-bar=picture] >> text=Insert")
                page.wait_for_selector(f"{EDITOR} img[alt='The screen'][src^='/web/']")
                self._send(page)
                shown = page.locator(".o_hsp_body img")
                self.assertEqual(shown.count(), 2)
                page.wait_for_function(
                    "[...document.querySelectorAll('.o_hsp_body img')]"
                    ".every((image) => image.naturalWidth === 40)"
                )
        ticket = self.tickets()
        self.assertIn("<strong>Urgent", ticket.description)
        self.assertEqual(len(ticket._get_public_attachments()), 2)

    def test_draft_survives_a_closed_browser(self):
        """D-12 A draft of a ticket or an answer survives reload, lost session and a
        closed browser …, files included; it is wiped at sign-out."""
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                page.fill("#field_subject", "No WiFi")
                page.set_input_files(FILES, self._file())
                page.wait_for_selector("input[name=pending]", state="attached")
                page.wait_for_selector(SAVED)
                page.context.close()
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                self.assertTrue(page.is_visible("text=We brought back your draft."))
                self.assertEqual(page.input_value("#field_subject"), "No WiFi")
                self.assertTrue(page.is_visible("text=receipt.pdf"))
                page.goto("/web/session/logout?redirect=/web/login")
                self.sign_in(page, self.ana.login, self.ana.login)
                self._go(page)
                self.assertEqual(page.input_value("#field_subject"), "")
                self.assertFalse(page.is_visible("text=receipt.pdf"))

    def test_upload_is_cancelled_and_tried_again(self):
        """S0-18 A file can be attached …: on a bad line, too."""
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                page.fill("#field_subject", "No WiFi")
                page.fill(EDITOR, "Since this morning")
                page.route("**/my/draft/file", lambda route: None)  # never answers
                page.set_input_files(FILES, self._file("wrong.pdf"))
                page.wait_for_selector("progress")
                with page.expect_event("requestfailed"):
                    page.click("[aria-label='Cancel: wrong.pdf']")
                self.assertFalse(page.is_visible("text=wrong.pdf"))
                page.unroute("**/my/draft/file")
                page.route("**/my/draft/file", lambda route: route.abort())
                page.set_input_files(FILES, self._file())
                page.wait_for_selector("text=The connection was lost.")
                page.click(".o_hsp_submit")
                page.wait_for_selector("text=A file was not sent")
                page.unroute("**/my/draft/file")
                page.click("[aria-label='Retry: receipt.pdf']")
                page.wait_for_selector("input[name=pending]", state="attached")
                self._send(page)
            self.forgive("my/draft/file")
        files = self.tickets()._get_public_attachments()
        self.assertEqual(files.mapped("name"), ["receipt.pdf"])

    def test_offline_is_said_and_survived(self):
        """D-12 A draft … survives: a line that breaks while it is written."""
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                page.fill("#field_subject", "No WiFi")
                page.wait_for_selector(SAVED)
                page.context.set_offline(True)
                page.fill(EDITOR, "Since this morning")
                page.click(".o_hsp_submit")
                page.wait_for_selector("text=No connection. We keep it here")
                self.assertFalse(page.is_disabled(".o_hsp_submit"))
                copies = page.evaluate("Object.values(localStorage).join()")
                self.assertIn("Since this morning", copies)
                page.context.set_offline(False)
                self._go(page)
                self.assertEqual(page.inner_text(EDITOR), "Since this morning")
                self._send(page)
                copies = page.evaluate("Object.keys(localStorage).join()")
                self.assertNotIn("helpdesk_draft:", copies)
            self.forgive("DISCONNECTED")
        self.assertIn("Since this morning", self.tickets().description)

    def test_bad_files_are_named_and_the_good_ones_stay(self):
        """S0-18 A file …: what cannot be attached is said at the file."""
        good = [self._file(f"{at}.pdf") for at in range(16)]
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                page.set_input_files(
                    FILES,
                    [
                        self._file("photo.jpg", b"0" * (30 << 20), "image/jpeg"),
                        self._file("page.html", b"<html>", "text/html"),
                        self._file("drawing.svg", b"<svg/>", "image/svg+xml"),
                        self._file("empty.pdf", b""),
                        *good,
                        *[self._file(f"more{at}.pdf") for at in range(180)],
                    ],
                )
                page.wait_for_selector("text=180 files were left out")
                page.wait_for_function(
                    "document.querySelectorAll('input[name=pending]').length === 16"
                )
                rows = page.locator(".o_hsp_upload_wrong").all_inner_texts()
                self.assertIn("the maximum is 20 MB", rows[0])
                self.assertIn("cannot be attached", rows[1])
                self.assertIn("cannot be attached", rows[2])
                self.assertIn("is empty", rows[3])
                self.assertEqual(len(rows), 4)

    def test_dropped_files(self):
        """S0-17 Images can be put inside the description, S0-18 a file can be attached:
        dropped where they belong; a name reads as it is."""
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                image = ["a.png", "image/png", base64.b64encode(picture()).decode()]
                page.locator(EDITOR).evaluate(DROP, image)
                page.wait_for_selector(f"{EDITOR} img[src^='/web/image/']")
                page.route("**/my/draft/file", lambda route: None)  # never answers
                content = base64.b64encode(PDF).decode()
                turned = ["fac\u202efdp.pdf", "application/pdf", content]
                page.locator("#field_subject").evaluate(DROP, turned)
                page.wait_for_selector("progress")
                name = page.locator(".o_hsp_upload_name")
                self.assertEqual(name.all_text_contents(), ["facfdp.pdf"])

    def test_a_line_that_comes_back(self):
        """S0-18 A file can be attached …: tried again by itself when the line is
        back."""
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                page.context.set_offline(True)
                page.set_input_files(FILES, self._file())
                page.wait_for_selector("text=The connection was lost.")
                page.context.set_offline(False)
                page.wait_for_selector("input[name=pending]", state="attached")
            self.forgive("DISCONNECTED")

    def test_draft_survives_a_lost_session(self):
        """D-12 A draft … survives … lost session: what was typed afterwards comes back
        after signing in; what somebody else typed, or long ago, does not."""
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                owner = page.input_value("[name=owner]")
                page.context.clear_cookies()
                page.fill("#field_subject", "No WiFi")
                page.click(".o_hsp_form_state a >> text=Sign in")
                page.fill("input[name=login]", self.ana.login)
                page.fill("input[name=password]", self.ana.login)
                page.click(".oe_login_form button[type=submit]")
                page.wait_for_url("**/new/ticket")
                page.wait_for_selector(".o_hsp_restored:visible")
                self.assertEqual(page.input_value("#field_subject"), "No WiFi")
                with page.expect_navigation():
                    page.click(".o_hsp_restored button")
                old = json.dumps(
                    {"text": '{"subject": "Old"}', "key": "k" * 20, "time": 1}
                )
                page.evaluate(
                    """([name, copy]) => {
                        localStorage.setItem(name, copy);
                        localStorage.setItem("helpdesk_draft:other:new", copy);
                    }""",
                    [f"helpdesk_draft:{owner}:new", old],
                )
                self._go(page)
                self.assertEqual(page.input_value("#field_subject"), "")
                kept = page.evaluate("Object.keys(localStorage).join()")
                self.assertNotIn("helpdesk_draft:other", kept)
            self.forgive("401")

    def test_answered_with_a_finger(self):
        """S3-20 Files about the problem can be attached in that chat: on a phone, with
        a plain field and the camera. D-04 "Who is writing?", remembered on the
        device."""
        self.ana.partner_id.helpdesk_is_shared = True
        ticket = self._create_ticket(user_id=self.laura.id)
        with self.browser() as browser:
            page = self._open_form(browser, PHONE, f"/my/ticket/{ticket.id}")
            with self.pictures_of_failures(page):
                self.assertFalse(page.is_visible(EDITOR))
                self.assertTrue(page.is_visible(".o_hsp_take_photo"))
                page.fill("#field_message", "It is the router")
                page.fill("#field_writer", "Rosa")
                with page.expect_file_chooser() as chooser:
                    page.click(".o_hsp_take_photo")
                photo = picture("JPEG", (600, 400))
                chooser.value.set_files(self._file("photo.jpg", photo, "image/jpeg"))
                page.wait_for_selector("input[name=pending]", state="attached")
                self._send(page)
                self._go(page, f"/my/ticket/{ticket.id}")
                self.assertEqual(page.input_value("#field_writer"), "Rosa")
        ticket.invalidate_recordset()
        message = ticket.message_ids[0]
        self.assertIn("It is the router", message.body)
        self.assertEqual(message.attachment_ids.name, "photo.jpg")
        self.assertEqual(message.writer_name, "Rosa")

    def test_category_is_found_by_typing(self):
        """S3-12 Category: chosen from a list."""
        for name in ("Invoices", "Recepción", "Rooms"):
            self.env["helpdesk.ticket.category"].create({"name": name})
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                page.fill("#field_category", "recepcion")
                page.keyboard.press("Enter")
                self.assertEqual(page.input_value("#field_category"), "Recepción")
                self.assertTrue(page.url.endswith("/new/ticket"))

    def test_the_way_by_keyboard(self):
        """S3-15 "Send" saves the ticket: without a mouse, errors first."""
        with self.browser() as browser:
            page = self._open_form(browser)
            with self.pictures_of_failures(page):
                page.focus("#field_subject")
                page.keyboard.press("Enter")
                page.wait_for_selector(".o_hsp_errors:focus")
                page.keyboard.press("Tab")
                page.keyboard.press("Enter")
                page.wait_for_selector("#field_subject:focus")
                page.keyboard.type("No WiFi")
                page.keyboard.press("Tab")
                page.wait_for_selector("a[href$='#examples']:focus")
                page.keyboard.press("Tab")
                page.keyboard.press("ArrowRight")
                page.wait_for_selector("[data-tool=list]:focus")
                page.keyboard.press("Tab")
                page.wait_for_selector(f"{EDITOR}:focus")
                page.keyboard.type("Since this morning")
                page.focus(".o_hsp_submit")
                page.keyboard.press("Enter")
                page.wait_for_url("**sent=1")
