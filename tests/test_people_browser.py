# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase, mail_server, requests_wait, send_queue
from .common import HelpdeskCommon

EMAIL = "rita@sol.example"
PASSWORD = "Cancun-Centro-2027"
ENGLISH = {
    "missing": "Write the person's name.",
    "own": "Their own tickets",
    "handed": "goes on with this ticket of",
}
SPANISH = {
    "missing": "Escriba el nombre de la persona.",
    "own": "Sus propios tickets",
    "handed": "continúa con este ticket de",
}


@tagged("post_install", "-at_install")
class TestPeopleInBrowser(HelpdeskCommon, BrowserCase):
    """A manager and her people, from the invitation to the end of the access."""

    def setUp(self):
        super().setUp()
        lang = self.env["res.lang"]._activate_lang("es_MX")
        self.env["website"].search([]).language_ids |= lang
        self.ana.partner_id.write(
            {"helpdesk_is_manager": True, "helpdesk_scope": "company"}
        )

    def _press(self, page, selector):
        with page.expect_navigation():
            page.click(selector)

    def _invite(self, page, words):
        """The error stands beside its field, the rest of the text is kept."""
        page.goto("/my")
        self._press(page, "a[href$='/my/people']")
        self.assertEqual(page.locator("li.o_hsp_person").count(), 2)
        self._press(page, "a[name=invite]")
        page.fill("#field_email", EMAIL.upper())
        page.check("input[value=location]")
        self._press(page, "form[action$=invite] button[type=submit]")
        self.assertIn(words["missing"], page.inner_text("#error_name"))
        self.assertEqual(page.input_value("#field_email"), EMAIL.upper())
        self.assertTrue(page.is_checked("input[value=location]"))
        page.fill("#field_name", "Rita Sol")
        page.check(f"input[name=locations][value='{self.location.id}']")
        self._press(page, "form[action$=invite] button[type=submit]")
        self.assertTrue(page.locator("[name=done]").is_visible())
        row = page.inner_text(f"li[data-email='{EMAIL}']")
        self.assertIn(self.location.name, row)

    def _accept(self, guest, inbox):
        """Rita follows the link of the mail, chooses a password and signs in."""
        send_queue(self.env)
        mail = inbox.wait_for(EMAIL, "/web/")
        body = mail.get_body(("html",)).get_content()
        link = re.search(r'href="([^"]*/web/reset_password[^"]*)"', body).group(1)
        guest.goto(link.replace("&amp;", "&"))
        self.wait_ready(guest)
        guest.fill("input[name=password]", PASSWORD)
        guest.fill("input[name=confirm_password]", PASSWORD)
        self._press(guest, "form.o_hsp_choose_password button[type=submit]")
        guest.fill("input[name=password]", PASSWORD)
        guest.click(".oe_login_form button[type=submit]")
        guest.wait_for_url(re.compile(r"/my(\b|$)"))
        guest.goto("about:blank")

    def _change(self, page, words):
        page.goto("/my/people")
        self._press(page, f"li[data-email='{EMAIL}'] a")
        page.check("input[value=own]")
        self._press(page, "form[name=access] button[type=submit]")
        self.assertTrue(page.locator("[name=done]").is_visible())
        self.assertIn(words["own"], page.inner_text(f"li[data-email='{EMAIL}']"))

    def _remove(self, page, guest, words):
        """Rita's open ticket goes on with Luis; she is signed out where she was."""
        with requests_wait():
            rita = self.env["res.users"].search([("login", "=", EMAIL)])
            ticket = self._create_ticket(rita)
            self.env.flush_all()
        guest.goto(f"/my/ticket/{ticket.id}")
        self.assertIn(ticket.name, guest.inner_text("h1"))
        guest.goto("about:blank")
        page.goto("/my/people")
        self._press(page, f"li[data-email='{EMAIL}'] a")
        page.click("[name=remove] summary")
        page.select_option("#field_heir", label=self.luis.name)
        self._press(page, "[name=remove] button.btn-danger")
        self.assertIn("1", page.inner_text("[name=done]"))
        self.assertEqual(page.locator(f"li[data-email='{EMAIL}']").count(), 0)
        guest.goto(f"/my/ticket/{ticket.id}")
        self.assertIn("/web/login", guest.url)
        page.goto(f"/my/ticket/{ticket.id}")
        self.assertIn(words["handed"], page.text_content("#thread"))
        page.goto("about:blank")

    def _tell(self, lang, words, viewport, **options):
        people = self.ana | self.luis
        people.partner_id.lang = lang
        locale = lang.replace("_", "-")
        with mail_server(self.env) as inbox, self.browser() as browser:
            page = self.open_page(browser, viewport, locale=locale, **options)
            guest = self.open_page(browser, PHONE, locale=locale)
            with self.pictures_of_failures(page, guest):
                self.sign_in(page, self.ana.login, self.ana.login)
                self._invite(page, words)
                page.goto("about:blank")
                self._accept(guest, inbox)
                self._change(page, words)
                self._remove(page, guest, words)

    def test_people_in_english_without_javascript(self):
        """Issue 7 "A customer's own people", on a phone whose browser runs no scripts:
        invite, change, remove; S3-05 the password is chosen by a link.
        """
        self._tell("en_US", ENGLISH, PHONE, java_script_enabled=False)

    def test_people_in_spanish(self):
        """The same in Spanish on a desktop."""
        self._tell("es_MX", SPANISH, DESK)
