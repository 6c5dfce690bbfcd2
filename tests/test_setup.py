# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, tagged
from odoo.tools import config, mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import HelpdeskCommon
from .mail_servers import PASSWORD, Dovecot, SmtpServer

SETUP = "helpdesk.setup"
RELAY = {"name": "Relay", "smtp_host": "relay.example"}
MAIL = {"subject": "One", "email_to": "a@b.example"}


class SetupCommon(HelpdeskCommon):
    """A company that begins: nothing is set up yet, and Mora is to do it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env["res.company"].create({"name": "New Desk"})
        cls.desk = cls.env["helpdesk.ticket.team"].create(
            {"name": "Beginners", "company_id": cls.company.id}
        )
        cls.company.helpdesk_team_id = cls.desk
        others = cls.env["helpdesk.ticket.team"].search(
            [("company_id", "in", [False, cls.company.id]), ("id", "!=", cls.desk.id)]
        )
        others.active = False
        cls.mora.company_ids += cls.company
        cls.Setup = (
            cls.env[SETUP]
            .with_user(cls.mora)
            .with_context(allowed_company_ids=cls.company.ids)
        )

    def _look(self):
        """Return the steps of the page by code."""
        self.env.flush_all()
        self.env.invalidate_all()
        page = self.Setup.setup_page()
        return {
            step["code"]: step
            for section in page["sections"]
            for step in section["steps"]
        }

    def _state(self, code):
        return self._look()[code]["state"]


@tagged("post_install", "-at_install")
class TestSetup(SetupCommon):
    """S9 "Set-up page with live ticks": each comes for the right reason, not before."""

    def test_outgoing_mail(self):
        servers = self.env["ir.mail_server"].search([])
        servers.active = False
        mails = self.env["mail.mail"].search([])
        mails.write({"state": "cancel"})
        self.env["mail.notification"].search(
            [("notification_status", "=", "sent")]
        ).notification_status = "canceled"
        with patch.dict(config.options, {"smtp_server": "localhost"}):
            self.assertEqual(self._state("mail_out"), "todo")
        self.env["ir.mail_server"].create(
            {"name": "Relay", "smtp_host": "relay.example"}
        )
        step = self._look()["mail_out"]
        self.assertEqual(step["state"], "doing")
        self.assertIn("Relay (relay.example)", step["sentence"])
        mail = self.env["mail.mail"].create(
            {"subject": "One", "email_to": "a@b.example"}
        )
        message = self.env["mail.message"].create({"body": "One"})
        self.env["mail.notification"].create(
            {
                "mail_message_id": message.id,
                "res_partner_id": self.ana.partner_id.id,
                "notification_type": "email",
                "notification_status": "sent",
            }
        )
        self.assertEqual(self._state("mail_out"), "done")
        mail.write({"state": "exception", "failure_reason": "550 No relaying"})
        step = self._look()["mail_out"]
        self.assertEqual(step["state"], "warn")
        self.assertIn("550 No relaying", step["sentence"])

    def test_mails_that_wait(self):
        self.env["ir.mail_server"].create(
            {"name": "Relay", "smtp_host": "relay.example"}
        )
        self.env["mail.mail"].search([]).write({"state": "cancel"})
        self.env["mail.mail"].create(MAIL)
        self.assertNotEqual(self._state("mail_out"), "warn")
        with self.clock(minutes=16):
            step = self._look()["mail_out"]
            self.assertEqual(step["state"], "warn")
            self.assertIn("Scheduled jobs", step["sentence"])

    def test_address_of_the_team(self):
        self.company.alias_domain_id = False
        self.desk.alias_domain_id = False
        step = self._look()["alias"]
        self.assertEqual(step["state"], "todo")
        self.assertIn("domain", step["sentence"])
        domain = self.env["mail.alias.domain"].create({"name": "new.example"})
        self.company.alias_domain_id = domain
        self.assertEqual(self._state("alias"), "todo")
        self.desk.write({"alias_name": "help", "alias_domain_id": domain.id})
        step = self._look()["alias"]
        self.assertEqual(step["state"], "done")
        self.assertIn("help@new.example", step["sentence"])
        self.company.helpdesk_email = "hello@new.example"
        self.assertEqual(self._state("alias"), "note")

    def test_team(self):
        self.assertEqual(self._state("team"), "todo")
        self.desk.user_ids = self.laura
        self.assertEqual(self._state("team"), "done")

    def test_types(self):
        types = self.env["helpdesk.ticket.type"].search([])
        types.active = False
        self.assertEqual(self._state("types"), "todo")
        Type = self.env["helpdesk.ticket.type"]
        first = Type.create({"name": "Of others", "team_ids": self.team.ids})
        self.assertEqual(self._state("types"), "todo")
        first.team_ids += self.desk
        self.assertEqual(self._state("types"), "done")

    def test_hours(self):
        self.assertEqual(self._state("hours"), "todo")
        self.desk.calendar_id = self.env["resource.calendar"].create(
            {"name": "Mexico", "company_id": self.company.id}
        )
        step = self._look()["hours"]
        self.assertEqual(step["state"], "done")
        self.assertIn("Beginners (Mexico)", step["sentence"])

    def test_contact(self):
        self.assertEqual(self._state("contact"), "todo")
        self.company.helpdesk_emergency_phone = "+52 55 5550 0199"
        self.assertEqual(self._state("contact"), "todo")
        self.company.helpdesk_phone = "+52 55 5550 0100"
        self.assertEqual(self._state("contact"), "done")

    def test_languages(self):
        website = self.env["website"].create(
            {"name": "New", "company_id": self.company.id}
        )
        self.env["res.lang"]._activate_lang("es_419")
        english = self.env["res.lang"]._lang_get("en_US")
        website.language_ids = english
        self.assertEqual(self._state("languages"), "todo")
        website.language_ids = self.env["res.lang"].search([])
        self.assertEqual(self._state("languages"), "done")

    def test_two_factor(self):
        self.env["ir.config_parameter"].set_param("auth_totp.policy", False)
        self.assertEqual(self._state("two_factor"), "todo")
        self.env["ir.config_parameter"].set_param(
            "auth_totp.policy", "employee_required"
        )
        self.assertEqual(self._state("two_factor"), "done")

    def test_locations(self):
        """Those of another company's desk do not tick it."""
        self.env["helpdesk.ticket.location"].search([]).company_id = self.env.company
        self.assertEqual(self._state("locations"), "todo")
        self.location.company_id = False
        self.assertEqual(self._state("locations"), "done")

    def test_announcements(self):
        self.env["helpdesk.announcement"].search([]).company_id = self.env.company
        self.assertEqual(self._state("announcements"), "todo")

    # ------------------------------------------------------------
    # The page
    # ------------------------------------------------------------

    def test_not_for_us_and_back(self):
        """Put aside for this company alone."""
        self.assertFalse(self._look()["hours"]["aside"])
        self.Setup.setup_put_aside("hours", True)
        self.Setup.setup_put_aside("nonsense", True)
        self.assertEqual(self.company.helpdesk_setup_aside, "hours")
        self.assertTrue(self._look()["hours"]["aside"])
        self.assertFalse(self.env.company.helpdesk_setup_aside)
        self.Setup.setup_put_aside("hours", False)
        self.assertFalse(self._look()["hours"]["aside"])

    def test_a_step_that_fails_spoils_no_other(self):
        def fail(setup):
            setup.env.cr.execute("SELECT nonsense")

        with (
            patch.object(self.registry[SETUP], "_check_hours", fail),
            mute_logger(
                "odoo.sql_db",
                "odoo.addons.helpdesk_service_portal.models.helpdesk_setup",
            ),
        ):
            steps = self._look()
        self.assertEqual(steps["hours"]["state"], "warn")
        self.assertEqual(steps["team"]["state"], "todo")

    def test_buttons_lead_somewhere(self):
        """Who may not change Odoo's settings is told who may."""
        step = self._look()["contact"]
        self.assertFalse(step["action"])
        self.assertIn("Settings", step["hint"])
        self.mora.group_ids += self.env.ref("base.group_system")
        step = self._look()["contact"]
        self.assertTrue(step["action"])
        for code, step in self._look().items():
            if isinstance(step["action"], str):
                with self.subTest(step=code):
                    self.assertTrue(self.env.ref(step["action"]))

    def test_managers_only(self):
        for user in (self.sam, self.ines, self.ana):
            Setup = self.Setup.with_user(user)
            for call in (
                lambda Setup=Setup: Setup.setup_page(),
                lambda Setup=Setup: Setup.setup_put_aside("hours", True),
                lambda Setup=Setup: Setup.setup_send_test(self.desk.id),
            ):
                with self.subTest(user=user.name), self.assertRaises(AccessError):
                    call()


