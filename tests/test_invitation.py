# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""People are invited: who, who not and why, so many an hour, and what came of it."""

from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .common import PORTAL
from .mail_servers import SmtpServer
from .test_get_password import PASSWORD, AccessMailCommon

MODULE = "helpdesk_service_portal"
SENDING = f"odoo.addons.{MODULE}.models.helpdesk_invitation_send"
BOUNCE = """\
From: MAILER-DAEMON@mx.hotel.example
To: {to}
Subject: Undelivered Mail Returned to Sender
Message-ID: <{key}@mx.hotel.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="cut"

--cut
Content-Type: text/plain

This is the mail system.
--cut
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.hotel.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {status} No such user here

--cut
Content-Type: message/rfc822

From: desk@test.example
To: {address}
Subject: Your access to the support
Message-ID: <gone@test.example>

You have access
--cut--
"""


class InvitationCommon(AccessMailCommon):
    """Nora, Pia and Rui of Hotel Sol have no account; Mora invites."""

    def setUp(self):
        super().setUp()
        self.env["helpdesk.invitation"].search([]).unlink()
        self.nora, self.pia, self.rui = (
            self._create_contact(name) for name in ("Nora Vidal", "Pia Sol", "Rui Mar")
        )
        self.company = self.env.company
        self.company.helpdesk_invitations_per_hour = 1000
        self.Invitation = self.env["helpdesk.invitation"].with_user(self.mora)

    def _create_contact(self, name, email=None, **vals):
        address = f"{name.split()[0].lower()}@sol.example" if email is None else email
        return self.env["res.partner"].create(
            {
                "name": name,
                "email": address,
                "parent_id": self.hotel.id,
                "lang": "en_US",
                **vals,
            }
        )

    def _open_wizard(self, *contacts, **vals):
        ids = [contact.id for contact in contacts]
        return (
            self.env["helpdesk.invitation.wizard"]
            .with_user(self.mora)
            .create({"source": "chosen", "contact_ids": [(6, 0, ids)], **vals})
        )

    def _invite(self, *contacts, **vals):
        """Let Mora invite these contacts; return their lines in that order."""
        self._open_wizard(*contacts, **vals).action_invite()
        return self._get_lines(*contacts)

    def _get_lines(self, *contacts):
        lines = self.env["helpdesk.invitation"].search([])
        by_contact = {line.partner_id: line for line in lines}
        return lines.browse(by_contact[contact].id for contact in contacts)

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(f"{MODULE}.ir_cron_invitations").method_direct_trigger()
        self.env.invalidate_all()

    def _bounce(self, address, action="failed", status="5.1.1", to="desk@test.example"):
        raw = BOUNCE.format(
            to=to, address=address, action=action, status=status, key=address
        )
        with mute_logger("odoo.addons.mail.models.mail_thread"):
            self.env["mail.thread"].message_process(None, raw)


