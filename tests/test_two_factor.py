import time

import pyotp

from odoo.tests import new_test_user, tagged

from .browser import DESK, BrowserCase

LOGIN = "recepcion@hotel.example"
PASSWORD = "Mirador-2026"
NEW_PASSWORD = "Nuevo-Vallarta-2027"


@tagged("post_install", "-at_install")
class TestTwoFactor(BrowserCase):
    """The account page of a customer, with a real authenticator, in Spanish."""

    def setUp(self):
        super().setUp()
        self.user = new_test_user(
            self.env,
            LOGIN,
            groups="base.group_portal",
            name="Recepción",
            email=LOGIN,
            password=PASSWORD,
            lang="es_ES",
        )

    def test_two_factor(self):
        """Enable, sign out, sign in with the code, refuse a wrong one, disable.

        S3-27 "Account security" → "Edit security settings".
        S3-29 At the end of the page "Two-step authentication" with its state.
        S3-30 "Enable two-step authentication" asks for the password first.
        S3-31 Then guides through the steps (QR/code) for Microsoft or Google
        Authenticator; "Activate" finishes.
        S3-32 After signing out and in again the code is asked and the session counts
        as secure.
        """
        with self.browser() as browser:
            page = self.open_page(browser, DESK)
            with self.pictures_of_failures(page):
                self.sign_in(page, LOGIN, PASSWORD)
                self._open_security(page)
                self._check_last_block(page, "deshabilitada")
                authenticator = self._enable(page)
                self._open_security(page)
                self._check_last_block(page, "habilitada")
                self._sign_out(page)
                self._sign_in_with_code(page, authenticator)
                self._open_security(page)
                self._disable(page)
                self._check_last_block(page, "deshabilitada")
                self._sign_out(page)
                self.sign_in(page, LOGIN, PASSWORD)
                page.wait_for_url("**/my**")
        self.assertFalse(self.user.totp_enabled)

    def test_change_password(self):
        """S3-28 Change password: current, new, repeat new."""
        with self.browser() as browser:
            page = self.open_page(browser, DESK)
            with self.pictures_of_failures(page):
                self.sign_in(page, LOGIN, PASSWORD)
                self._open_security(page)
                self._change_password(page, "wrong", NEW_PASSWORD)
                self.assertTrue(page.locator("input[name=old].is-invalid").is_visible())
                self._change_password(page, PASSWORD, NEW_PASSWORD)
                page.locator(".alert-success").first.wait_for()
                self._sign_out(page)
                self.sign_in(page, LOGIN, PASSWORD)
                page.locator(".alert-danger").wait_for()
                self.sign_in(page, LOGIN, NEW_PASSWORD)
                page.wait_for_url("**/my**")

    # ------------------------------------------------------------
    # Steps
    # ------------------------------------------------------------

    def _open_security(self, page):
        """From home in two clicks: the card, nothing else."""
        page.goto("/my")
        page.get_by_role("link", name="Seguridad de la cuenta").first.click()
        page.wait_for_url("**/my/security**")
        self.wait_ready(page)

    def _check_last_block(self, page, state):
        blocks = page.locator(".o_portal_security_body section")
        last = blocks.nth(blocks.count() - 1).inner_text()
        self.assertIn("Autenticación en dos pasos", last)
        self.assertIn(f"Autenticación en dos pasos: {state}", last)

    def _enable(self, page):
        """Enable it with the code of an authenticator that scanned the QR code."""
        page.get_by_role(
            "button", name="Habilitar la autenticación en dos pasos"
        ).click()
        self._confirm_password(page)
        page.locator(".modal img[src^='data:image/png']").wait_for()
        secret = page.locator("span[name=secret]").first.text_content().replace(" ", "")
        authenticator = pyotp.TOTP(secret)
        code = authenticator.now()
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        self._activate(page, wrong)
        page.locator(".modal input[name=code].is-invalid").wait_for()
        self.env.invalidate_all()
        self.assertFalse(self.user.totp_enabled)
        with page.expect_navigation():
            self._activate(page, code)
        return authenticator

    def _activate(self, page, code):
        page.locator(".modal input[name=code]").fill(code)
        page.locator(".modal button.btn-primary:visible").last.click()

    def _confirm_password(self, page):
        page.locator(".modal input[name=password]:visible").fill(PASSWORD)
        page.locator(".modal footer button.btn-primary:visible").click()

    def _sign_out(self, page):
        page.goto("/web/session/logout?redirect=/web/login")
        page.locator("input[name=login]").wait_for()

    def _sign_in_with_code(self, page, authenticator):
        """The password alone opens nothing, a wrong code is refused."""
        self.sign_in(page, LOGIN, PASSWORD)
        page.wait_for_url("**/web/login/totp**")
        page.goto("/my/tickets")
        self.assertIn("/web/login", page.url)
        self.sign_in(page, LOGIN, PASSWORD)
        # the code that enabled it does not count twice, the next one does
        code = authenticator.at(time.time() + 30)
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        for given in (wrong, code):
            page.locator("input[name=totp_token]").fill(given)
            page.locator("form:has([name=totp_token]) button[type=submit]").click()
            if given == wrong:
                page.locator("p.alert-danger").wait_for()
        page.wait_for_url("**/my**")

    def _disable(self, page):
        name = "Deshabilitar la autenticación en dos pasos"
        page.get_by_role("button", name=name).click()
        with page.expect_navigation():
            self._confirm_password(page)

    def _change_password(self, page, old, new):
        page.fill("input[name=old]", old)
        page.fill("input[name=new1]", new)
        page.fill("input[name=new2]", new)
        page.locator("form:has(input[name=old]) button[type=submit]").click()
        page.wait_for_load_state("networkidle")
