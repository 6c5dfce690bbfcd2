# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""S1-04: a mail in the name of our staff reaches customers only if it is proven."""

from odoo.tests import tagged

from .mail_in_common import MailboxCommon, make_mail

SERVER = "mx.desk.example"
PROOF = f"{SERVER}; dmarc=pass header.from=test.example"


@tagged("post_install", "-at_install")
class TestForged(MailboxCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.helpdesk_trusted_authserv = SERVER

    def setUp(self):
        super().setUp()
        self.ticket = self._receive().ticket_id
        self.ticket.user_id = self.laura
        self.answer = self._answer(self.ticket, self.laura)
        self.env.cr.flush()

    def _reply(self, **headers):
        """Answer in Laura's name."""
        return self._receive(
            self.laura.email,
            body="Please pay here",
            In_Reply_To=self.answer.message_id,
            **headers,
        )

    def _get_public(self):
        return self.ticket._get_public_messages().filtered(
            lambda m: "Please pay here" in m.body
        )

    def test_held_as_a_note(self):
        """S1-04: who claims to be of our staff and is not proven reaches nobody."""
        for value in (None, "mx.evil.example; dmarc=pass header.from=test.example"):
            with self.subTest(value=value):
                line = self._reply(Authentication_Results=value)
                self.assertEqual((line.outcome, line.reason), ("held", "forged"))
                self.assertEqual(line.ticket_id, self.ticket)
                self.assertFalse(self._get_public())
                note = self.ticket.message_ids[0]
                self.assertIn("Please pay here", note.body)
                self.assertIn("Confirm to send", note.body)
                self.assertIn(f'data-oe-id="{line.id}"', note.body)
                self.assertTrue(note.subtype_id.internal)
                self.assertNotEqual(note.author_id, self.laura.partner_id)
                self.assertNotIn(self.ana.partner_id, self._new_mails.recipient_ids)

    def test_confirmed(self):
        """S1-04: confirmed by staff it is sent, in the name of who wrote it."""
        line = self._reply()
        line.with_user(self.laura).action_release()
        message = self._get_public()
        self.assertEqual(message.author_id, self.laura.partner_id)
        self.assertEqual((line.outcome, line.ticket_id), ("reply", self.ticket))
        self.assertIn(self.ana.partner_id, message.notification_ids.res_partner_id)

    def test_proven(self):
        """S1-04: what our server vouches for is an answer."""
        line = self._reply(Authentication_Results=PROOF)
        self.assertEqual((line.outcome, line.kind), ("reply", "person"))
        self.assertEqual(self._get_public().author_id, self.laura.partner_id)

    def test_newest_result_counts(self):
        """S1-04: a header that came with the mail proves nothing."""
        result = f"{SERVER}; dmarc=fail header.from=test.example"
        mail = make_mail(
            self.laura.email,
            self.desk,
            body="Please pay here",
            In_Reply_To=self.answer.message_id,
            Authentication_Results=PROOF,
        )
        self._hand_in(f"Authentication-Results: {result}\r\n".encode() + mail)
        self.assertEqual(self._get_lines()[-1:].reason, "forged")

    def test_new_ticket_in_our_name(self):
        """S1-04: neither does such a mail open a ticket for somebody."""
        line = self._receive(self.laura.email)
        self.assertEqual((line.outcome, line.reason), ("held", "forged"))
        self.assertFalse(line.ticket_id)

    def test_customers_need_no_proof(self):
        """S1-04: it is about our own people; customers' mails come in."""
        self.assertEqual(self._receive(self.luis.email).outcome, "ticket")

    def test_off(self):
        """S1-04: where no server is named, nobody checks."""
        self.env.company.helpdesk_trusted_authserv = False
        self.assertEqual(self._reply().outcome, "reply")
