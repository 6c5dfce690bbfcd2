import re

from odoo.tests import tagged

from .browser import DESK, PHONE, BrowserCase, mail_server, requests_wait
from .common import HelpdeskCommon
from .test_rate_limit import real_connections

PASSWORD = "Nuevo-Vallarta-2027"
CRON = "helpdesk_service_portal.ir_cron_access_requests"
#: locale, language, size, what the pages and mails say
ENGLISH = (
    "en-US",
    "en_US",
    DESK,
    {
        "first": "Get password",
        "reset": "Reset password",
        "sent": "a mail with a link is on its way",
        "saved": "Your password is saved",
        "used": "This link does not work any more",
        "invited": "Create my password",
        "forgot": "Choose a new password",
        "wrong": "If you are not sure of your password",
    },
)
SPANISH = (
    "es-MX",
    "es_MX",
    PHONE,
    {
        "first": "Obtener contraseña",
        "reset": "Restablecer contraseña",
        "sent": "un correo con un enlace va en camino",
        "saved": "Su contraseña está guardada",
        "used": "Este enlace ya no funciona",
        "invited": "Crear mi contraseña",
        "forgot": "Elegir una contraseña nueva",
        "wrong": "Si no está seguro de su contraseña",
    },
)


@tagged("post_install", "-at_install")
class TestGetPasswordBrowser(BrowserCase, HelpdeskCommon):
    """The ways to a password in a real browser, with real mails, in both languages."""

    def setUp(self):
        super().setUp()
        self.enterContext(real_connections(self.env))
        self.env["ir.config_parameter"].set_param("web.base.url", self.base_url())
        lang = self.env["res.lang"]._activate_lang("es_MX")
        website = self.env["website"].search([])
        website.domain = False
        website.language_ids |= lang
        self.nora = self.env["res.partner"].create(
            {"name": "Nora Vidal", "email": "nora@test.example"}
        )
        self._create_ticket(partner_id=self.nora.id)
        self.env["mail.mail"].search([]).unlink()

    def _send(self):
        """Do what the crons do: answer what was asked, send the queue."""
        with requests_wait():
            self.env.invalidate_all()
            self.env.ref(CRON).method_direct_trigger()
            self.env.invalidate_all()
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
            self.env.flush_all()

    def _get_link(self, inbox, address, words):
        mail = inbox.wait_for(address, words)
        self.assertTrue(mail, f"no mail with {words!r} to {address}")
        body = mail.get_body(("html",)).get_content()
        link = re.search(r'href="([^"]*/web/reset_password[^"]*)"', body).group(1)
        return link.replace("&amp;", "&")

    def _ask(self, page, way, words):
        """Take one of the ways on the sign-in page and write the address."""
        page.goto("/web/login")
        self.wait_ready(page)
        page.click(f"a[name={way}]")
        self.wait_ready(page)
        self.assertIn(
            words["first" if "get" in way else "reset"], page.inner_text("h1")
        )
        page.fill("input[name=login]", "NORA@test.example")
        page.keyboard.press("Enter")
        page.wait_for_selector("[name=helpdesk_link_sent]")
        self.assertIn(words["sent"], page.inner_text("main"))

    def _choose(self, page, link, password, words):
        """Follow the link, choose the password, sign in with it."""
        page.goto(link)
        self.wait_ready(page)
        page.fill("input[name=password]", password)
        page.fill("input[name=confirm_password]", password)
        page.click("form.o_hsp_choose_password button[type=submit]")
        page.wait_for_url("**/web/login**")
        self.assertIn(words["saved"], page.inner_text("main"))
        self.assertEqual(page.input_value("input[name=login]"), "nora@test.example")
        page.fill("input[name=password]", password)
        page.click(".oe_login_form button[type=submit]")
        page.wait_for_url(re.compile(r"/my(\b|$)"))

    def _follow(self, way_in, language):
        locale, lang, viewport, words = language
        self.nora.lang = lang
        with mail_server(self.env) as inbox, self.browser() as browser:
            page = self.open_page(browser, viewport, locale=locale)
            with self.pictures_of_failures(page):
                way_in(page, inbox, words)

    def _first_and_forgotten(self, page, inbox, words):
        self._ask(page, "helpdesk_get_password", words)
        self._send()
        first = self._get_link(inbox, "nora@test.example", words["invited"])
        self._choose(page, first, PASSWORD, words)
        page.goto("/web/session/logout?redirect=/web/login")
        page.fill("input[name=login]", "nora@test.example")
        page.fill("input[name=password]", "forgotten")
        page.click(".oe_login_form button[type=submit]")
        page.wait_for_selector("[role=alert]")
        self.assertIn(words["wrong"], page.inner_text("main"))
        self._ask(page, "helpdesk_reset", words)
        self._send()
        link = self._get_link(inbox, "nora@test.example", words["forgot"])
        self._choose(page, link, "Cancun-Centro-2028", words)
        page.goto(first)
        self.assertIn(words["used"], page.inner_text("main"))
        page.goto(link)
        self.assertIn(words["used"], page.inner_text("main"))

    def _invitation(self, page, inbox, words):
        with requests_wait():
            self.nora._invite_to_portal()
        self._send()
        link = self._get_link(inbox, "nora@test.example", words["invited"])
        self._choose(page, link, PASSWORD, words)

    def test_get_password_and_reset_in_english(self):
        """S1-07 First access: option "Get password", type the e-mail, receive a link
        by mail, create the password. S0-06 to S0-08, S3-06 Forgotten password: mail
        arrives to set the wanted one; then sign in again with it."""
        self._follow(self._first_and_forgotten, ENGLISH)

    def test_get_password_and_reset_in_spanish(self):
        """The same on a phone, in Spanish."""
        self._follow(self._first_and_forgotten, SPANISH)

    def test_invitation_in_english(self):
        """S3-05 The first password is assigned by us: an invitation link."""
        self._follow(self._invitation, ENGLISH)

    def test_invitation_in_spanish(self):
        """S1-05 Each e-mail address gets access to a URL of the public part: in its
        language.
        """
        self._follow(self._invitation, SPANISH)

    def test_browser_without_webcrypto_calculates_too(self):
        """Outside https ``crypto.subtle`` is missing: plain JavaScript calculates."""
        with self.browser() as browser:
            page = self.open_page(browser, PHONE, locale="en-US")
            page.add_init_script(
                "Object.defineProperty(crypto, 'subtle', {value: undefined})"
            )
            self._ask(page, "helpdesk_get_password", ENGLISH[3])
        self.env.invalidate_all()
        asked = self.env["helpdesk.access.request"].search([], order="id desc", limit=1)
        self.assertEqual(asked.address, "nora@test.example")

    def test_form_waits_for_a_slow_calculation_and_survives_a_lost_connection(self):
        with self.browser() as browser:
            page = self.open_page(browser, DESK, locale="en-US")
            page.route("**/web/proof", lambda route: route.abort())
            page.goto("/web/get_password")
            self.wait_ready(page)
            page.fill("input[name=login]", "nora@test.example")
            page.click("form.o_hsp_proof button[type=submit]")
            page.wait_for_selector(".o_hsp_proof_failed:visible")
            self.assertEqual(page.input_value("input[name=login]"), "nora@test.example")
            page.unroute("**/web/proof")
            page.click("form.o_hsp_proof button[type=submit]")
            page.wait_for_selector("[name=helpdesk_link_sent]")
            self.forgive("ERR_FAILED")