@tagged("post_install", "-at_install")
class TestPreview(InvitationCommon):
    """Before anything is sent it is said who is invited, who is not and why."""

    def test_who_is_not_invited_and_why(self):
        """Issue 9: "people invited (preview ...)"; one reason for each."""
        self.env["mail.blacklist"].create({"email": "stop@sol.example"})
        removed = self._create_person("Removed", "removed", PORTAL, self.hotel)
        removed._end_portal_access()
        reasons = {
            self._create_contact("None", ""): "no_address",
            self._create_contact("Wrong", "nora at sol"): "invalid",
            self._create_contact("Stop"): "blacklisted",
            self._create_contact("Other Ana", "ANA@test.example"): "taken",
            self._create_contact("Other Nora", "nora@sol.example"): "twice",
            self._create_contact("Old", active=False): "archived",
            self.laura.partner_id: "internal",
            removed.partner_id: "removed",
        }
        self.env["res.users.log"].with_user(self.luis).sudo().create({})
        reasons[self.luis.partner_id] = "account"
        people = self.nora.union(*reasons)
        skips = self.Invitation._get_skips(people)
        self.assertEqual(skips, {who.id: why for who, why in reasons.items()})
        words = self.Invitation._get_skip_words()
        for reason in reasons.values():
            self.assertTrue(words[reason])

    def test_who_is_invited_already(self):
        lines = self._invite(self.nora, self.pia, self.rui)
        self.assertEqual(
            set(self.Invitation._get_skips(lines.partner_id).values()), {"queued"}
        )
        lines[0].write({"state": "sent", "date_sent": fields.Datetime.now()})
        lines[1].state = "bounced"
        lines[2].state = "failed"
        skips = self.Invitation._get_skips(lines.partner_id)
        self.assertEqual(skips, {self.nora.id: "invited", self.pia.id: "bounced"})

    def test_address_of_somebody_who_is_being_invited(self):
        self._invite(self.nora)
        twin = self._create_contact("Twin", "Nora@SOL.example")
        self.assertEqual(self.Invitation._get_skips(twin), {twin.id: "twice"})

    def test_one_query_for_all(self):
        """However many contacts, the reasons cost one statement."""
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@sol.example"} for n in range(300)]
        )
        self.env.flush_all()
        for some in (people[:3], people):
            self.Invitation._get_skip_words()
            with self.assertQueryCount(1):
                self.assertFalse(self.Invitation._get_skips(some))

    def test_preview_of_many_costs_the_same(self):
        people = self.env["res.partner"].create(
            [
                {"name": f"P{n}", "email": f"p{n}@sol.example", "parent_id": parent}
                for n, parent in enumerate([self.hotel.id] * 400)
            ]
        )
        counts = []
        for some in (people[:10], people):
            wizard = self._open_wizard(*some)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.assertEqual(wizard.invited_count, len(some))
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0] + 2, counts)

    def test_nothing_happens_before_it_is_said(self):
        """Issue 9: looking at who would be invited changes nothing."""
        users = self.env["res.users"].search_count([])
        with Form(self.env["helpdesk.invitation.wizard"].with_user(self.mora)) as form:
            form.source = "company"
            form.customer_ids.add(self.hotel)
            self.assertIn("Nora Vidal", form.invited_list)
            self.assertIn("/web/reset_password", form.mail_preview)
        self.assertEqual(self.env["res.users"].search_count([]), users)
        self.assertFalse(self.env["helpdesk.invitation"].search([]))
        self.assertFalse(self.env["mail.mail"].search([]))

    def test_mail_as_its_reader_sees_it(self):
        """The mail in the person's language, with our words and a dead link."""
        self.env["res.lang"]._activate_lang("es_MX")
        self.nora.lang = "es_MX"
        wizard = self._open_wizard(self.nora, welcome="Bienvenidos al portal nuevo")
        self.assertEqual(wizard.reader_id, self.nora)
        self.assertIn("Hola, Nora:", wizard.mail_preview)
        self.assertIn("Bienvenidos al portal nuevo", wizard.mail_preview)
        self.assertNotIn("token=", wizard.mail_preview)
        self._invite(self.nora, welcome="Bienvenidos al portal nuevo")
        self._run_cron()
        mail = self._get_mails("nora@sol.example")
        self.assertIn(mail.subject, wizard.mail_preview)
        self.assertIn("Hola, Nora:", mail.body_html)
        self.assertIn("Bienvenidos al portal nuevo", mail.body_html)

    def test_who_wrote_lately(self):
        with self.clock(days=-100):
            self._create_ticket(requester=self.eva)
            self.env.flush_all()
        self.env["helpdesk.ticket"].create(
            {"name": "Hi", "description": "x", "partner_id": self.nora.id}
        )
        found = self._open_wizard(source="wrote", months=2)._find_contacts()
        self.assertIn(self.nora, found)
        self.assertNotIn(self.eva.partner_id, found)
        found = self._open_wizard(source="wrote", months=5)._find_contacts()
        self.assertIn(self.eva.partner_id, found)

    def test_people_of_customers_and_locations(self):
        found = self._open_wizard(
            source="company", customer_ids=[(6, 0, self.hotel.ids)]
        )._find_contacts()
        self.assertLessEqual(self.nora | self.ana.partner_id, found)
        self.assertNotIn(self.eva.partner_id, found)
        self.assertNotIn(self.hotel, found)
        self.pia.helpdesk_location_ids = self.location
        self._create_ticket(location_id=self.location.id)
        found = self._open_wizard(
            source="location", location_ids=[(6, 0, self.location.ids)]
        )._find_contacts()
        self.assertEqual(found, self.pia | self.ana.partner_id)


