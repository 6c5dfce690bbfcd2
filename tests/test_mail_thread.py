# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Which ticket a mail joins: threading by trust."""

from odoo.exceptions import AccessError
from odoo.service.model import get_public_method
from odoo.tests import tagged

from .mail_in_common import make_mail
from .test_mail_new import MailNewCommon


@tagged("post_install", "-at_install")
class TestMailThread(MailNewCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._open(subject="No WiFi", Message_ID="<ana1@sol.example>")
        self.ours = self._get_acknowledgement(self.ticket).message_id
        self.last_ticket = self.ticket.id

    def _check_joins(self, sender=None, **values):
        count = self.ticket.interaction_count
        line = self._receive(sender, **values)
        self.assertEqual((line.outcome, line.ticket_id), ("reply", self.ticket))
        self.assertEqual(self.ticket.interaction_count, count + 1)
        self.assertFalse(self._get_tickets())

    def _check_new(self, sender=None, hint=True, **values):
        """Check that a mail opens a ticket, with a hint for staff; return it."""
        count = len(self.ticket.message_ids)
        ticket = self._open(sender, **values)
        self.assertNotEqual(ticket, self.ticket)
        self.assertEqual(len(self.ticket.message_ids), count, "nobody's thread")
        if hint:
            self.assertIn(f"#{self.ticket.number}", self._get_notes(ticket))
        else:
            self.assertNotIn(self.ticket.number, self._get_notes(ticket))
        self.assertNotIn(self.ticket.number, self._get_acknowledgement(ticket).body)
        return ticket

    def test_our_own_message_id(self):
        """S0-22 Several questions on one topic go in the same ticket by replying to
        it without changing the subject."""
        self._check_joins(subject="Re: No WiFi", In_Reply_To=self.ours)
        self._check_joins(subject="Re: No WiFi", References=f"<x@y> {self.ours}")

    def test_who_got_our_mail_may_answer_it(self):
        self._check_joins(self.stranger, subject="Re: No WiFi", In_Reply_To=self.ours)

    def test_a_known_foreign_message_id_of_a_participant(self):
        """S1-06 Who is in copy answers the customer's own mail to all."""
        heads = {"subject": "Re: No WiFi", "In_Reply_To": "<ana1@sol.example>"}
        self._check_joins(**heads)
        self._check_new(self.luis.email_formatted, **heads)
        self.ticket.participant_ids.create(
            {"ticket_id": self.ticket.id, "partner_id": self.luis.partner_id.id}
        )
        self._check_joins_again(self.luis.email_formatted, **heads)

    def _check_joins_again(self, sender, **values):
        line = self._receive(sender, **values)
        self.assertEqual((line.outcome, line.ticket_id), ("reply", self.ticket))

    def test_a_foreign_message_id_of_a_stranger(self):
        """A stranger never gets into somebody's thread."""
        ticket = self._check_new(
            self.stranger, subject="Re: No WiFi", In_Reply_To="<ana1@sol.example>"
        )
        self.assertEqual(ticket.partner_id.email, self.stranger)

    def test_who_is_listed_and_not_let_in_is_a_stranger(self):
        self.ticket.participant_ids.create(
            {
                "ticket_id": self.ticket.id,
                "partner_id": self.eva.partner_id.id,
                "included": False,
            }
        )
        self._check_new(
            self.eva.email_formatted,
            subject="Re: No WiFi",
            In_Reply_To="<ana1@sol.example>",
        )

    def test_the_number_of_a_participant(self):
        """A number in the subject counts for who takes part, however it is written."""
        number = self.ticket.number
        for subject in (
            f"[#{number}] No WiFi",
            f"Still the same: #{number.lower()}",
            f"RV: Re: [# {number}] No WiFi",
        ):
            self._check_joins(subject=subject)
        self._check_joins("ana+phone@test.example", subject=f"[#{number}]")

    def test_the_number_of_a_stranger(self):
        """A stranger quoting a number gets a new ticket with a hint for agents."""
        subject = f"[#{self.ticket.number}] No WiFi"
        for sender in (self.stranger, self.eva.email_formatted):
            ticket = self._check_new(sender, subject=subject)
            self.assertEqual(ticket.name, "No WiFi")

    def test_who_sees_it_by_their_scope_may_name_it(self):
        subject = f"[#{self.ticket.number}] No WiFi"
        self._check_new(self.luis.email_formatted, subject=subject)
        self.luis.partner_id.helpdesk_scope = "company"
        self._check_joins_again(self.luis.email_formatted, subject=subject)
        self.luis.partner_id.helpdesk_scope = "location"
        self._check_new(self.luis.email_formatted, subject=subject)
        self.location.manager_ids = self.luis.partner_id
        self._check_joins_again(self.luis.email_formatted, subject=subject)

    def test_staff_may_name_any(self):
        self._check_joins(
            self.laura.email_formatted, subject=f"[#{self.ticket.number}] No WiFi"
        )
        answer = self.ticket._get_public_messages()[-1:]
        self.assertEqual(answer.author_id, self.laura.partner_id)

    def test_unknown_numbers_and_references_are_nothing(self):
        self._check_new(hint=False, subject="[#HT99999999] No WiFi")
        self._check_new(
            hint=False, subject="Re: No WiFi", In_Reply_To="<none@sol.example>"
        )

    def test_an_answer_to_a_note_stays_a_note(self):
        """What a colleague passed on of our notes is answered among ourselves."""
        note = self._note(self.ticket, self.laura)
        count = self.ticket.interaction_count
        line = self._receive(
            self.stranger, subject="Re: No WiFi", In_Reply_To=note.message_id
        )
        self.assertEqual((line.outcome, line.ticket_id), ("reply", self.ticket))
        self.assertEqual(self.ticket.interaction_count, count)

    def test_a_customer_writes_no_notes(self):
        """S1-16 An answer by any means counts: a participant who was passed on one of
        our notes and answers it says something to us."""
        note = self._note(self.ticket, self.laura)
        self._check_joins(subject="Re: No WiFi", In_Reply_To=note.message_id)

    def test_a_closed_ticket_is_followed_up(self):
        """S2-33 Closed: end of the life cycle; an answer opens a linked ticket."""
        self.ticket._set_kind("closed")
        self.env.flush_all()
        line = self._receive(subject="Re: No WiFi", In_Reply_To=self.ours)
        self.assertEqual(line.outcome, "follow_up")
        self.assertEqual(line.ticket_id.previous_ticket_id, self.ticket)
        self.assertEqual(line.ticket_id.partner_id, self.ana.partner_id)

    def test_the_files_of_a_follow_up_are_seen(self):
        self.ticket._set_kind("closed")
        self.env.flush_all()
        line = self._receive(
            subject="Re: No WiFi",
            In_Reply_To=self.ours,
            files=[("list.pdf", b"%PDF-1.7 rooms"), ("tool.exe", b"MZ")],
        )
        files = line.ticket_id._get_public_attachments()
        self.assertEqual(files.mapped("name"), ["list.pdf"])
        notice = self._get_acknowledgement(line.ticket_id)
        self.assertIn("tool.exe", notice.body)
        self.assertIn(self.ticket.number, notice.body)

    def test_its_statements_do_not_grow(self):
        """An answer takes 50 statements at most, the log included."""
        self._receive(subject="Re: No WiFi", In_Reply_To=self.ours)
        self.ticket.user_id = self.laura
        self._forget_and_flush()
        raw = make_mail(
            self.ana.email_formatted,
            self.desk,
            subject="Re: No WiFi",
            In_Reply_To=self.ours,
        )
        with self.mock_mail_gateway(), self.assertQueryCount(50):
            self.env["mail.thread"].message_process(None, raw)
            self.env.cr.flush()

    def test_mails_come_in_by_one_door(self):
        """Nobody opens tickets or adds people by the methods of the mail gateway."""
        values = {
            "email_from": self.ana.email_formatted,
            "cc": self.eva.email_formatted,
            "subject": "x",
        }
        for user in (self.ana, self.luis, self.eva):
            with self.assertRaises(AccessError):
                self.ticket.with_user(user).message_update(dict(values))
            with self.assertRaises(AccessError):
                self.Ticket.with_user(user).message_new(dict(values))
        for name in ("message_route", "message_parse"):
            with self.assertRaises(AccessError):
                get_public_method(self.env["mail.thread"], name)

    def _forget_and_flush(self):
        self.env.cr.flush()
        self.env.invalidate_all()


@tagged("post_install", "-at_install")
class TestSubjectChange(MailNewCommon):
    def setUp(self):
        super().setUp()
        self.ticket = self._open(subject="1_No reservations from Booking")
        self.ours = self._get_acknowledgement(self.ticket).message_id
        self.last_ticket = self.ticket.id

    def _answer_by_mail(self, subject, sender=None):
        return self._receive(sender, subject=subject, In_Reply_To=self.ours)

    def test_it_stays_by_default(self):
        """S0-23 If the subject is changed, a new ticket is created: per team, and by
        default the threading headers decide."""
        line = self._answer_by_mail("The invoice of May")
        self.assertEqual((line.outcome, line.ticket_id), ("reply", self.ticket))
        self.assertEqual(self.ticket.name, "No reservations from Booking")

    def test_a_team_may_open_a_new_one(self):
        """S0-23 If the subject is changed, a new ticket is created: both tickets link
        to each other and the sender is told which number the mail got."""
        self.team.subject_change = "new"
        count = self.ticket.interaction_count
        line = self._answer_by_mail("RE: The invoice of May")
        ticket = line.ticket_id
        self.assertEqual(line.outcome, "ticket")
        self.assertEqual(ticket.name, "The invoice of May")
        self.assertEqual(ticket.team_id, self.team)
        self.assertEqual(ticket.partner_id, self.ana.partner_id)
        self.assertEqual(self.ticket.interaction_count, count)
        self.assertEqual(ticket.previous_ticket_id, self.ticket)
        self.assertEqual(self.ticket.follow_up_ids, ticket)
        told = self._get_acknowledgement(ticket).body
        self.assertIn(f"#{ticket.number}", told)
        self.assertIn(f"#{self.ticket.number}", told)
        self.assertIn("another subject", told)
        self.assertIn(ticket.number, self._get_notes(self.ticket))
        self.assertIn(self.ticket.number, self._get_notes(ticket))
        links = ticket.with_user(self.ana)._portal_linked_tickets()
        numbers = [row["number"] for row in links["previous"]]
        self.assertEqual(numbers, [self.ticket.number])

    def test_what_programs_do_to_a_subject_is_no_change(self):
        """S0-22 ... by replying to it without changing the subject."""
        self.team.subject_change = "new"
        for subject in (
            f"Re: [#{self.ticket.number}] No reservations from Booking",
            "RV: RE: 1_No reservations from Booking",
            "[EXTERNAL] Re: no  RESERVATIONS from booking",
            "Re: No reservations from Booki...",
            "Re:",
        ):
            line = self._answer_by_mail(subject)
            self.assertEqual(
                (line.outcome, line.ticket_id), ("reply", self.ticket), subject
            )

    def test_a_renamed_ticket_keeps_its_answers(self):
        """S0-22 An agent's better title is no change of the customer's."""
        self.team.subject_change = "new"
        self.ticket.name = "Booking: connection lost"
        line = self._answer_by_mail("Re: No reservations from Booking")
        self.assertEqual((line.outcome, line.ticket_id), ("reply", self.ticket))

    def test_our_side_changes_what_it_likes(self):
        self.team.subject_change = "new"
        line = self._answer_by_mail("Solved!", self.laura.email_formatted)
        self.assertEqual((line.outcome, line.ticket_id), ("reply", self.ticket))
