# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import new_test_user, tagged

from .browser import DESK, BrowserCase, requests_wait

LOGIN = "recepcion@hotel.example"
PASSWORD = "Mirador-2026"


@tagged("post_install", "-at_install")
class TestPasskey(BrowserCase):
    """Passkeys of customers, with the virtual authenticator of Chromium."""

    def setUp(self):
        super().setUp()
        parameters = self.env["ir.config_parameter"]
        parameters.set_param("web.base.url", self.base_url())
        self.env["website"].search([]).domain = False
        lang = self.env["res.lang"]._activate_lang("es_ES")
        self.env["website"].search([]).language_ids |= lang
        self.user = new_test_user(
            self.env,
            LOGIN,
            groups="base.group_portal",
            name="Recepción",
            email=LOGIN,
            password=PASSWORD,
            lang="es_ES",
        )
        self.user.partner_id.helpdesk_is_shared = True

    @classmethod
    def base_url(cls):
        """Passkeys belong to a name, not to an address of numbers."""
        return super().base_url().replace("127.0.0.1", "localhost")

    def open_device(self, browser):
        """Return a page of a computer of its own that can keep passkeys."""
        page = self.open_page(browser, DESK)
        client = page.context.new_cdp_session(page)
        client.send("WebAuthn.enable")
        client.send(
            "WebAuthn.addVirtualAuthenticator",
            {
                "options": {
                    "protocol": "ctap2",
                    "transport": "internal",
                    "hasResidentKey": True,
                    "hasUserVerification": True,
                    "isUserVerified": True,
                    "automaticPresenceSimulation": True,
                }
            },
        )
        return page

    def add_passkey(self, page, name):
        page.goto("/my/security")
        self.wait_ready(page)
        page.locator("#portal_passkey_add").click()
        page.locator(".modal input[name=password]:visible").fill(PASSWORD)
        page.locator(".modal footer button.btn-primary:visible").click()
        page.locator(".modal input[name=keyname]").fill(name)
        with page.expect_navigation():
            page.locator(".modal footer button.btn-primary:visible").last.click()
        self.wait_ready(page)

    def sign_out(self, page):
        page.goto("/web/session/logout?redirect=/web/login")
        page.locator("input[name=login]").wait_for()

    def sign_in_by_passkey(self, page):
        page.goto("/web/login")
        self.wait_ready(page)
        page.locator(".passkey_login_link:visible").first.click()
        page.wait_for_url("**/my**")

    def test_passkeys_of_a_shared_mailbox(self):
        """S0-02: several passkeys, one of each colleague, on one account.

        Before the first is added the page says who is signed out by it; the colleague
        who was reads why, gets in with the password and adds a passkey, too.
        """
        with self.browser() as browser:
            ana = self.open_device(browser)
            luis = self.open_device(browser)
            with self.pictures_of_failures(ana, luis):
                self.sign_in(luis, LOGIN, PASSWORD)
                self.sign_in(ana, LOGIN, PASSWORD)
                ana.goto("/my/security")
                warning = ana.locator(
                    "[name=portal_passkey_management] [name=signed_out]"
                )
                self.assertEqual(warning.locator("li").count(), 1)
                self.add_passkey(ana, "Recepción")
                self.assertEqual(ana.locator(".o_passkey_portal_entry").count(), 1)
                luis.goto("/my/tickets")
                self.assertIn("/web/login", luis.url)
                luis.locator("[name=ended]").wait_for()
                self.sign_in(luis, LOGIN, PASSWORD)
                self.add_passkey(luis, "Luis")
                self.assertEqual(luis.locator(".o_passkey_portal_entry").count(), 2)
                self.sign_out(luis)
                self.sign_in_by_passkey(luis)
                ana.goto("/my/tickets")
                self.assertIn("/web/login", ana.url)
                self.sign_in_by_passkey(ana)
        self.env.invalidate_all()
        self.assertEqual(
            set(self.user.auth_passkey_key_ids.mapped("name")), {"Recepción", "Luis"}
        )

    def test_passkey_goes_with_its_removal(self):
        """Account: a passkey is renamed and removed; it opens nothing any more."""
        with self.browser() as browser:
            page = self.open_device(browser)
            with self.pictures_of_failures(page):
                self.sign_in(page, LOGIN, PASSWORD)
                self.add_passkey(page, "Laptop")
                page.locator(".o_passkey_portal_rename").click()
                page.locator(".modal input[name=keyname]").fill("Laptop del bar")
                with page.expect_navigation():
                    page.locator(".modal footer button.btn-primary:visible").click()
                self.assertIn(
                    "Laptop del bar", page.locator(".o_passkey_name").inner_text()
                )
                self.wait_ready(page)
                with page.expect_navigation():
                    page.locator(".o_passkey_portal_delete").click()
                self.assertFalse(page.locator(".o_passkey_portal_entry").count())
                self.sign_out(page)
                page.goto("/web/login")
                self.wait_ready(page)
                page.locator(".passkey_login_link:visible").first.click()
                page.locator(".alert-danger").wait_for()
        with requests_wait():
            self.env.invalidate_all()
            self.assertFalse(self.user.auth_passkey_key_ids)