@tagged("post_install", "-at_install")
class TestQueue(InvitationCommon):
    """So many an hour, each once, whatever becomes of the others."""

    def test_invited_person_gets_account_and_link(self):
        line = self._invite(self.nora)
        self.assertEqual(line.state, "queued")
        self.assertFalse(self.nora.user_ids)
        self._run_cron()
        self.assertEqual(self.nora.user_ids.login, "nora@sol.example")
        self.assertEqual((line.sent_count, line.email), (1, "nora@sol.example"))
        self.assertIn("/web/reset_password", self._get_link("nora@sol.example"))
        audit = self.env["helpdesk.audit"].search([("event", "=", "invited")], limit=1)
        self.assertEqual((audit.partner_id, audit.user_id), (self.nora, self.mora))

    def test_on_the_list_only(self):
        self._open_wizard(self.nora).action_list()
        line = self._get_lines(self.nora)
        self._run_cron()
        self.assertEqual(line.state, "draft")
        self.assertFalse(self.nora.user_ids)
        line.with_user(self.mora).action_queue()
        self._run_cron()
        self.assertTrue(self._get_mails("nora@sol.example"))

    def test_so_many_an_hour_spread(self):
        """24 an hour are two in five minutes, and never more than 24 in any hour."""
        self.company.helpdesk_invitations_per_hour = 24
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@sol.example"} for n in range(30)]
        )
        lines = self._invite(*people)
        start, moments = fields.Datetime.now(), []
        for minute in range(0, 90, 2):
            with self.clock(start, minutes=minute):
                self._run_cron()
            done = lines.filtered("handed_date")
            moments += [start + timedelta(minutes=minute)] * (len(done) - len(moments))
            if minute < 5:
                self.assertLessEqual(len(done), 2)
        self.assertEqual(len(moments), 30)
        for moment in moments:
            hour = [m for m in moments if moment <= m < moment + timedelta(hours=1)]
            self.assertLessEqual(len(hour), 24)
            slice_ = [m for m in moments if moment <= m < moment + timedelta(minutes=5)]
            self.assertLessEqual(len(slice_), 2)

    def test_none_leave_while_the_setting_is_0(self):
        self.company.helpdesk_invitations_per_hour = 0
        line = self._invite(self.nora)
        self._run_cron()
        self.assertEqual((line.state, line.handed_date), ("queued", False))
        self.assertIn("0 an", self._open_wizard(self.pia).summary)

    def test_failing_address_stops_nobody(self):
        """Robust: a line that fails says why; the others go on."""
        lines = self._invite(self.nora, self.pia, self.rui)
        Partner = type(self.env["res.partner"])
        invite = Partner._invite_to_portal

        def fail(partners, welcome=""):
            if partners.name == "Pia Sol":
                raise ValueError("broken name")
            return invite(partners, welcome)

        with (
            patch.object(Partner, "_invite_to_portal", fail),
            mute_logger(SENDING),
        ):
            self._run_cron()
        self.assertEqual(lines.mapped("state"), ["queued", "failed", "queued"])
        self.assertIn("broken name", lines[1].error)
        self.assertTrue(lines[0].handed_date and lines[2].handed_date)
        self.assertFalse(lines[1].handed_date)

    def test_what_changed_since_they_were_chosen(self):
        """Somebody signed in, lost the address or was archived meanwhile."""
        lines = self._invite(self.nora, self.pia, self.rui)
        self._create_person("Nora", "n", PORTAL).partner_id.email = "nora@sol.example"
        self.pia.email = "nothing"
        self.rui.active = False
        self.env["mail.mail"].search([]).unlink()
        self._run_cron()
        self.assertEqual(lines.mapped("state"), ["failed", "failed", "cancelled"])
        self.assertIn("Another contact has an account", lines[0].error)
        self.assertFalse(self.env["mail.mail"].search([]))

    def test_who_dies_in_between_invites_nobody_twice(self):
        """Robust: a line and its mail are one transaction."""
        people = self.env["res.partner"].create(
            [{"name": f"P{n}", "email": f"p{n}@sol.example"} for n in range(7)]
        )
        lines = self._invite(*people)
        Invitation = type(self.env["helpdesk.invitation"])
        send, count = Invitation._send_one, []

        def die(line):
            count.append(line)
            send(line)
            if len(count) == 4:
                raise KeyboardInterrupt

        with (
            patch.object(Invitation, "_send_one", die),
            self.assertRaises(KeyboardInterrupt),
            self.env.cr.savepoint(),
        ):
            lines._send()
        self.env.invalidate_all()
        self.assertEqual(len(count), 4)
        self.assertFalse(lines.filtered("handed_date"))
        self.assertFalse(self.env["mail.mail"].search([]))
        self._run_cron()
        self.assertEqual(len(lines.filtered("handed_date")), 7)
        for line in lines:
            self.assertEqual(line.sent_count, 1)
            self.assertEqual(len(self._get_mails(line.email)), 1)

    def test_two_who_invite_at_once(self):
        """One contact has one line, whoever invites."""
        self._invite(self.nora)
        with (
            self.assertRaisesRegex(Exception, "helpdesk_invitation_one_per_contact"),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env["helpdesk.invitation"].create(
                {"partner_id": self.nora.id, "company_id": self.company.id}
            )

    def test_rights(self):
        """Managers of the helpdesk invite, nobody else."""
        self._invite(self.nora)
        for user in (self.sam, self.ines, self.ana):
            with self.subTest(user=user.name):
                with self.assertRaises(AccessError):
                    self.env["helpdesk.invitation.wizard"].with_user(user).create({})
                lines = self._get_lines(self.nora).with_user(user)
                for name in ("action_queue", "action_cancel", "action_retry"):
                    with self.assertRaises(AccessError):
                        getattr(lines, name)()
        with self.assertRaises(AccessError):
            self.Invitation.create({"partner_id": self.pia.id})


@tagged("post_install", "-at_install")
class TestWhatCame(InvitationCommon):
    """Sent, back again, accepted, taken away: the list says which."""

    def _send(self, *contacts):
        """Invite and let the mails leave for a server that takes all."""
        lines = self._invite(*contacts)
        self._run_cron()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        return lines

    def test_sent(self):
        line = self._send(self.nora)
        self.assertEqual(line.state, "sent")
        self.assertTrue(line.date_sent)
        self.assertFalse(self.env["mail.mail"].search([("email_to", "ilike", "nora")]))

    def test_rehearsal_invites_nobody(self):
        """Issue 9: "Rehearsal per team: customer mails go to one address only"."""
        self.team.rehearsal_email = "rehearsal@test.example"
        self.assertIn("rehearsal@test.example", self._open_wizard(self.nora).summary)
        lines = self._invite(self.nora)
        self._run_cron()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        self.assertEqual(self._mails[0]["email_to"], ["rehearsal@test.example"])
        self.assertEqual((lines.state, lines.sent_count), ("draft", 0))
        self.assertIn("rehearsal@test.example", lines.error)
        self.team.rehearsal_email = False
        lines.with_user(self.mora).action_queue()
        self._run_cron()
        with self.mock_mail_gateway(mail_unlink_sent=True):
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        self.assertIn("nora@sol.example", self._mails[0]["email_to"][0])
        self.assertEqual((lines.state, lines.sent_count), ("sent", 1))

    def test_accepted_by_choosing_a_password(self):
        lines = self._invite(self.nora, self.pia)
        self._run_cron()
        self._use(self._get_token("nora@sol.example"))
        self.assertEqual(lines.mapped("state"), ["accepted", "queued"])
        self.assertTrue(lines[0].accepted_date)

    def test_accepted_by_signing_in(self):
        """By whatever link they came: a sign-in link, a password set by us."""
        lines = self._send(self.nora, self.pia)
        user = self.nora.user_ids
        user.password = PASSWORD
        self.assertEqual(lines[0].state, "sent")
        credential = {"login": user.login, "password": PASSWORD, "type": "password"}
        self.env["res.users"].authenticate(credential, {"interactive": True})
        self.env.invalidate_all()
        self.assertEqual(lines.mapped("state"), ["accepted", "sent"])

    def test_cancelled_when_removed(self):
        lines = self._send(self.nora, self.pia)
        self.nora.user_ids._end_portal_access()
        self.pia.user_ids.active = False
        self.pia.active = False
        self.assertEqual(lines.mapped("state"), ["cancelled", "cancelled"])

    def test_taken_back(self):
        """The link of who is not invited any more opens nothing."""
        line = self._invite(self.nora)
        self._run_cron()
        token = self._get_token("nora@sol.example")
        line.with_user(self.mora).action_cancel()
        self.assertEqual(line.state, "cancelled")
        self.assertEqual(self._get_mails("nora@sol.example").state, "cancel")
        with self.assertRaises(UserError):
            self._use(token)

    def test_came_back(self):
        """Issue 9: "bounced ones": by the report of a mail server, to the desk's or to
        the bounce address."""
        domain = self.env["mail.alias.domain"].search([], limit=1)
        for to in (self.team.alias_id.alias_full_name, domain.bounce_email):
            if not to:
                continue
            with self.subTest(to=to):
                lines = self._send(self.nora, self.pia)
                self._bounce("nora@sol.example", to=to)
                self.assertEqual(lines.mapped("state"), ["bounced", "sent"])
                self.assertEqual(lines[0].error, "5.1.1 No such user here")
                lines.unlink()
                self.env["helpdesk.ticket.mail.log"].search([]).unlink()

    def test_late_is_not_back(self):
        """A server that still tries, or that says it arrived, lost nothing."""
        line = self._send(self.nora)
        for action, status in (("delayed", "4.4.1"), ("delivered", "2.0.0")):
            self._bounce("nora@sol.example", action, status)
            self.assertEqual(line.state, "sent")

    def test_correct_the_address_and_send_again(self):
        """The contact and the account get it; the link of the earlier mail, which may
        be in somebody else's mailbox, opens nothing."""
        line = self._invite(self.nora)
        self._run_cron()
        token = self._get_token("nora@sol.example")
        with self.mock_mail_gateway():
            self.env["mail.mail"].search([]).send()
        self._bounce("nora@sol.example")
        self.assertEqual(line.state, "bounced")
        with Form(line.with_user(self.mora)) as form:
            form.address = "Nora.Vidal@sol.example"
        self.assertEqual(self.nora.email_normalized, "nora.vidal@sol.example")
        self.assertEqual(self.nora.user_ids.login, "nora.vidal@sol.example")
        self.assertEqual(self.nora.message_bounce, 0)
        with self.assertRaises(UserError):
            self._use(token)
        line.with_user(self.mora).action_retry()
        self._run_cron()
        self.assertEqual((line.state, line.sent_count), ("queued", 2))
        self._use(self._get_token("nora.vidal@sol.example"))
        self.assertEqual(line.state, "accepted")
        audit = self.env["helpdesk.audit"].search([("event", "=", "address")])
        self.assertEqual(audit.user_id, self.mora)
        self.assertIn("nora.vidal@sol.example", audit.details)

    def test_address_is_not_corrected_into_trouble(self):
        lines = self._send(self.nora, self.pia)
        mine = lines[0].with_user(self.mora)
        with self.assertRaisesRegex(UserError, "not an e-mail address"):
            mine.address = "nora at sol"
        with self.assertRaises(ValidationError), self.env.cr.savepoint():
            mine.address = "ana@test.example"
        self.env["res.users.log"].with_user(self.pia.user_ids).sudo().create({})
        with self.assertRaisesRegex(UserError, "account in use"):
            lines[1].with_user(self.mora).address = "other@sol.example"

    def test_again_after_some_days_at_most_so_often(self):
        """Issue 9: "resend": who has not come after N days, at most M times."""
        start = fields.Datetime.now()
        lines = self._send(self.nora, self.pia, self.rui)
        self._use_account(self.rui)
        wizard = self._open_wizard(source="again", days=7, times=2)
        self.assertEqual(wizard._find_contacts(), self.nora | self.pia)
        self.assertFalse(wizard.invited_count)
        with self.clock(start, days=8):
            wizard = self._open_wizard(source="again", days=7, times=2)
            self.assertEqual(wizard.invited_count, 2)
            lines[1].sent_count = 2
            wizard = self._open_wizard(source="again", days=7, times=2)
            self.assertEqual(wizard.invited_count, 1)
            self.assertIn("as often as you allow", wizard.skipped_list)
            wizard.action_invite()
            self._run_cron()
        self.assertEqual(lines.mapped("sent_count"), [2, 2, 1])
        self.assertTrue(self._get_mails("nora@sol.example"))
        self.assertEqual(lines[2].state, "accepted")

    def _use_account(self, contact):
        self.env["helpdesk.invitation"]._note_accepted(contact)

    def test_everybody_who_is_invited_is_on_the_list(self):
        """Also by a manager of the customer, by a call, by asking for a password."""
        self.nora._invite_to_portal()
        line = self._get_lines(self.nora)
        self.assertEqual((line.state, line.sent_count), ("queued", 1))
        self._run_cron()
        self.assertEqual(line.sent_count, 1)
        self.assertEqual(len(self._get_mails("nora@sol.example")), 1)

    def test_selected_ones_again(self):
        lines = self._send(self.nora, self.pia)
        self._bounce("pia@sol.example")
        told = lines.with_user(self.mora).action_queue()["params"]["message"]
        self.assertIn("Pia Sol", told)
        self.assertIn("correct the address first", told)
        self.assertEqual(lines.mapped("state"), ["queued", "bounced"])


@tagged("post_install", "-at_install")
class TestRealServer(InvitationCommon):
    """An SMTP server that refuses one recipient for good and one for now."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = RefusingServer()
        cls.addClassCleanup(cls.server.end)
        cls.env["ir.mail_server"].search([]).active = False
        cls.env["ir.mail_server"].create(
            {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": cls.server.port}
        )

    def test_refused_recipients(self):
        lines = self._invite(self.nora, self.pia, self.rui)
        self._run_cron()
        with (
            patch.object(IrMail_Server, "_disable_send", lambda server: False),
            mute_logger("odoo.addons.mail.models.mail_mail"),
        ):
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        self.assertEqual(lines.mapped("state"), ["sent", "bounced", "queued"])
        self.assertIn("550", lines[1].error)
        self.assertEqual(self.server.recipients, ["nora@sol.example"])
        late = self._get_mails("rui@sol.example")
        self.assertTrue(late.helpdesk_retry_date)
        self.server.full = False
        with (
            self.clock(late.helpdesk_retry_date, minutes=1),
            self.enter_registry_test_mode(),
        ):
            self.env.ref(f"{MODULE}.ir_cron_retry_mails").method_direct_trigger()
        self.env.invalidate_all()
        with patch.object(IrMail_Server, "_disable_send", lambda server: False):
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        self.assertEqual(lines.mapped("state"), ["sent", "bounced", "sent"])
        self.assertEqual(len(self.server.recipients), 2)


class RefusingServer(SmtpServer):
    full = True

    def __init__(self):
        self.recipients = []
        super().__init__()

    async def handle_RCPT(self, _server, _session, envelope, address, _options):
        if address.startswith("pia"):
            return "550 5.1.1 No such user here"
        if address.startswith("rui") and self.full:
            return "451 4.2.2 The mailbox is full for now"
        envelope.rcpt_tos.append(address)
        self.recipients.append(address)
        return "250 OK"
