# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from lxml import html

from odoo import http

from .portal_common import PortalCommon

LINUX = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 "
    "Version/17.0 Mobile/15E148 Safari/604.1"
)
MACHINES = {"reception": LINUX, "phone": IPHONE, "office": LINUX}


class AccountCommon(PortalCommon):
    """Several devices of one account, each signed in by the form of the page."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.login = cls.password = cls.ana.login
        cls.env["ir.config_parameter"].set_param("auth_password_policy.minlength", 8)

    def setUp(self):
        super().setUp()
        self.devices = {}
        self.env["mail.mail"].search([]).unlink()

    def take(self, name):
        """Use a device: the next pages are opened with it."""
        if name not in self.devices:
            self.session = None
            self.authenticate(None, None)
            del self.session["_trace_disable"]
            http.root.session_store.save(self.session)
            self.opener.headers["User-Agent"] = MACHINES[name]
            self.devices[name] = self.opener
        self.opener = self.devices[name]

    def submit(self, tree, action=None, **fields):
        """Send a form of a page: the one with that action, else the only one."""
        condition = f"[@action='{action}']" if action else "[@method='post']"
        form = tree.xpath(f"//form{condition}")[0]
        data = {
            node.get("name"): node.get("value", "")
            for node in form.xpath(".//input[@type='hidden']")
        }
        return self.receive(
            self.url_open(form.get("action") or self.path, data={**data, **fields})
        )

    def receive(self, response):
        self.response = response
        self.assertEqual(response.status_code, 200, response.text[:1000])
        self.path = response.url.split(self.base_url())[-1]
        tree = html.fromstring(response.content)
        self.text = self.words(tree.xpath("//body")[0])
        return tree

    def open(self, path):
        return self.receive(self.url_open(path))

    def sign_in_on(self, name, password=None, code=None):
        """Sign Ana in on a device; with a code where it is asked."""
        self.take(name)
        tree = self.open("/web/login")
        tree = self.send_login(tree, password)
        if code is not None:
            tree = self.send_code(tree, code)
        return tree

    def send_login(self, tree, password=None):
        form = tree.xpath("//form[.//input[@name='login']]")[0]
        data = {
            node.get("name"): node.get("value", "")
            for node in form.xpath(".//input[@type='hidden']")
        }
        data |= {"login": self.login, "password": password or self.password}
        return self.receive(self.url_open("/web/login", data=data))

    def send_code(self, tree, code):
        self.assertIn("/web/login/totp", self.path)
        form = tree.xpath("//form[.//input[@name='totp_token']]")[0]
        token = form.xpath(".//input[@name='csrf_token']/@value")[0]
        data = {"csrf_token": token, "totp_token": code}
        return self.receive(self.url_open("/web/login/totp", data=data))

    def is_signed_in(self, name):
        self.take(name)
        self.open("/my/tickets")
        return self.path.endswith("/my/tickets")

    def mails(self, user=None):
        """Return the mails to an account's address, oldest first."""
        address = (user or self.ana).email
        return (
            self.env["mail.mail"].search([("email_to", "ilike", address)]).sorted("id")
        )
