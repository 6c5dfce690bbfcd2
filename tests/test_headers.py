from odoo.tests import tagged

from ..tools import headers
from .portal_common import PortalCommon

PARAMETER = "helpdesk_service_portal.content_security_policy"
PAGES = ("/my", "/my/tickets", "/new/ticket", "/my/security", "/web/get_password")


@tagged("post_install", "-at_install")
class TestHeaders(PortalCommon):
    """OWASP ASVS 5, V3.3 and V3.4: what browsers are told to refuse."""

    def _get_policy(self, path, name="Content-Security-Policy"):
        response = self.url_open(path)
        parts = response.headers.get(name, "").split("; ")
        return response, dict(part.partition(" ")[::2] for part in parts)

    def test_portal_pages_load_from_here_only(self):
        self.sign_in()
        for path in PAGES:
            with self.subTest(path):
                response, policy = self._get_policy(path)
                self.assertEqual(policy["default-src"], "'self'")
                self.assertEqual(policy["object-src"], "'none'")
                self.assertEqual(policy["base-uri"], "'none'")
                self.assertEqual(policy["form-action"], "'self'")
                self.assertEqual(policy["frame-ancestors"], "'self'")
                self.assertNotIn("http", policy["script-src"])
                self.assertEqual(response.headers["X-Frame-Options"], "SAMEORIGIN")
                self.assertEqual(response.headers["Referrer-Policy"], "same-origin")
                self.assertEqual(response.headers["X-Content-Type-Options"], "nosniff")
                self.assertIn("camera=()", response.headers["Permissions-Policy"])

    def test_pages_of_editors_and_the_backend_keep_working(self):
        """Without breaking Odoo's website builder: what editors put there loads."""
        self.sign_in(self.sam)
        for path in ("/", "/odoo", "/my"):
            with self.subTest(path):
                _response, policy = self._get_policy(path)
                self.assertEqual(policy["object-src"], "'none'")
                self.assertEqual(policy["frame-ancestors"], "'self'")
                self.assertNotIn("script-src", policy)

    def test_pages_of_errors_have_them_too(self):
        response, policy = self._get_policy("/nothing/here")
        self.assertEqual(response.status_code, 404)
        self.assertEqual(policy["frame-ancestors"], "'self'")
        self.assertIn("Referrer-Policy", response.headers)

    def test_cookies_have_their_flags(self):
        """V3.3: Secure under https, SameSite, HttpOnly for the session."""
        cookies = self._get_cookies()
        self.assertIn("session_id", cookies)
        self.assertIn("HttpOnly", cookies["session_id"])
        for name, cookie in cookies.items():
            self.assertIn("SameSite=Lax", cookie, name)
            self.assertNotIn("Secure", cookie, name)
        self.assertIn("; Secure", headers.protect_cookie(cookies["session_id"], True))

    def _get_cookies(self):
        self.authenticate(None, None)
        self.opener.cookies.clear()
        response = self.url_open("/web/login", allow_redirects=False)
        raw = response.raw.headers.getlist("Set-Cookie")
        return {cookie.partition("=")[0]: cookie for cookie in raw}

    def test_policy_is_a_setting(self):
        parameter = self.env["ir.config_parameter"].sudo()
        self.sign_in()
        parameter.set_param(PARAMETER, "report")
        _response, policy = self._get_policy(
            "/my", "Content-Security-Policy-Report-Only"
        )
        self.assertEqual(policy["default-src"], "'self'")
        parameter.set_param(PARAMETER, "off")
        response, _policy = self._get_policy("/my")
        self.assertNotIn("default-src", str(response.headers))
        parameter.set_param(PARAMETER, "enforce")
        sources = "helpdesk_service_portal.content_security_sources"
        parameter.set_param(sources, "https://stats.example; default-src *")
        _response, policy = self._get_policy("/my")
        self.assertIn("https://stats.example", policy["script-src"])
        self.assertEqual(policy["default-src"], "'self'")
