# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
import time

import pyotp
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.auth_totp.models.totp import hotp

from .account_common import AccountCommon

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@tagged("post_install", "-at_install")
class TestTwoFactorShared(AccountCommon):
    """Two steps where several people use one mailbox."""

    def setUp(self):
        super().setUp()
        self.ana.partner_id.helpdesk_is_shared = True
        self.app = pyotp.TOTP(SECRET)

    def enable(self):
        self.ana.totp_secret = SECRET
        self.env.flush_all()
        self.env["mail.mail"].search([]).unlink()

    def next_code(self):
        """Return the code after the last one used."""
        last = self.ana.sudo().totp_last_counter or int(time.time() / 30) - 1
        return f"{hotp(base64.b32decode(SECRET), last + 1):06}"

    def make_codes(self):
        tree = self.open("/my/security/recovery-codes")
        tree = self.submit(tree, "/my/security/recovery-codes", password=self.password)
        return [self.words(node) for node in tree.xpath("//section//code")]

    # ------------------------------------------------------------
    # Before
    # ------------------------------------------------------------

    def test_page_says_who_is_signed_out(self):
        """S0-02: enabling two-factor or a passkey on a shared account says who would
        be signed out and how the others get in.
        """
        self.sign_in_on("phone")
        self.sign_in_on("reception")
        tree = self.open("/my/security")
        blocks = [self.words(node) for node in tree.xpath("//*[@name='signed_out']")]
        self.assertEqual(len(blocks), 2)
        for block in blocks:
            self.assertIn("signs out all other devices", block)
            self.assertIn("Safari · iPhone", block)
            self.assertNotIn("Chrome · Linux", block)
        two_steps = self.part(tree, "two_steps")
        self.assertIn("scan the code with each of them now", two_steps)
        self.assertIn("print recovery codes", two_steps)
        guide = tree.xpath("//div[@id='totp_wizard_view']")[0].text_content()
        self.assertIn("all phones", guide)
        # on a phone, too: the others scan it from there
        codes = etree.fromstring(guide.strip()).iterfind(".//field[@name='qrcode']")
        self.assertIn(
            "d-md-none mb-3", [code.getparent().get("class") for code in codes]
        )

    def test_page_of_one_person(self):
        """S3-29: who is alone and has no other device reads no warning."""
        self.ana.partner_id.helpdesk_is_shared = False
        self.sign_in_on("reception")
        tree = self.open("/my/security")
        self.assertFalse(tree.xpath("//*[@name='signed_out']"))
        guide = tree.xpath("//div[@id='totp_wizard_view']")[0].text_content()
        self.assertNotIn("all phones", guide)

    # ------------------------------------------------------------
    # Codes of the app
    # ------------------------------------------------------------

    def test_same_secret_on_several_phones(self):
        """S0-02 with S3-32: two people sign in with the app on their own phones."""
        self.enable()
        self.sign_in_on("reception", code=self.next_code())
        self.sign_in_on("phone", code=self.next_code())
        self.assertTrue(self.is_signed_in("reception"))
        self.assertTrue(self.is_signed_in("phone"))

    def test_used_code_says_wait(self):
        """S0-02: a reused code says "wait for the next", and counts as no guess."""
        self.enable()
        code = self.next_code()
        self.sign_in_on("reception", code=code)
        self.sign_in_on("phone")
        for _try in range(6):
            tree = self.open("/web/login/totp")
            tree = self.send_code(tree, code)
            self.assertIn("This code has been used already", self.text)
            self.assertIn("Wait for the next one", self.text)
        self.send_code(tree, self.next_code())
        self.assertTrue(self.is_signed_in("phone"))

    def test_wrong_code_says_so(self):
        """S3-32: a wrong code is not called a used one, and is limited."""
        self.enable()
        wrong = f"{(int(self.app.now()) + 7) % 1_000_000:06}"
        tree = self.sign_in_on("reception")
        for _try in range(5):
            tree = self.send_code(tree, wrong)
            self.assertNotIn("used already", self.text)
        self.send_code(tree, self.next_code())
        self.assertIn("limit", self.text)
        self.assertFalse(self.is_signed_in("reception"))

    def test_session_that_ended_says_why(self):
        """S0-02: who was signed out by the second step is told what to do now."""
        self.sign_in_on("phone")
        self.enable()
        tree = self.open("/my/tickets")
        notice = self.part(tree, "ended")
        self.assertIn("Two-step authentication was enabled on", notice)
        self.assertIn("use a printed recovery code", notice)

    def test_enabling_tells_the_mailbox(self):
        """S0-02: the others read in their mailbox what happened."""
        self.ana.totp_secret = SECRET
        mail = self.mails()
        self.assertEqual(mail.subject, "Two-step authentication was enabled")
        self.assertIn("printed recovery code", mail.body_html)
        self.ana.totp_secret = False
        self.assertEqual(
            self.mails()[-1:].subject, "Two-step authentication was disabled"
        )

    def test_add_another_phone(self):
        """S0-02: a phone that was not there can scan the code later."""
        self.enable()
        self.sign_in_on("reception", code=self.next_code())
        tree = self.open("/my/security/phones")
        self.assertNotIn(SECRET[:4], self.text)
        tree = self.submit(tree, "/my/security/phones", password="wrong")
        self.assertFalse(tree.xpath("//img[@name='qrcode']"))
        tree = self.submit(tree, "/my/security/phones", password=self.password)
        self.assertTrue(
            tree.xpath("//img[@name='qrcode']/@src")[0].startswith(
                "data:image/png;base64,iVBOR"
            )
        )
        self.assertEqual(self.part(tree, "secret").replace(" ", ""), SECRET)
        self.assertIn("no-store", self.response.headers["Cache-Control"])
        self.assertIn("Another phone", self.mails()[-1:].subject)

    # ------------------------------------------------------------
    # Recovery codes
    # ------------------------------------------------------------

    def test_recovery_codes(self):
        """S0-02: printable recovery codes: each gets one person in, once."""
        self.enable()
        self.sign_in_on("reception", code=self.next_code())
        self.assertIn(
            "no recovery codes", self.part(self.open("/my/security"), "print_codes")
        )
        codes = self.make_codes()
        self.assertEqual(len(set(codes)), 10)
        self.assertIn("no-store", self.response.headers["Cache-Control"])
        kept = str(
            self.env["helpdesk.recovery.code"]
            .sudo()
            .search_read([("user_id", "=", self.ana.id)])
        )
        self.assertNotIn(codes[0].replace(" ", "")[2:], kept)
        self.sign_in_on("phone", code=codes[3].replace(" ", "-"))
        self.assertTrue(self.is_signed_in("phone"))
        self.sign_in_on("office", code=codes[3])
        self.assertIn("This is no recovery code that is left", self.text)
        self.assertFalse(self.is_signed_in("office"))
        self.take("phone")
        self.assertIn(
            "Recovery codes left: 9",
            self.part(self.open("/my/security"), "recovery_codes"),
        )
        self.assertIn(
            "A recovery code was used to sign in", self.mails().mapped("subject")
        )

    def test_new_recovery_codes_end_the_old(self):
        """S0-02: codes of a sheet that was lost no longer count."""
        self.enable()
        self.sign_in_on("reception", code=self.next_code())
        old = self.make_codes()
        self.assertEqual(len(self.make_codes()), 10)
        self.sign_in_on("phone", code=old[0])
        self.assertFalse(self.is_signed_in("phone"))

    def test_recovery_codes_are_ones_own(self):
        """S0-02: a code of another account opens nothing; nobody reads the table."""
        self.enable()
        codes = self.env["helpdesk.recovery.code"]._generate(self.luis)
        self.sign_in_on("reception", code=codes[0])
        self.assertFalse(self.is_signed_in("reception"))
        for user in (self.ana, self.mora):
            with self.assertRaises(AccessError):
                self.env["helpdesk.recovery.code"].with_user(user).search([])

    def test_guessing_recovery_codes_is_limited(self):
        """Abuse: recovery codes share the limit of the app's codes."""
        self.enable()
        codes = self.env["helpdesk.recovery.code"]._generate(self.ana)
        tree = self.sign_in_on("reception")
        for number in range(5):
            tree = self.send_code(tree, f"99123456780{number}")
        self.send_code(tree, codes[0])
        self.assertIn("limit", self.text)
        self.assertFalse(self.is_signed_in("reception"))

    def test_recovery_codes_end_with_the_second_step(self):
        """S3-29: disabling two steps ends their codes."""
        self.enable()
        self.env["helpdesk.recovery.code"]._generate(self.ana)
        self.assertEqual(self.ana._count_recovery_codes(), 10)
        self.ana.totp_secret = False
        self.assertFalse(self.ana._count_recovery_codes())

    def test_page_to_print(self):
        """S0-02: the sheet says whose codes they are and how one uses them."""
        self.enable()
        self.sign_in_on("reception", code=self.next_code())
        self.make_codes()
        for word in (self.ana.login, "Each counts once", "Print"):
            self.assertIn(word, self.text)

    # ------------------------------------------------------------
    # Reset by staff
    # ------------------------------------------------------------

    def wizard(self, user=None, **vals):
        return (
            self.env["helpdesk.two.factor.wizard"]
            .with_user(user or self.sam)
            .create({"partner_id": self.ana.partner_id.id, **vals})
        )

    def test_reset_by_staff(self):
        """S0-02: staff reset after a logged identity check."""
        self.enable()
        self.sign_in_on("reception", code=self.next_code())
        note = "Called +52 322 555 0111, Ana named her last two tickets"
        wizard = self.wizard(check_method="call_back", check_note=note)
        self.assertIn("enabled", wizard.state_text)
        wizard.action_confirm()
        self.assertFalse(self.ana.totp_enabled)
        line = self.env["helpdesk.audit"].search(
            [("event", "=", "reset_two_factor")], limit=1
        )
        self.assertEqual(line.user_id, self.sam)
        self.assertEqual(line.partner_id, self.ana.partner_id)
        self.assertIn(note, line.details)
        self.assertIn("called back", line.details)
        self.assertFalse(self.is_signed_in("reception"))
        notice = self.part(self.open("/web/login"), "ended")
        self.assertIn("Our team reset the two-step authentication", notice)
        self.assertIn(
            "Our team reset your two-step authentication",
            self.mails().mapped("subject"),
        )
        self.sign_in_on("office")
        self.assertTrue(self.is_signed_in("office"))

    def test_reset_lets_in_who_was_locked_out(self):
        """S0-02: after wrong codes too many, the reset lets the person in at once."""
        self.enable()
        tree = self.sign_in_on("reception")
        for _try in range(5):
            tree = self.send_code(tree, "000001")
        self.wizard(
            check_method="in_person", check_note="Saw Ana at the reception today"
        ).action_confirm()
        log = self.env["auth.totp.rate.limit.log"].sudo()
        self.assertFalse(log.search([("user_id", "=", self.ana.id)]))

    def test_reset_needs_the_check(self):
        """S0-02: without a told check of the identity nothing is reset."""
        self.enable()
        for vals in (
            {"check_note": "Called +52 322 555 0111, Ana answered"},
            {"check_method": "call_back"},
            {"check_method": "call_back", "check_note": "ok"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self.wizard(**vals).action_confirm()
        self.assertTrue(self.ana.totp_enabled)

    def test_who_may_reset(self):
        """S0-02: agents with all tickets, nobody else; customers only."""
        self.enable()
        for user in (self.laura, self.marta, self.ines, self.luis):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.wizard(user)
        self.laura.totp_secret = SECRET
        wizard = self.wizard(
            partner_id=self.laura.partner_id.id,
            check_method="call_back",
            check_note="Called +52 322 555 0111, Laura answered",
        )
        with self.assertRaises(UserError):
            wizard.action_confirm()
        self.assertTrue(self.laura.totp_enabled)

    def test_reset_with_passkeys(self):
        """S0-02: a lost phone loses its passkey with the reset, when staff say so."""
        self.enable()
        key = self._create_passkey()
        self._reset()
        self.assertTrue(key.exists())
        self._reset(with_passkeys=True)
        self.assertFalse(key.exists())

    def _reset(self, **vals):
        vals.setdefault("check_method", "call_back")
        note = "Called +52 322 555 0111, Ana answered"
        self.wizard(check_note=note, **vals).action_confirm()

    def _create_passkey(self):
        self.env.cr.execute(
            "INSERT INTO auth_passkey_key"
            " (name, credential_identifier, public_key, create_uid)"
            " VALUES ('Phone', 'x1', 'k', %s) RETURNING id",
            [self.ana.id],
        )
        self.env.invalidate_all()
        return self.env["auth.passkey.key"].browse(self.env.cr.fetchone()[0])
