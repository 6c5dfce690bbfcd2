from odoo.tests import tagged

from .common import HelpdeskCommon

MAIL = """From: {email_from}
To: {to}
Cc: {cc}
Message-ID: <one@test.example>
Subject: {subject}

{body}
"""


@tagged("post_install", "-at_install")
class TestMailOut(HelpdeskCommon):
    """One mail per answer, in the customer's words, from the desk."""

    def test_the_requester_gets_an_acknowledgement(self):
        """S3-38 The sender gets a confirmation mail from the support agents with a
        link to the helpdesk where the status can be checked."""
        with self.mock_mail_gateway():
            ticket = self.env["helpdesk.ticket"].create(
                {
                    "name": "No WiFi",
                    "description": "In the lobby",
                    "partner_id": self.ana.partner_id.id,
                    "user_id": False,
                }
            )
            self.flush_tracking()
        mails = self._new_mails.filtered(
            lambda mail: self.ana.partner_id in mail.recipient_ids
        )
        self.assertEqual(len(mails), 1)
        self.assertEqual(mails.subject, f"[#{ticket.number}] No WiFi")
        mails._render_pending()
        self.assertIn(ticket.number, mails.body_html)
        self.assertIn("/mail/view", mails.body_html)
        notice = ticket._get_public_messages()
        self.assertEqual(notice.message_type, "auto_comment")

    def test_who_sends_in_the_portal_gets_it_too(self):
        """S3-38 The sender gets a confirmation mail."""
        with self.mock_mail_gateway():
            ticket = (
                self.env["helpdesk.ticket"]
                .with_user(self.ana)
                ._portal_submit({"name": "No WiFi", "description": "In the lobby"})
            )
            self.flush_tracking()
        self.assertEqual(self._new_mails.recipient_ids, self.ana.partner_id)
        self.assertEqual(self._new_mails.subject, f"[#{ticket.number}] No WiFi")

    def test_followers_of_the_team_are_told_of_a_new_ticket(self):
        self.team.message_subscribe(self.marta.partner_id.ids)
        with self.mock_mail_gateway():
            self._create_ticket()
        self.assertIn(self.marta.partner_id, self._new_mails.recipient_ids)

    def test_one_mail_per_answer(self):
        """S0-20 The answer arrives in the portal and by mail; one mail per answer."""
        ticket = self._create_ticket(user_id=self.laura.id)
        with self.mock_mail_gateway():
            answer = self._answer(ticket, self.laura, "Restarted the router")
            self.flush_tracking()
        mails = self._new_mails.filtered(
            lambda mail: self.ana.partner_id in mail.recipient_ids
        )
        self.assertEqual(len(mails), 1)
        self.assertIn("Restarted the router", mails.body_html)
        self.assertIn(answer, ticket._get_public_messages())

    def test_solving_tells_the_requester_in_the_thread(self):
        ticket = self._create_ticket()
        self.stages["solved"].mail_template_id = self.env.ref(
            "helpdesk_service_portal.mail_template_solved"
        )
        with self.mock_mail_gateway():
            ticket.action_solve()
            self.flush_tracking()
        mails = self._new_mails.filtered(
            lambda mail: self.ana.partner_id in mail.recipient_ids
        )
        self.assertEqual(len(mails), 1)
        self.assertEqual(ticket._get_public_messages().message_type, "auto_comment")

    def test_a_mail_opens_a_ticket_for_its_sender(self):
        """S3-33 Mail to the official support address creates the ticket."""
        self.team.write(
            {"alias_name": "desk", "alias_contact": "everyone", "copies": "all"}
        )
        with self.mock_mail_gateway():
            ticket = self.format_and_process(
                MAIL,
                "Pepe <pepe@new.example>",
                f"{self.team.alias_name}@{self.alias_domain}",
                cc="luis@test.example",
                subject="Invoice missing",
                target_model="helpdesk.ticket",
                extra="",
                body="Where is it?",
            )
        self.assertEqual(ticket.partner_id.email_normalized, "pepe@new.example")
        self.assertFalse(ticket.user_id)
        self.assertEqual(ticket.interaction_count, 1)
        self.assertIn("Where is it?", ticket.description)
        sources = dict(
            zip(
                ticket.participant_ids.partner_id,
                ticket.participant_ids.mapped("source"),
                strict=True,
            )
        )
        self.assertEqual(sources[self.luis.partner_id], "mail_copy")
        self.assertTrue(ticket.with_user(self.luis).has_access("read"))