@tagged("post_install", "-at_install")
class TestSetupMail(SetupCommon, HttpCase):
    """S9 "a real test mail received back", over real servers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dovecot = Dovecot()
        cls.addClassCleanup(cls.dovecot.end)
        # what Odoo sends lies in the desk's mailbox, as with a provider
        cls.provider = SmtpServer(lambda raw: cls.dovecot.deliver(cls.mailbox, raw))
        cls.addClassCleanup(cls.provider.end)
        domain = cls.env["mail.alias.domain"].create({"name": "new.example"})
        cls.company.alias_domain_id = domain
        cls.desk.write({"alias_name": "help", "alias_domain_id": domain.id})
        cls.env["ir.mail_server"].search([]).active = False
        cls.env["fetchmail.server"].search([]).active = False
        cls.relay = cls.env["ir.mail_server"].create(
            {"name": "Relay", "smtp_host": "127.0.0.1", "smtp_port": cls.provider.port}
        )

    def setUp(self):
        super().setUp()
        type(self).mailbox = self._testMethodName
        self.last_ticket = self._get_last("helpdesk.ticket")
        self.last_line = self._get_last("helpdesk.ticket.mail.log")
        self.last_mail = self._get_last("mail.mail")

    def _get_last(self, model):
        return self.env[model].search([], order="id desc", limit=1).id or 0

    def _create_server(self, confirm=True):
        server = self.env["fetchmail.server"].create(
            {
                "name": "Mailbox",
                "server_type": "imap",
                "server": "127.0.0.1",
                "port": self.dovecot.imap,
                "user": self.mailbox,
                "password": PASSWORD,
            }
        )
        if confirm:
            server.button_confirm_login()
        return server

    def _fetch(self, server):
        self.env.flush_all()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            server.with_env(server.env(cr=cr))._fetch_mail()
        self.env.invalidate_all()

    def _send_queue(self):
        mails = self.env["mail.mail"].search([("id", ">", self.last_mail)])
        with patch.object(IrMail_Server, "_disable_send", lambda server: False):
            mails.send()

    def _send_test(self, moment=None, **delta):
        with self.clock(moment, **delta) as self.sent:
            self.Setup.setup_send_test(self.desk.id)
        return self.env["helpdesk.setup.mail"].search([], limit=1)

    def test_it_comes_back(self):
        """Sent, fetched, logged: no ticket, no acknowledgement, nobody is told."""
        server = self._create_server()
        self.assertEqual(self._state("mail_in"), "todo")
        test = self._send_test()
        step = self._look()["mail_in"]
        self.assertEqual(step["state"], "doing")
        self.assertIn("waits to be sent", step["sentence"])
        self._send_queue()
        step = self._look()["mail_in"]
        self.assertEqual(step["state"], "doing")
        self.assertIn("has left", step["sentence"])
        with self.clock(self.sent, seconds=14):
            self._fetch(server)
            step = self._look()["mail_in"]
        self.assertEqual(step["state"], "done")
        self.assertIn("help@new.example came back after 14 s", step["sentence"])
        self.assertEqual(test.reached_team_id, self.desk)
        line = self.env["helpdesk.ticket.mail.log"].search(
            [("id", ">", self.last_line)]
        )
        self.assertEqual(line.outcome, "test")
        self.assertFalse(line.ticket_id)
        self.assertEqual(self._get_last("helpdesk.ticket"), self.last_ticket)
        mails = self.env["mail.mail"].search([("id", ">", self.last_mail)])
        self.assertEqual(mails, test.mail_id)

    def test_a_copy_is_a_duplicate(self):
        """Two mailboxes with the same mail: no ticket of the second one either."""
        server = self._create_server()
        self._send_test()
        self._send_queue()
        raw = next((self.dovecot.home / "mail" / self.mailbox / "new").iterdir())
        raw = raw.read_bytes()
        self._fetch(server)
        self.dovecot.deliver(self.mailbox, raw)
        self._fetch(server)
        lines = self.env["helpdesk.ticket.mail.log"].search(
            [("id", ">", self.last_line)], order="id"
        )
        self.assertEqual(lines.mapped("outcome"), ["test", "duplicate"])
        self.assertEqual(self._get_last("helpdesk.ticket"), self.last_ticket)

    def test_refused_by_the_server(self):
        """What the outgoing server says is said at once."""
        self.relay.smtp_port = 1
        self._send_test()
        with mute_logger("odoo.addons.mail.models.mail_mail"):
            self._send_queue()
        step = self._look()["mail_in"]
        self.assertEqual(step["state"], "warn")
        self.assertIn("could not be sent", step["sentence"])

    def _look_later(self):
        with self.clock(self.sent, minutes=4):
            step = self._look()["mail_in"]
        self.assertEqual(step["state"], "warn")
        return " ".join(item["text"] for item in step["items"])

    def test_what_may_be_wrong(self):
        """… "must say plainly after a time what may be wrong"."""
        self._send_test()
        self.assertIn("scheduled jobs do not seem to run", self._look_later())
        self._send_queue()
        self.assertIn("No incoming mail server is set", self._look_later())
        server = self._create_server(confirm=False)
        self.assertIn("not confirmed", self._look_later())
        server.button_confirm_login()
        self.assertIn("Mailbox has not been read since", self._look_later())
        server.write({"error_date": "2020-01-01", "error_message": "Login refused"})
        self.assertIn("Login refused", self._look_later())
        server.write({"error_date": False, "user": "elsewhere"})
        with self.clock(self.sent, minutes=1):
            self._fetch(server)
        suspects = self._look_later()
        self.assertIn("elsewhere may not be the one", suspects)
        self.assertIn("spam folder", suspects)

    def test_late_is_better_than_never(self):
        server = self._create_server()
        self._send_test()
        self._send_queue()
        with self.clock(self.sent, minutes=10):
            self.assertEqual(self._state("mail_in"), "warn")
            self._fetch(server)
            self.assertEqual(self._state("mail_in"), "done")

    def test_another_address_than_the_team_s(self):
        """The provider rewrites the address: what a customer writes would be lost."""
        server = self._create_server()
        self._send_test()
        self.desk.alias_name = "other"
        self._send_queue()
        self._fetch(server)
        step = self._look()["mail_in"]
        self.assertEqual(step["state"], "warn")
        self.assertIn("not to the team's address", step["sentence"])
        self.assertEqual(self._get_last("helpdesk.ticket"), self.last_ticket)

    def test_a_second_click_sends_no_second_mail(self):
        first = self._send_test()
        self.assertEqual(self._send_test(self.sent, seconds=4), first)
        self.assertNotEqual(self._send_test(self.sent, minutes=1), first)

    def test_teams_without_an_address_or_of_others(self):
        for team in (self.team, self.desk):
            team.alias_name = False
            with self.subTest(team=team.name), self.assertRaises(UserError):
                self.Setup.setup_send_test(team.id)

    def test_nobody_makes_a_test_of_their_mail(self):
        """The words alone do not: who does not know the token opens a ticket."""
        raw = (
            b"From: zoe@nowhere.example\r\nTo: help@new.example\r\n"
            b"Subject: helpdesk-test-aaaaaaaaaaaaaaaaaaaaaaaa\r\n"
            b"X-Helpdesk-Test: helpdesk-test-aaaaaaaaaaaaaaaaaaaaaaaa\r\n"
            b"Message-ID: <zoe@nowhere.example>\r\n\r\nHelp\r\n"
        )
        self.env["mail.thread"].message_process(None, raw)
        self.assertGreater(self._get_last("helpdesk.ticket"), self.last_ticket)
