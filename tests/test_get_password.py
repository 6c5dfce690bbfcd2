from unittest.mock import patch
from urllib.parse import parse_qs, urlsplit

from lxml import html

from odoo.exceptions import AccessDenied, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import PORTAL, HelpdeskCommon

PASSWORD = "Nuevo-Vallarta-2027"


class AccessMailCommon(HelpdeskCommon):
    """Who has a link in their mailbox uses it."""

    def setUp(self):
        super().setUp()
        self.env["mail.mail"].search([]).unlink()
        self.env["helpdesk.access.request"].search([]).unlink()

    def _get_mails(self, address):
        mails = self.env["mail.mail"].search([("email_to", "ilike", address)])
        return mails.sorted("id")

    def _get_link(self, address):
        """Return the link of the newest mail to an address."""
        body = html.fromstring(self._get_mails(address)[-1:].body_html)
        return body.xpath("//a[contains(@href, '/web/reset_password')]/@href")[0]

    def _get_token(self, address):
        return parse_qs(urlsplit(self._get_link(address)).query)["token"][0]

    def _use(self, token, password=PASSWORD):
        values = {"login": "x", "name": "x", "password": password}
        # sudo: as the core's page of links does
        return self.env["res.users"].sudo().signup(values, token)

    def _answer_requests(self, *addresses):
        """Do what happens after the answer to who typed these addresses."""
        for address in addresses:
            self.env["helpdesk.access.request"]._ask(address)
        with self.enter_registry_test_mode():
            self.env.ref(
                "helpdesk_service_portal.ir_cron_access_requests"
            ).method_direct_trigger()


