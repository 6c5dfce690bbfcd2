# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""S1-04: who or what wrote a mail decides what becomes of it, before anything else."""

from odoo.tests import tagged

from .mail_in_common import MailboxCommon, make_mail

RECEIPT = """From: {sender}
To: {to}
Subject: Read: {subject}
Message-ID: <receipt@mail.hotel.example>
In-Reply-To: {answered}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary="x"

--x
Content-Type: text/plain

Your message was read.

--x
Content-Type: message/disposition-notification

Final-Recipient: rfc822; {sender}
Original-Message-ID: {answered}
Disposition: manual-action/MDN-sent-manually; displayed

--x--
"""
REPORT = """From: {sender}
To: {to}
Subject: Undelivered
Message-ID: <{action}@mx.example>
{headers}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

550 5.1.1 no such user

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; {address}
Action: {action}
Status: 5.1.1

--x
Content-Type: text/rfc822-headers

Message-ID: {returned}

--x--
"""


@tagged("post_install", "-at_install")
class TestMailSorted(MailboxCommon):
    """Machines, lists, no-reply addresses."""

    def test_auto_submitted_no_is_a_person(self):
        """S1-04: ``Auto-Submitted: no`` says that a person wrote."""
        line = self._receive(subject="Out of office printer", Auto_Submitted="no")
        self.assertEqual((line.kind, line.outcome), ("person", "ticket"))

    def test_machine_that_asks(self):
        """S1-04: an alarm of a machine is held, its sender may be accepted."""
        line = self._receive(self.stranger, Auto_Submitted="auto-generated")
        self.assertEqual((line.kind, line.outcome), ("auto_reply", "held"))
        self.assertEqual(line.reason, "machine")
        line.with_user(self.sam).action_accept_sender()
        self.assertEqual(line.outcome, "ticket")
        again = self._receive(self.stranger, Auto_Submitted="auto-generated")
        self.assertEqual(again.outcome, "ticket")

    def test_vacation_subject_alone(self):
        """S1-04: a person whose subject looks like a machine's is not lost."""
        line = self._receive(subject="Fuera de oficina: no funciona el WiFi")
        self.assertEqual((line.outcome, line.reason), ("held", "machine"))

    def test_auto_reply_in_a_ticket(self):
        """S1-16 An auto-reply does not count as an answer."""
        ticket = self._receive().ticket_id
        answer = self._answer(ticket, self.sam)
        count = ticket.interaction_count
        line = self._receive(
            Auto_Submitted="auto-replied", In_Reply_To=answer.message_id
        )
        self.assertEqual((line.outcome, line.ticket_id), ("auto_reply", ticket))
        self.assertEqual(ticket.interaction_count, count)
        self.assertTrue(ticket.message_ids[0].is_internal)

    def test_list(self):
        """S1-04: newsletters are held; a customer's group address is not."""
        line = self._receive(self.stranger, List_Id="<news.nowhere.example>")
        self.assertEqual((line.kind, line.outcome), ("list", "held"))
        self.assertFalse(self._get_tickets())
        line = self._receive(List_Id="<reception.hotel.example>")
        self.assertEqual((line.kind, line.outcome), ("list", "ticket"))

    def test_no_reply(self):
        """S1-04: mails of addresses that take no answers are held."""
        line = self._receive("noreply@booking.example")
        self.assertEqual((line.kind, line.outcome), ("no_reply", "held"))
        self.assertFalse(self._get_tickets())
        self.assertFalse(self._new_mails)

    def test_no_reply_in_a_ticket(self):
        """S1-04: what a customer's own helpdesk writes to a ticket is read."""
        ticket = self._receive("noreply@hotel.example").with_user(self.sam)
        ticket.action_release()
        ticket = ticket.ticket_id
        answer = self._answer(ticket, self.sam)
        line = self._receive(
            "noreply@hotel.example", body="Room 7", In_Reply_To=answer.message_id
        )
        self.assertEqual((line.outcome, line.ticket_id), ("reply", ticket))
        self.assertFalse(ticket.message_ids[0].is_internal)
        line = self._receive(
            "noreply@hotel.example",
            In_Reply_To=answer.message_id,
            Auto_Submitted="auto-generated",
        )
        self.assertEqual(line.outcome, "auto_reply")

    def test_several_senders(self):
        """S1-04: a mail of two senders is held: nobody knows whom to answer."""
        raw = make_mail(self.ana.email, self.desk)
        self._hand_in(b"From: eva@test.example\r\n" + raw)
        line = self._get_lines()
        self.assertEqual((line.outcome, line.reason), ("held", "several_senders"))


