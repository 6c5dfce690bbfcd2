from odoo.http import Request
from odoo.tests import HttpCase, tagged

from .common import HelpdeskCommon


@tagged("post_install", "-at_install")
class TestSignIn(HelpdeskCommon, HttpCase):
    def test_who_signs_in_reads_their_own_language(self):
        """S2-48 The customer manages: language."""
        lang = self.env["res.lang"]._activate_lang("es_MX")
        self.env["website"].search([]).language_ids |= lang
        self.ana.lang = "es_MX"
        self.authenticate(None, None)
        page = self.url_open("/web/login", headers={"Accept-Language": "en-US"})
        self.assertIn('lang="en-US"', page.text)
        answer = self.url_open(
            "/web/login",
            data={
                "login": self.ana.login,
                "password": self.ana.login,
                "csrf_token": Request.csrf_token(self),
            },
            headers={"Accept-Language": "en-US"},
        )
        self.assertIn("/es_MX/my", answer.url)
        self.assertIn('lang="es-MX"', answer.text)