@tagged("post_install", "-at_install")
class TestOneAccount(AccessMailCommon):
    """S0-01 One user = one e-mail account = one password: a second portal user with
    the same e-mail (any letter case) is refused with a clear message."""

    def _create_user(self, login, email, **vals):
        return new_test_user(self.env, login, groups=PORTAL, email=email, **vals)

    def test_second_user_with_the_same_address_is_refused(self):
        for login, email in (
            ("ana2", "ana@test.example"),
            ("ana2", "ANA@Test.Example"),
            ("ana2", "Ana <ana@test.EXAMPLE>"),
            ("ana@test.example", "other@test.example"),
            ("ANA@test.example", "other@test.example"),
            (" ana@test.example ", "other@test.example"),
        ):
            with self.subTest(login=login, email=email):
                with self.assertRaises(ValidationError) as refusal:
                    self._create_user(login, email)
                if login == "ana2":
                    self.assertIn("ana@test.example", str(refusal.exception))
                    self.assertIn("already has an account", str(refusal.exception))

    def test_address_of_an_employee_is_refused_for_a_customer(self):
        with self.assertRaises(ValidationError):
            self._create_user("second", self.laura.email)

    def test_changed_address_is_refused_too(self):
        """In whatever way it is changed: on the user, on the contact, its login."""
        for record, vals in (
            (self.luis, {"email": "ANA@test.example"}),
            (self.luis.partner_id, {"email": "Ana <ana@test.example>"}),
            (self.luis, {"login": "Ana@Test.example", "email": False}),
        ):
            with (
                self.subTest(record=record, vals=vals),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                record.write(vals)

    def test_removed_persons_account_is_not_created_twice(self):
        self.ana.active = False
        with self.assertRaisesRegex(ValidationError, "archived"):
            self._create_user("ana@test.example", "ana@test.example")

    def test_restoring_a_removed_account_is_refused_when_the_address_is_taken(self):
        self.ana.active = False
        self.ana.write({"login": "ana-old", "email": "old@test.example"})
        self._create_user("ana@test.example", "ana@test.example")
        with self.assertRaises(ValidationError):
            self.ana.write({"active": True, "email": "ana@test.example"})

    def test_employees_may_share_an_address(self):
        new_test_user(self.env, "desk2", groups="base.group_user", email=self.sam.email)

    def test_own_address_may_be_written_again(self):
        self.ana.write({"email": "ANA@test.example", "login": "Ana@test.example"})
        self.assertEqual(self.ana.login, "ana@test.example")


@tagged("post_install", "-at_install")
class TestInvitation(AccessMailCommon):
    """S3-05 The first password is assigned by us: sent as an invitation link."""

    def setUp(self):
        super().setUp()
        self.nora = self.env["res.partner"].create(
            {"name": "Nora Vidal", "email": "Nora@Test.example", "lang": "en_US"}
        )
        self.nora.parent_id = self.hotel

    def test_invited_person_gets_account_and_link(self):
        """S3-04 User name = work e-mail."""
        user = self.nora._invite_to_portal()
        self.assertEqual(user.login, "nora@test.example")
        self.assertTrue(user._is_portal())
        self.assertEqual(user.partner_id, self.nora)
        mail = self._get_mails("nora@test.example")
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.state, "outgoing")
        words = html.fromstring(mail.body_html).text_content()
        self.assertIn("Hello, Nora:", words)
        self.assertIn("nora@test.example", words)
        self.assertIn("works once, until", words)
        self.assertNotIn(PASSWORD, words)
        line = self.env["helpdesk.audit"].search([("event", "=", "invited")], limit=1)
        self.assertEqual(line.partner_id, self.nora)

    def test_link_is_used_once(self):
        """S0-08 single-use, expiring link: not twice, not after the next one."""
        self.nora._invite_to_portal()
        token = self._get_token("nora@test.example")
        self.assertEqual(self._use(token), ("nora@test.example", PASSWORD))
        with self.assertRaises(UserError):
            self._use(token, "Another-2027")
        self.nora.signup_prepare()  # what the core does for a mail of its own
        with self.assertRaises(UserError):
            self._use(token, "Another-2027")
        self.nora.user_ids._send_access_mail("invitation")
        with self.assertRaises(UserError):
            self._use(token, "Another-2027")
        self._use(self._get_token("nora@test.example"), "Another-2027")

    def test_next_link_ends_the_one_before(self):
        self.nora._invite_to_portal()
        first = self._get_token("nora@test.example")
        self.nora._invite_to_portal()
        self.assertEqual(len(self._get_mails("nora@test.example")), 2)
        with self.assertRaises(UserError):
            self._use(first)

    def test_link_expires(self):
        self.env["ir.config_parameter"].set_param(
            "auth_signup.signup.validity.hours", 2
        )
        self.nora._invite_to_portal()
        token = self._get_token("nora@test.example")
        with self.clock(hours=3), self.assertRaises(UserError):
            self._use(token)
        self._use(token)

    def test_changed_password_ends_the_link(self):
        self.nora._invite_to_portal()
        token = self._get_token("nora@test.example")
        self.nora.user_ids.password = PASSWORD
        with self.assertRaises(UserError):
            self._use(token)

    def test_forged_links_open_nothing(self):
        self.nora._invite_to_portal()
        token = self._get_token("nora@test.example")
        middle = len(token) // 2
        bent = "A" if token[middle] != "A" else "B"
        for forged in (
            "x",
            "ñ",
            token[:-4],
            token[:middle] + bent + token[middle + 1 :],
        ):
            with self.subTest(forged=forged), self.assertRaises(UserError):
                self._use(forged)

    def test_links_of_other_mails_choose_no_password(self):
        """The core puts a token that does into any link for who has an account."""
        ana = self.ana.partner_id.sudo()
        ana.signup_cancel()
        with self.assertRaises(UserError):
            self._use(ana._generate_signup_token())

    def test_who_uses_the_link_gets_the_contacts_address_as_login(self):
        """S0-01 One user = one e-mail account: not the login typed in a form."""
        self.nora.signup_prepare()
        login, _password = self._use(self.nora._generate_signup_token())
        self.assertEqual(login, "nora@test.example")
        self.assertEqual(self.nora.user_ids.login, "nora@test.example")

    def test_who_has_signed_in_is_not_invited(self):
        self.env["res.users.log"].with_user(self.ana).sudo().create({})
        self.assertFalse(self.ana.partner_id._invite_to_portal())
        self.assertFalse(self._get_mails("ana@test.example"))

    def test_who_was_removed_comes_back_by_invitation(self):
        self.luis.active = False
        self.assertEqual(self.luis.partner_id._invite_to_portal(), self.luis)
        self.assertTrue(self.luis.active)
        self.assertTrue(self.luis._is_portal())

    def test_without_address_or_with_anothers_nobody_is_invited(self):
        self.nora.email = "no address"
        with self.assertRaises(UserError):
            self.nora._invite_to_portal()
        self.nora.email = "ANA@test.example"
        with self.assertRaisesRegex(UserError, "already has an account"):
            self.nora._invite_to_portal()

    def test_users_created_by_staff_get_our_words(self):
        users = self.env["res.users"]
        user = users.create(
            {
                "name": "Rita",
                "login": "rita@test.example",
                "email": "rita@test.example",
                "group_ids": [(6, 0, self.env.ref(PORTAL).ids)],
            }
        )
        self.assertIn("Create my password", self._get_mails(user.login).body_html)

    def test_link_sent_by_staff_is_in_the_audit(self):
        """Audit: who invited, reset."""
        staff = self.env.ref("base.user_admin")
        self.ana.with_user(staff).action_reset_password()
        line = self.env["helpdesk.audit"].search([], limit=1)
        self.assertEqual(line.event, "reset_password")
        self.assertEqual(line.partner_id, self.ana.partner_id)
        self.assertEqual(line.user_id, staff)
        self.assertIn(
            "Choose a new password", self._get_mails(self.ana.login).body_html
        )

    def test_restored_account_has_no_old_password(self):
        self.luis.active = False
        self.luis.partner_id._invite_to_portal()
        credential = {"type": "password", "login": self.luis.login}
        for password in (self.luis.login, "", " "):
            with self.assertRaises(AccessDenied):
                self.env["res.users"]._login(
                    {**credential, "password": password}, {"interactive": True}
                )

    def test_the_core_wizard_sends_our_words(self):
        wizard = self.env["portal.wizard"].create({"partner_ids": [(4, self.nora.id)]})
        wizard.welcome_message = "Welcome aboard"
        wizard.user_ids.action_grant_access()
        body = self._get_mails("nora@test.example").body_html
        self.assertIn("Create my password", body)
        self.assertIn("Welcome aboard", body)

    def test_host_of_the_link_is_configured(self):
        """The link's host comes from configuration."""
        self.env["website"].search([]).domain = False
        parameter = self.env["ir.config_parameter"]
        parameter.set_param("web.base.url", "https://support.example")
        self.nora._invite_to_portal()
        self.assertTrue(
            self._get_link("nora@test.example").startswith(
                "https://support.example/web/reset_password?"
            )
        )

    def test_shared_mailbox_is_greeted_without_a_name(self):
        self.nora.sudo().helpdesk_is_shared = True
        self.nora._invite_to_portal()
        body = self._get_mails("nora@test.example").body_html
        self.assertIn("Hello:", body)


