# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import io
import json
import time
import zipfile
from datetime import timedelta
from unittest.mock import patch

from lxml import html

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import res_users_personal_data
from .account_common import AccountCommon

NEW_PASSWORD = "Nuevo-Vallarta-2027"


@tagged("post_install", "-at_install")
class TestSecurity(AccountCommon):
    """``/my/security``: password, devices, sign-ins, one's own data, deletion."""

    def change_password(self, old=None, new=NEW_PASSWORD, again=None):
        tree = self.open("/my/security")
        return self.submit(
            tree,
            "/my/security",
            old=old or self.password,
            new1=new,
            new2=new if again is None else again,
        )

    # ------------------------------------------------------------
    # Shared mailbox
    # ------------------------------------------------------------

    def test_several_sessions(self):
        """S0-02 With the same password each sees every ticket of that mailbox.

        (derived: several simultaneous sessions of that user must work.)
        """
        ticket = self._create_ticket(name="No WiFi in 204")
        for name in ("reception", "phone", "office"):
            self.sign_in_on(name)
        for name in ("reception", "phone", "office"):
            with self.subTest(device=name):
                self.assertTrue(self.is_signed_in(name))
                self.assertIn(ticket.name, self.text)

    def test_changed_password_tells_the_others(self):
        """S0-02: a changed password tells the others what happened, and how to go on.

        By a mail to the mailbox, and on the sign-in page of who was signed out.
        """
        self.ana.partner_id.helpdesk_is_shared = True
        self.sign_in_on("reception")
        self.sign_in_on("phone")
        self.take("reception")
        self.change_password()
        self.assertTrue(self.is_signed_in("reception"))
        tree = self.open("/my/security")
        self.assertEqual(len(tree.xpath("//ul[@name='devices']/li")), 1)
        self.assertFalse(self.is_signed_in("phone"))
        tree = self.open("/web/login")
        notice = self.part(tree, "ended")
        self.assertIn("The password of this account was changed on", notice)
        self.assertIn("Ask whoever uses this mailbox with you", notice)
        mail = self.mails()
        self.assertEqual(mail.subject, "The password of your account was changed")
        text = html.fromstring(mail.body_html).text_content()
        self.assertIn("All other devices were signed out", text)
        self.assertIn("asks the colleague who changed the password", text)
        self.assertIn("Chrome · Linux", text)

    def test_nobody_keeps_it_from_being_told(self):
        """S0-02: no context of a call over RPC keeps the mail from being sent."""
        self.sign_in_on("reception")
        Users = self.env["res.users"].with_user(self.ana)
        Users.with_context(helpdesk_change="password").change_password(
            self.password, NEW_PASSWORD
        )
        self.assertEqual(
            self.mails().subject, "The password of your account was changed"
        )

    def test_changed_password_of_one_person(self):
        """S2-51: who has a mailbox of their own is not told of colleagues."""
        self.sign_in_on("reception")
        self.sign_in_on("phone")
        self.take("reception")
        self.change_password()
        self.take("phone")
        notice = self.part(self.open("/my/tickets"), "ended")
        self.assertIn("was changed on", notice)
        self.assertNotIn("Ask whoever", notice)
        self.assertNotIn("colleague", self.mails().body_html)

    def test_changed_password_in_the_language_of_the_account(self):
        """S2-48: the mail about a changed password is in the account's language."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.ana.lang = "es_MX"
        self.sign_in_on("reception")
        self.ana.with_context(lang="en_US").password = NEW_PASSWORD
        self.assertIn('lang="es-MX"', self.mails().body_html)

    def test_first_password_is_no_change(self):
        """S3-05: who chooses the first password is not warned of it by mail."""
        self.assertFalse(self.luis.login_date)
        self.luis.password = NEW_PASSWORD
        self.assertFalse(self.mails(self.luis))

    def test_sign_out_is_no_reason(self):
        """S0-02: who signs out is told nothing, nor is a browser that was never in."""
        self.ana.password = NEW_PASSWORD
        self.password = NEW_PASSWORD
        self.sign_in_on("reception")
        self.ana.helpdesk_change = "password"
        self.open("/web/session/logout?redirect=/web/login")
        self.assertFalse(self.part(self.open("/web/login"), "ended"))
        self.take("office")
        self.assertFalse(self.part(self.open("/web/login"), "ended"))

    def test_sign_in_without_a_mailbox(self):
        """D-06 Someone without access to their mailbox can still sign in, send and
        follow everything in the portal.
        """
        self.env["mail.blacklist"]._add(self.ana.email)
        self.sign_in_on("reception")
        with patch.object(
            type(self.env["mail.mail"]), "send", side_effect=OSError("no server")
        ):
            tree = self.open("/new/ticket")
            self.assertIn("Tell us what is happening", self.text)
            tree = self.submit(
                tree, "/submitted/ticket", subject="No WiFi", description="In 204"
            )
            self.assertIn("/my/ticket/", self.path)
            self.change_password()
            self.assertIn("Password Updated", self.text)
            tree = self.open("/my/profile")
        self.assertTrue(self.tickets())

    # ------------------------------------------------------------
    # Password
    # ------------------------------------------------------------

    def test_policy(self):
        """S2-51: the page says what a password has to be before one is refused."""
        self.env["ir.config_parameter"].set_param("auth_password_policy.minlength", 12)
        self.sign_in_on("reception")
        self.assertIn(
            "Use 12 characters or more", self.part(self.open("/my/security"), "policy")
        )
        tree = self.change_password(new="short")
        self.assertIn("12 characters", tree.xpath("//div[@role='alert']")[0].text)

    def test_guessing_the_password_is_limited(self):
        """Abuse: the current password cannot be guessed on this page."""
        self.env["ir.config_parameter"].set_param(
            "helpdesk_service_portal.limit.password", "3/900"
        )
        self.sign_in_on("reception")
        for _try in range(3):
            tree = self.change_password(old="wrong-password")
            self.assertIn("incorrect", tree.text_content())
        tree = self.change_password()
        self.assertIn("too many tries", tree.text_content())
        tree = self.submit(self.open("/my/security/data"), password=self.password)
        self.assertIn("too many tries", tree.text_content())

    def test_form_without_its_fields(self):
        """A crippled form is answered, not a failure of the server."""
        self.sign_in_on("reception")
        tree = self.open("/my/security")
        token = tree.xpath("//input[@name='csrf_token']/@value")[0]
        self.receive(self.url_open("/my/security", data={"csrf_token": token}))

    # ------------------------------------------------------------
    # Devices and sign-ins
    # ------------------------------------------------------------

    def test_devices(self):
        """Account: devices, each named, this one marked."""
        self.sign_in_on("reception")
        self.sign_in_on("phone")
        tree = self.open("/my/security")
        rows = [self.words(node) for node in tree.xpath("//ul[@name='devices']/li")]
        self.assertEqual(len(rows), 2)
        self.assertIn("Safari · iPhone This device", rows[0])
        self.assertIn("Chrome · Linux", rows[1])
        self.assertIn("127.0.0.1", rows[1])
        self.assertIn("Sign out", rows[1])

    def test_sign_out_one_device(self):
        """Account: devices with "sign out this one", after the password."""
        for name in ("reception", "phone", "office"):
            self.sign_in_on(name)
        self.take("reception")
        tree = self.open("/my/security")
        link = [
            node.get("href")
            for node in tree.xpath("//ul[@name='devices']//a")
            if "iPhone" in self.words(node)
        ][0]
        tree = self.submit(self.open(link), password="wrong")
        self.assertIn("This is not your password", self.text)
        self.assertTrue(self.is_signed_in("phone"))
        self.take("reception")
        tree = self.submit(self.open(link), password=self.password)
        self.assertIn("The device is signed out", self.part(tree, "done"))
        self.assertNotIn("iPhone", self.part(tree, "devices"))
        self.assertFalse(self.is_signed_in("phone"))
        self.assertTrue(self.is_signed_in("office"))
        self.assertTrue(self.is_signed_in("reception"))

    def test_device_of_somebody_else(self):
        """Account: nobody signs out the device of another account."""
        self.sign_in_on("phone")
        device = self.env["res.device"].search([("user_id", "=", self.ana.id)])
        self.login = self.password = self.luis.login
        self.sign_in_on("office")
        self.open(f"/my/security/device/{device.id}")
        self.assertIn("done=gone", self.path)
        self.assertTrue(self.is_signed_in("phone"))

    def test_password_counts_for_a_while(self):
        """Account: the password is asked once in ten minutes, then again."""
        self.sign_in_on("reception")
        self.assertTrue(self.export())
        page = self.url_open("/my/security/data")
        self.assertNotIn('name="password"', page.text)
        later = time.time() + 601
        with patch(
            "odoo.addons.helpdesk_service_portal.controllers.security.time.time",
            lambda: later,
        ):
            page = self.url_open("/my/security/data")
        self.assertIn('name="password"', page.text)

    def test_recent_sign_ins(self):
        """Account: recent sign-ins, those that ended as well."""
        self.sign_in_on("phone")
        device = self.env["res.device"].search([("user_id", "=", self.ana.id)])
        device.sudo()._revoke()
        self.sign_in_on("reception")
        rows = [
            self.words(node)
            for node in self.open("/my/security").xpath(
                "//section[@name='sign_ins']//li"
            )
        ]
        self.assertEqual(len(rows), 2)
        both = " ".join(rows)
        self.assertIn("Chrome · Linux", both)
        self.assertIn("Safari · iPhone", both)
        self.assertEqual(both.count("signed out"), 1)

    # ------------------------------------------------------------
    # One's own data
    # ------------------------------------------------------------

    def export(self):
        tree = self.open("/my/security/data")
        token = tree.xpath("//form[@class='o_hsp_act']/input/@value")[0]
        self.response = self.url_open(
            "/my/security/data",
            data={"csrf_token": token, "password": self.password},
        )
        if self.response.headers["Content-Type"] != "application/zip":
            return None
        return zipfile.ZipFile(io.BytesIO(self.response.content))

    def test_export_holds_what_is_mine(self):
        """Account: personal data export (ZIP): profile, tickets, public messages,
        files; nothing internal, nothing of colleagues.
        """
        self.ana.partner_id.helpdesk_scope = "company"
        ticket = self._create_ticket(name="Mine: no WiFi")
        taking_part = self._create_ticket(self.luis, name="Luis asks, Ana helps")
        taking_part.participant_ids.create(
            {"ticket_id": taking_part.id, "partner_id": self.ana.partner_id.id}
        )
        foreign = self._create_ticket(self.luis, name="LUIS ALONE")
        file = self.env["ir.attachment"].create(
            {"name": "../bill.pdf", "raw": b"%PDF-1.7 bill", "res_model": ticket._name}
            | {"res_id": ticket.id}
        )
        self._answer(
            ticket, self.laura, "Public words", attachments=[("a.pdf", b"%PDF")]
        )
        self._note(ticket, self.laura, "SECRET", attachments=[("s.txt", b"HIDDEN")])
        self.sign_in_on("reception")
        archive = self.export()
        names = archive.namelist()
        everything = "\n".join(
            archive.read(name).decode("utf-8", "replace") for name in names
        )
        profile = json.loads(archive.read("profile.json"))
        self.assertEqual(profile["login"], self.ana.login)
        self.assertEqual(profile["company"], "Hotel Sol")
        self.assertTrue(profile["sign_ins"])
        folder = f"tickets/{ticket.number}/"
        told = json.loads(archive.read(f"{folder}ticket.json"))
        self.assertEqual(told["subject"], "Mine: no WiFi")
        self.assertIn("Public words", told["messages"][-1]["text"])
        self.assertIn(f"{folder}{file.id}-bill.pdf", names)
        self.assertIn("%PDF-1.7 bill", everything)
        self.assertIn("Luis asks, Ana helps", everything)
        self.assertIn(f"{folder}ticket.html", names)
        for word in ("SECRET", "HIDDEN", foreign.name, foreign.number):
            self.assertNotIn(word, everything)
        self.assertFalse([name for name in names if ".." in name])

    def test_export_holds_the_part_that_is_shown(self):
        """Account: of a ticket shared from a moment on, what came after that."""
        now = fields.Datetime.now()
        ticket = self._create_ticket(self.eva, description="<p>EARLY REQUEST</p>")
        early = self._answer(
            ticket, self.laura, "EARLY WORDS", attachments=[("early.pdf", b"%PDF")]
        )
        early.sudo().date = now - timedelta(days=2)
        ticket.participant_ids.create(
            {
                "ticket_id": ticket.id,
                "partner_id": self.ana.partner_id.id,
                "sees_from": now - timedelta(days=1),
            }
        )
        self._answer(ticket, self.laura, "Later words")
        self.sign_in_on("reception")
        archive = self.export()
        everything = " ".join(archive.namelist()) + "".join(
            archive.read(name).decode("utf-8", "replace") for name in archive.namelist()
        )
        self.assertIn("Later words", everything)
        for word in ("EARLY", "early.pdf"):
            self.assertNotIn(word, everything)

    def test_export_is_audited_and_limited(self):
        """Audit: who exported; abuse: a costly route is limited, and says when."""
        self.env["ir.config_parameter"].set_param(
            "helpdesk_service_portal.limit.personal_data", "2/3600"
        )
        self.sign_in_on("reception")
        for _time in range(2):
            self.assertTrue(self.export())
        self.assertIsNone(self.export())
        self.assertIn("You can do it again from", self.response.text)
        lines = self.env["helpdesk.audit"].search(
            [
                ("event", "=", "personal_data"),
                ("partner_id", "=", self.ana.partner_id.id),
            ]
        )
        self.assertEqual(len(lines), 2)
        self.assertEqual(lines.user_id, self.ana)

    def test_export_needs_the_password(self):
        """Account: an open computer at the reception gives no data away."""
        self._create_ticket(name="Mine")
        self.sign_in_on("reception")
        self.password = "wrong"
        self.assertIsNone(self.export())
        self.assertIn("This is not your password", self.response.text)

    def test_export_is_bounded(self):
        """Speed: files beyond the limit are named, not added."""
        ticket = self._create_ticket()
        for name in ("a.pdf", "b.pdf"):
            self._answer(
                ticket, self.laura, "File", attachments=[(name, b"%PDF" * 150)]
            )
        self.sign_in_on("reception")
        with patch.object(res_users_personal_data, "MAX_FILE_BYTES", 1000):
            archive = self.export()
        names = " ".join(archive.namelist())
        self.assertIn("a.pdf", names)
        self.assertNotIn("b.pdf", names)
        told = archive.read(f"tickets/{ticket.number}/ticket.json").decode()
        self.assertIn("b.pdf (too large)", told)

    # ------------------------------------------------------------
    # Deletion
    # ------------------------------------------------------------

    def test_deletion_is_explained(self):
        """Account: deletion explained, for a shared mailbox too."""
        self.sign_in_on("reception")
        tree = self.open("/my/security")
        self.assertIn("Tickets and messages stay", self.part(tree, "deletion"))
        self.assertFalse(self.part(tree, "deletion_shared"))
        self.ana.partner_id.helpdesk_is_shared = True
        tree = self.open("/my/security")
        self.assertIn("all of them lose access", self.part(tree, "deletion_shared"))

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_deletion(self):
        """Account: who deletes the account is out everywhere, and told so by mail."""
        ticket = self._create_ticket()
        self.sign_in_on("phone")
        self.sign_in_on("reception")
        tree = self.open("/my/security")
        self.submit(
            tree,
            "/my/deactivate_account",
            password=self.password,
            validation=self.login,
        )
        self.assertIn("Your account was deleted", self.mails().mapped("subject"))
        self.assertEqual(len(self.mails()), 1)
        self.assertFalse(self.is_signed_in("phone"))
        self.assertFalse(self.ana.active)
        self.assertTrue(ticket.exists())
