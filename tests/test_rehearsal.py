# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from datetime import datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from unittest.mock import patch

from odoo.exceptions import ValidationError
from odoo.tests import HttpCase, tagged

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from .clock_common import REQUEST, ClockCommon
from .mail_servers import SmtpServer

MONDAY = datetime(2026, 5, 4, 10)
TICKET = "helpdesk.ticket"
TESTER = "rehearsal@hoteldesk.example"


def after(**delta):
    return MONDAY + timedelta(**delta)


class RehearsalCase(ClockCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.rehearsal_email = TESTER
        cls.env.cr.flush()
        cls.env["mail.mail"].search([]).unlink()

    def _send(self, inside=False):
        """Send the queue; return the mails as [(to, subject, body)].

        :param bool inside: those to Laura, too
        """
        with self.mock_mail_gateway():
            self._get_queue().send()
        self.env.cr.flush()
        return [
            (",".join(mail["email_to"]), mail["subject"], mail["body"])
            for mail in self._mails
            if inside or self.laura.email not in ",".join(mail["email_to"])
        ]


@tagged("post_install", "-at_install")
class TestRehearsal(RehearsalCase):
    """Issue 9 "Rehearsal per team: customer mails go to one address only, a banner
    everywhere." """

    def _check_rehearsed(self, mails, *people):
        """All of these mails went to the tester and say for whom they were."""
        self.assertEqual({to for to, _subject, _body in mails}, {TESTER})
        for (_to, subject, body), person in zip(mails, people, strict=True):
            self.assertTrue(subject.startswith(f"[→ {person.email}]"), subject)
            words = body[body.index("<body") :] if "<body" in body else body
            first = words.index("Rehearsal: this e-mail was for")
            self.assertLess(first, 600, "the first line")
            self.assertIn(person.email, words[first : first + 200])

    def test_an_answer_goes_to_the_address_only(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        ticket.with_user(self.ana)._portal_add_person(self.luis.email)
        self.env.cr.flush()
        self._send()
        message = self._answer(ticket, self.laura, "We are on it").sudo()
        mails = self._send()
        self.assertEqual(len(mails), 2)
        self._check_rehearsed(
            sorted(mails, key=lambda mail: mail[1]), self.ana, self.luis
        )
        states = set(message.notification_ids.mapped("notification_status"))
        self.assertEqual(states, {"sent"}, "as it will be")

    def test_acknowledgement_reminder_and_details(self):
        Ticket = self.env["helpdesk.ticket"]
        ticket = Ticket.create(
            {
                "name": "Help",
                "description": "x",
                "partner_id": self.ana.partner_id.id,
                "team_id": self.team.id,
                "user_id": self.laura.id,
            }
        )
        self._check_rehearsed(self._send(), self.ana)
        with self.clock(MONDAY):
            ticket.with_user(self.laura).action_wait_customer(REQUEST)
            self.env.cr.flush()
            self._send()
        with self.clock(after(hours=25)):
            self._run_clock("ir_cron_send_reminders", send=False)
            self._check_rehearsed(self._send(), self.ana)
        self.assertEqual(ticket.reminder_count, 1)

    def test_our_own_people_get_their_mails(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        self.env.cr.flush()
        self._send()
        self._answer(ticket, self.ana, "Any news?")
        mails = self._send(inside=True)
        self.assertEqual(len(mails), 1)
        self.assertIn(self.laura.email, mails[0][0])
        self.assertNotIn("Rehearsal", mails[0][2])

    def test_addresses_without_contact(self):
        """Mails of other hands about a ticket, to addresses and in copy."""
        ticket = self._create_ticket()
        self.env["mail.mail"].create(
            {
                "model": "helpdesk.ticket",
                "res_id": ticket.id,
                "subject": "By another addon",
                "body_html": "<p>Hello</p>",
                "email_to": self.ana.email,
                "email_cc": "boss@hotel.example",
            }
        )
        mails = self._send()
        self._check_rehearsed(mails, self.ana)
        self.assertIn("boss@hotel.example", mails[0][2])
        self.assertFalse(self._mails[0].get("email_cc"))

    def test_other_teams_write_as_always(self):
        other = self._create_team("Other", self.laura)
        ticket = self._create_ticket(team_id=other.id, user_id=self.laura.id)
        self.env.cr.flush()
        self._send()
        self._answer(ticket, self.laura)
        mails = self._send()
        self.assertIn(self.ana.email, mails[0][0])
        self.assertNotIn("Rehearsal", mails[0][2])

    def test_summaries_of_a_rehearsing_team_go_apart(self):
        other = self._create_team("Other", self.laura)
        mine, theirs = self._create_ticket(), self._create_ticket(team_id=other.id)
        Digest = self.env["helpdesk.mail.digest"]
        for ticket in mine | theirs:
            message = self._answer(ticket, self.laura)
            Digest._add(self.ana.partner_id, ticket, message, MONDAY)
        self.env.cr.flush()
        self._get_queue().unlink()
        Digest.search([("partner_id", "=", self.ana.partner_id.id)])._send(
            self.ana.partner_id
        )
        mails = {to: body for to, _subject, body in self._send()}
        self.assertIn(mine.number, mails[TESTER])
        self.assertNotIn(theirs.number, mails[TESTER])
        rest = mails.keys() - {TESTER}
        self.assertEqual(len(rest), 1)

    def test_invitations_sign_in_links_and_visitors(self):
        self.ana._send_access_mail("invitation")
        self.env["helpdesk.sign.in.link"]._tell_owner(self.luis)
        self.env["helpdesk.visitor.request"]._take(
            {"name": "Eva", "address": self.eva.email},
            {"name": "Help", "description": "x", "submission_key": "k" * 20},
        )
        mails = self._send()
        self._check_rehearsed(
            sorted(mails, key=lambda mail: mail[1]), self.ana, self.eva, self.luis
        )
        self.ana._send_access_mail("reset")
        mails = self._send()
        self.assertIn(self.ana.email, mails[0][0], "asked for by the person")

    def test_announcements(self):
        ticket = self._create_ticket()
        announcement = self.env["helpdesk.announcement"].create(
            {
                "name": "No reservations",
                "date_start": MONDAY,
                "date_end": after(days=1),
                "ticket_id": ticket.id,
            }
        )
        line = self.env["helpdesk.announcement.affected"].create(
            {"announcement_id": announcement.id, "partner_id": self.ana.partner_id.id}
        )
        line.mail_to_send = "update"
        line._send_due()
        self._check_rehearsed(self._send(), self.ana)

    # ------------------------------------------------------------
    # The clock
    # ------------------------------------------------------------

    def test_the_clock_solves_and_closes_nothing(self):
        """design 4: nobody is solved by the clock who was not reminded."""
        with self.clock(MONDAY):
            waiting, solved = self._wait(), self._solve()
            self._send_mails()
        for days in range(1, 9):
            with self.clock(after(days=days)):
                self._run_clock()
        self.assertEqual(self._count_reminders(waiting), 3)
        self.assertEqual(waiting.stage_kind, "waiting_customer")
        self.assertEqual(solved.stage_kind, "solved")
        with self.clock(after(days=9)):
            self.team.rehearsal_email = False
        self.assertFalse(waiting.reminder_count, "nobody was reminded yet")
        self.assertEqual(waiting.auto_close_date, after(days=13, hours=1))
        self.assertFalse(solved.announcement_id)

    def test_what_is_queued_at_the_end_reaches_no_customer(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        self._answer(ticket, self.laura)
        self.env.cr.flush()
        self.team.rehearsal_email = False
        self._check_rehearsed(self._send(), self.ana)
        self._answer(ticket, self.laura, "Now for real")
        self.assertIn(self.ana.email, self._send()[0][0])

    # ------------------------------------------------------------
    # What is said of it
    # ------------------------------------------------------------

    def test_begin_and_end_are_audited(self):
        self.team.with_user(self.mora).rehearsal_email = False
        line = self.env["helpdesk.audit"].search([("event", "=", "rehearsal")], limit=1)
        self.assertEqual(line.user_id, self.mora)
        self.assertIn("ended", line.details)

    def test_exactly_one_address(self):
        for wrong in ("somebody", "a@b.example, c@d.example"):
            with self.assertRaises(ValidationError):
                self.team.rehearsal_email = wrong
        self.team.rehearsal_email = f"  {TESTER} "
        self.assertEqual(self.team.rehearsal_email, TESTER)
        self.assertIn(self.team, self.team.search([("is_rehearsal", "=", True)]))

    def test_the_desk_says_so(self):
        page = self._create_ticket().with_user(self.sam).desk_page()
        self.assertIn(TESTER, page["red_lines"][0])
        self.assertFalse(page["call_lines"], "nothing a call to the customer mends")


@tagged("post_install", "-at_install")
class TestRehearsalPages(RehearsalCase, HttpCase):
    def test_banner(self):
        ticket = self._create_ticket()
        self.authenticate(self.ana.login, self.ana.login)
        pages = ("/my", "/my/tickets", f"/my/ticket/{ticket.id}", "/new/ticket")
        for page in pages:
            self.assertIn("This is a rehearsal.", self.url_open(page).text, page)
        self.team.rehearsal_email = False
        for page in pages:
            self.assertNotIn("This is a rehearsal.", self.url_open(page).text, page)

    def test_banner_where_people_are_added(self):
        """ "a banner everywhere": where addresses are added, and people invited."""
        self.ana.partner_id.helpdesk_is_manager = True
        ticket = self._create_ticket()
        luis = self.luis.partner_id
        self.authenticate(self.ana.login, self.ana.login)
        pages = (
            f"/my/ticket/{ticket.id}/people",
            "/my/people",
            "/my/people/invite",
            f"/my/people/{luis.id}",
        )
        for page in pages:
            self.assertIn("This is a rehearsal.", self.url_open(page).text, page)
        self.team.rehearsal_email = False
        for page in pages:
            self.assertNotIn("This is a rehearsal.", self.url_open(page).text, page)


@tagged("post_install", "-at_install")
class TestRehearsalWholeWay(RehearsalCase):
    """With a real SMTP server, and the answer that comes back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.smtp = Envelopes()
        cls.addClassCleanup(cls.smtp.end)
        cls.env["ir.mail_server"].search([]).active = False
        cls.env["ir.mail_server"].create(
            {"name": "Sink", "smtp_host": "127.0.0.1", "smtp_port": cls.smtp.port}
        )

    def _deliver(self):
        self.env.cr.flush()
        with patch.object(IrMail_Server, "_disable_send", lambda server: False):
            self._get_queue().send()

    def test_no_byte_to_a_customer_and_the_way_back(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        ticket.with_user(self.ana)._portal_add_person(self.luis.email)
        self._deliver()
        self.smtp.envelopes.clear()
        answer = self._answer(ticket, self.laura, "We are on it")
        message_id = answer.sudo().message_id
        self._deliver()
        envelopes = self.smtp.envelopes
        self.assertEqual(len(envelopes), 2)
        for envelope in envelopes:
            self.assertEqual(envelope.rcpt_tos, [TESTER])
        mails = [message_from_bytes(e.content, policy=default) for e in envelopes]
        mails.sort(key=lambda mail: mail["Subject"])
        for mail, person in zip(mails, (self.ana, self.luis), strict=True):
            self.assertEqual(mail["To"], TESTER)
            self.assertEqual(mail["X-Helpdesk-Rehearsal"], person.email)
            self.assertIn(f"#{ticket.number}", mail["Subject"])
            text = mail.get_body(("plain",)).get_content()
            self.assertTrue(text.startswith("Rehearsal: this e-mail was for"), text)
        self.assertEqual(len({mail["Message-Id"] for mail in mails}), 2)
        self.assertEqual(answer.sudo().message_id, message_id, "answers find it")
        # who tries it out answers the mail that was for Luis
        reply = EmailMessage()
        reply["From"], reply["To"] = TESTER, mails[1]["Reply-To"] or "desk@example.com"
        reply["Subject"] = "Re: " + mails[1]["Subject"]
        reply["Message-Id"] = "<reply-1@tester.example>"
        reply["In-Reply-To"] = mails[1]["Message-Id"]
        reply["References"] = f"{mails[1]['References']} {mails[1]['Message-Id']}"
        reply.set_content("It works, thank you for asking, see you")
        self.team.subject_change = "new"
        before = self.env["helpdesk.ticket"].search_count([])
        with patch.object(IrMail_Server, "_disable_send", lambda server: False):
            self.env["mail.thread"].message_process(TICKET, reply.as_bytes())
        self.assertEqual(self.env["helpdesk.ticket"].search_count([]), before)
        message = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(message.author_id, self.luis.partner_id)
        self.assertEqual(ticket.queue_date, message.date)

    def test_a_stranger_does_not_speak_for_a_customer(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        self._answer(ticket, self.laura, "We are on it")
        self.smtp.envelopes.clear()
        self._deliver()
        mail = message_from_bytes(self.smtp.envelopes[-1].content, policy=default)
        reply = EmailMessage()
        reply["From"], reply["To"] = "other@example.com", "desk@example.com"
        reply["Subject"] = mail["Subject"]
        reply["Message-Id"] = "<reply-2@other.example>"
        reply["In-Reply-To"] = mail["Message-Id"]
        reply.set_content("I say that I am Ana")
        self.env["mail.thread"].message_process(TICKET, reply.as_bytes())
        message = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertNotIn(self.ana.partner_id, message.author_id)


class Envelopes(SmtpServer):
    """Keeps to whom each mail was sent, whatever its heads say."""

    def __init__(self):
        self.envelopes = []
        super().__init__()

    async def handle_DATA(self, _server, _session, envelope):
        self.envelopes.append(envelope)
        return "250 OK"