@tagged("post_install", "-at_install")
class TestRequests(AccessMailCommon):
    """S1-07 First access: option "Get password", type the e-mail, receive a link by
    mail, create the password."""

    def test_known_requester_without_user_gets_a_link(self):
        nora = self.env["res.partner"].create(
            {"name": "Nora", "email": "nora@test.example"}
        )
        self._create_ticket(partner_id=nora.id)
        self._answer_requests("nora@test.example")
        self._use(self._get_token("nora@test.example"))
        self.assertEqual(nora.user_ids.login, "nora@test.example")

    def test_participant_without_user_gets_a_link(self):
        rosa = self.env["res.partner"].create(
            {"name": "Rosa", "email": "rosa@test.example"}
        )
        person = self.env["helpdesk.ticket.participant"].create(
            {
                "ticket_id": self._create_ticket().id,
                "partner_id": rosa.id,
                "source": "agent",
                "included": False,
            }
        )
        self._answer_requests("rosa@test.example")
        self.assertFalse(self._get_mails("rosa@test.example"), "not let in")
        person.included = True
        self._answer_requests("rosa@test.example")
        self.assertTrue(self._get_link("rosa@test.example"))

    def test_unknown_removed_and_uninvolved_get_nothing(self):
        """S0-08 same answer for unknown addresses: none of them gets a mail."""
        self.luis.active = False
        self.env["res.partner"].create({"name": "Otto", "email": "otto@test.example"})
        self._create_ticket(self.luis)
        addresses = ("nobody@test.example", "luis@test.example", "otto@test.example")
        self._answer_requests(*addresses)
        self.assertFalse(self.env["mail.mail"].search([]))
        self.assertFalse(self.env["helpdesk.access.request"].search([]))
        self.assertFalse(self.luis.active)

    def test_who_has_an_account_gets_a_link_for_a_new_password(self):
        """S3-06 Forgotten password: mail arrives to set the wanted one."""
        self.env["res.users.log"].with_user(self.ana).sudo().create({})
        self._answer_requests("ana@test.example")
        mail = self._get_mails("ana@test.example")
        self.assertIn("Choose a new password", mail.body_html)
        self.assertIn("Was it not you?", mail.body_html)
        self._use(self._get_token("ana@test.example"))

    def test_who_never_signed_in_gets_the_invitation_again(self):
        self._answer_requests("ana@test.example")
        self.assertIn(
            "Create my password", self._get_mails("ana@test.example").body_html
        )

    def test_one_that_fails_stops_nobody(self):
        """The requests wait in the database: one that fails is dropped."""
        Partner = self.env["res.partner"]
        broken = Partner.create({"name": "Broken", "email": "broken@test.example"})
        self._create_ticket(partner_id=broken.id)
        failures = (UserError("no"), ValueError("no"), KeyError("no"))
        with patch.object(
            Partner.__class__, "_invite_to_portal", side_effect=failures
        ) as invite:
            for _failure in failures:
                with self.assertLogs("odoo.addons.helpdesk_service_portal", "WARNING"):
                    self._answer_requests("broken@test.example", "ana@test.example")
        self.assertEqual(invite.call_count, len(failures))
        self.assertEqual(len(self._get_mails("ana@test.example")), len(failures))
        self.assertFalse(self.env["helpdesk.access.request"].search([]))