@tagged("post_install", "-at_install")
class TestBounce(MailboxCommon):
    """What servers say about mails of ours."""

    def setUp(self):
        super().setUp()
        self.ticket = self._receive().ticket_id
        self.ticket.user_id = self.laura
        self.answer = self._answer(self.ticket, self.laura)
        self.env.cr.flush()

    def _bounce(self, action="failed", returned=None, to=None, headers="", **values):
        values = {
            "sender": "MAILER-DAEMON@mx.example",
            "to": to or f"{self.alias_bounce}@{self.alias_domain}",
            "address": self.ana.email,
            "returned": returned or self.answer.message_id,
            **values,
        }
        self._hand_in(REPORT.format(action=action, headers=headers, **values).encode())
        return self._get_lines()[-1:]

    def _get_activities(self):
        kind = "helpdesk_service_portal.mail_activity_type_undelivered"
        return self.ticket.activity_ids.filtered(
            lambda a: a.activity_type_id == self.env.ref(kind)
        )

    def test_address_is_marked_and_assignee_told(self):
        """S1-04: a bounce marks the address and tells who takes care."""
        line = self._bounce()
        self.assertEqual((line.outcome, line.ticket_id), ("bounce", self.ticket))
        self.assertEqual(self.ana.partner_id.message_bounce, 1)
        self.assertEqual(self._get_activities().user_id, self.laura)
        self.assertEqual(len(self._get_tickets()), 1)

    def test_delay_is_no_failure(self):
        """S1-04: a server that keeps trying has not failed."""
        line = self._bounce("delayed")
        self.assertEqual((line.outcome, line.reason), ("bounce", "delayed"))
        self.assertFalse(self.ana.partner_id.message_bounce)
        self.assertFalse(self._get_activities())

    def test_only_header_names_the_address(self):
        """S1-04: a bounce of a server that writes no report marks the address."""
        raw = make_mail(
            "postmaster@mx.example",
            self.desk,
            "Undelivered",
            X_Failed_Recipients=self.ana.email,
            In_Reply_To=self.answer.message_id,
        )
        self._hand_in(raw)
        self.assertEqual(self._get_lines()[-1:].outcome, "bounce")
        self.assertEqual(self.ana.partner_id.message_bounce, 1)
        self.assertTrue(self._get_activities())

    def test_postmaster_may_be_a_person(self):
        """S1-04: who bounces nothing is not lost, whatever the name."""
        line = self._receive("postmaster@hotel.example", body="Our mail is down")
        self.assertEqual((line.outcome, line.reason), ("held", "unknown_bounce"))
        self.assertFalse(self.ana.partner_id.message_bounce)

    def test_read_receipt_is_no_bounce(self):
        """S1-04: a receipt marks nobody's address."""
        raw = RECEIPT.format(
            sender=self.ana.email,
            to=self.desk,
            subject="No WiFi",
            answered=self.answer.message_id,
        )
        self._hand_in(raw.encode())
        line = self._get_lines()[-1:]
        self.assertEqual((line.outcome, line.ticket_id), ("auto_reply", self.ticket))
        self.assertFalse(self.ana.partner_id.message_bounce)

    def test_vacation_reply_to_the_bounce_address(self):
        """S1-16: machines answer to the envelope's address; that is no bounce."""
        line = self._receive(
            to=f"{self.alias_bounce}@{self.alias_domain}",
            Auto_Submitted="auto-replied",
            In_Reply_To=self.answer.message_id,
        )
        self.assertEqual((line.outcome, line.ticket_id), ("auto_reply", self.ticket))
        self.assertFalse(self.ana.partner_id.message_bounce)
