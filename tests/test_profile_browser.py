# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo.tests import new_test_user, tagged

from .browser import DESK, PHONE, BrowserCase
from .pictures import camera_data, picture

LOGIN = "recepcion@hotel.example"
PASSWORD = "Mirador-2026"


@tagged("post_install", "-at_install")
class TestProfileInBrowser(BrowserCase):
    """The profile page as people use it, with and without JavaScript."""

    def setUp(self):
        super().setUp()
        for code in ("es_ES", "es_MX"):
            lang = self.env["res.lang"]._activate_lang(code)
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
        self.user.partner_id.country_id = self.env.ref("base.mx")

    def _save(self, page):
        with page.expect_navigation():
            page.locator(".o_hsp_profile [name=send] button").click()

    def test_profile_in_both_languages(self):
        """S2-45 to S2-50: all of it in Spanish on a phone, then in English.

        Errors stand beside their fields with the rest kept; what is saved counts on
        the page that follows.
        """
        photo = {
            "name": "me.jpg",
            "mimeType": "image/jpeg",
            "buffer": picture("JPEG", (900, 600), exif=camera_data()),
        }
        with self.browser() as browser:
            page = self.open_page(browser, PHONE)
            with self.pictures_of_failures(page):
                self.sign_in(page, LOGIN, PASSWORD)
                page.goto("/my/profile")
                page.set_input_files("#field_photo", photo)
                page.fill("#field_phone", "322 22")
                page.fill("#field_function", "Recepcionista")
                self._save(page)
                error = page.locator("#error_phone").inner_text()
                self.assertIn("México", error)
                self.assertEqual(page.input_value("#field_function"), "Recepcionista")
                page.fill("#field_phone", "322 222 1234")
                page.select_option("#field_tz", "America/Bahia_Banderas")
                page.select_option("#field_lang", "en_US")
                self._save(page)
                page.locator("[name=saved]").wait_for()
                self.assertEqual(page.locator("html").get_attribute("lang"), "en-US")
                self.assertIn("Details", page.locator("h1").inner_text())
                self.assertEqual(page.input_value("#field_phone"), "+52 322 222 1234")
                self.assertTrue(page.locator("#field_remove_photo").count())
        self.env.invalidate_all()
        self.assertEqual(self.user.tz, "America/Bahia_Banderas")
        self.assertEqual(self.user.lang, "en_US")
        self.assertTrue(self.user.image_1920)

    def test_profile_without_javascript(self):
        """S2-45: the form works where no script runs."""
        with self.browser() as browser:
            page = self.open_page(browser, DESK, java_script_enabled=False)
            with self.pictures_of_failures(page):
                self.sign_in(page, LOGIN, PASSWORD)
                page.goto("/my/profile")
                page.fill("#field_name", "Recepción Mirador")
                self._save(page)
                page.locator("[name=saved]").wait_for()
        self.env.invalidate_all()
        self.assertEqual(self.user.name, "Recepción Mirador")
