# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import re

import pyotp

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged

from .call_common import CallCase

CHECK = "Called back at the hotel's number, knew #HT00195"


@tagged("post_install", "-at_install")
class TestSignInLink(CallCase, HttpCase):
    """D-06 "Someone without access to their mailbox can still sign in [...]; staff
    can hand out a one-time sign-in link".
    """

    def setUp(self):
        super().setUp()
        self.links = self.env["helpdesk.sign.in.link"]
        self.wizards = self.env["helpdesk.sign.in.link.wizard"]

    def _hand_out(self, user=None, check=CHECK, by=None):
        """Return the path of a link that Laura gave out for Ana."""
        wizard = self.wizards.with_user(by or self.laura).create(
            {
                "partner_id": (user or self.ana).partner_id.id,
                "identity_check": check,
            }
        )
        wizard.action_confirm()
        self.assertIn("/my/sign-in/", wizard.address)
        return "/my/sign-in/" + wizard.address.rpartition("/")[2]

    def _press(self, path):
        """Open the page and press its button; return the answer."""
        page = self.url_open(path)
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
        return self.url_open(
            path,
            {"csrf_token": token[1] if token else ""},
            allow_redirects=False,
        )

    def _is_signed_in(self):
        return self.url_open("/my", allow_redirects=False).status_code == 200

    def test_get_shows_a_page_and_post_signs_in_once(self):
        path = self._hand_out()
        for _look in range(2):
            page = self.url_open(path)
            self.assertEqual(page.status_code, 200)
            self.assertIn("Ana Pérez", page.text)
            self.assertEqual(page.headers["Cache-Control"], "no-store")
            self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
            self.assertFalse(self._is_signed_in(), "looking signs nobody in")
        answer = self._press(path)
        self.assertEqual(answer.status_code, 303)
        self.assertTrue(self._is_signed_in())
        self.authenticate(None, None)
        self.assertEqual(self.url_open(path).status_code, 404)
        self.assertEqual(self._press(path).status_code, 400, "no form, no token")
        self.assertFalse(self._is_signed_in())

    def test_it_ends_after_a_quarter_of_an_hour(self):
        path = self._hand_out()
        link = self.links.search([], limit=1)
        self.assertAlmostEqual(
            (link.expiry_date - link.create_date).total_seconds(), 900, delta=60
        )
        link.expiry_date = link.create_date
        page = self.url_open(path)
        self.assertEqual(page.status_code, 404)
        self.assertNotIn("Ana", page.text)
        self.assertIn("does not work any more", page.text)
        self.assertFalse(self.links._use(self.ana, path.rpartition("/")[2]))

    def test_a_second_link_ends_the_first(self):
        first, second = self._hand_out(), self._hand_out()
        self.assertEqual(self.url_open(first).status_code, 404)
        self.assertEqual(self.url_open(second).status_code, 200)

    def test_two_factor_is_still_asked(self):
        secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        self.ana.sudo().totp_secret = secret
        self.assertTrue(pyotp.TOTP(secret).now())
        answer = self._press(self._hand_out())
        self.assertIn("/web/login/totp", answer.headers["Location"])
        self.assertFalse(self._is_signed_in())

    def test_only_a_hash_is_stored(self):
        token = self._hand_out().rpartition("/")[2]
        self.env.cr.execute("SELECT token_hash FROM helpdesk_sign_in_link")
        hashes = [row[0] for row in self.env.cr.fetchall()]
        self.assertNotIn(token, hashes)
        self.assertIn(self.links._hash(token), hashes)

    def test_who_gave_it_and_how_they_knew_is_kept_and_the_mailbox_told(self):
        self._hand_out()
        line = self.env["helpdesk.audit"].search([], limit=1)
        self.assertEqual(line.event, "sign_in_link")
        self.assertEqual(line.partner_id, self.person)
        self.assertEqual(line.details, CHECK)
        self.assertEqual(line.user_id, self.laura)
        self.assertIn("Laura", line.user_name)
        mail = self.env["mail.mail"].search(
            [("email_to", "ilike", "ana@test.example")], limit=1
        )
        self.assertIn("signs in to your account once", mail.body_html)
        self.assertNotIn("/my/sign-in/", mail.body_html)

    def test_the_identity_check_is_obligatory(self):
        for check in (False, "", "   ", "it is her", " x " * 3):
            with self.subTest(check=check), self.assertRaises(UserError):
                self._hand_out(check=check)

    def test_only_customers_accounts_are_opened(self):
        for user in (self.marta, self.mora, self.ines):
            with self.subTest(user=user.name), self.assertRaises(UserError):
                self._hand_out(user)
        self.eva.active = False
        with self.assertRaises(UserError):
            self._hand_out(self.eva)
        path = self._hand_out(self.luis)
        self.luis.group_ids = self.env.ref("base.group_user")
        self.assertEqual(self.url_open(path).status_code, 404, "a colleague by now")

    def test_staff_gives_links_and_nobody_else(self):
        self._hand_out(by=self.carla)
        for user in (self.ines, self.luis):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self._hand_out(by=user)
            with self.assertRaises(AccessError):
                self.links.with_user(user)._hand_out(self.ana, CHECK)
        with self.assertRaises(AccessError):
            self.links.with_user(self.laura).search([])
        with self.assertRaises(AccessError):
            self.links.with_user(self.mora).create({"user_id": self.ana.id})

    def test_not_many_within_an_hour(self):
        for _link in range(3):
            self._hand_out()
        with self.assertRaises(UserError):
            self._hand_out()

    def test_the_password_door_knows_no_links(self):
        token = self._hand_out().rpartition("/")[2]
        answer = self.url_open(
            "/web/session/authenticate",
            json={
                "params": {
                    "db": self.env.cr.dbname,
                    "login": "ana@test.example",
                    "password": token,
                    "type": "helpdesk_sign_in_link",
                    "token": token,
                }
            },
        )
        self.assertIn("error", answer.json())
        self.assertFalse(self._is_signed_in())
