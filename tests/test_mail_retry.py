# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""A mail server that is down: mails go again until they arrive or are given up."""

import socket
from contextlib import contextmanager
from smtplib import SMTPRecipientsRefused, SMTPServerDisconnected
from unittest.mock import patch

from aiosmtpd.controller import Controller

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server

from ..models.mail_mail import PAUSES
from .browser import Inbox
from .mail_common import MODULE, MailFlowCommon

SEND = "odoo.addons.mail.models.mail_mail"


@tagged("post_install", "-at_install")
class TestRetry(MailFlowCommon):
    def setUp(self):
        super().setUp()
        self.Server = type(self.env["ir.mail_server"])
        with self.clock(minutes=-5):
            self.message = self._answer(self.ticket, self.laura).sudo()
            self._commit()
        self.mail = self._get_mails()

    def _fail(self, error=None, connect=True):
        """Let the queue run while the server fails."""
        due = self.env["mail.mail"].search([("state", "=", "outgoing")])
        name = "_connect__" if connect else "send_email"
        with (
            self.mock_mail_gateway(),
            patch.object(self.Server, name, side_effect=error or OSError("down")),
            mute_logger(SEND),
        ):
            due.send()
        self._commit()

    def _retry(self):
        """Run our cron; what it puts into the queue is sent by the next run."""
        cron = self.env.ref(f"{MODULE}.ir_cron_retry_mails")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()

    def _get_status(self):
        return self.message.notification_ids.mapped("notification_status")

    def test_again_with_growing_pauses(self):
        """SMTP down: our notifications are sent again with growing pauses."""
        pauses = []
        now = fields.Datetime.now()
        for _count in range(4):
            with self.clock(now):
                self._fail()
                self.assertEqual(self.mail.state, "exception")
                self.assertTrue(self.ticket.mail_failed)
                self.assertIn("being sent again", self.ticket.mail_failed_text)
                due = self.mail.helpdesk_retry_date
                pauses.append((due - now).total_seconds() // 60)
            with self.clock(due, seconds=-5):
                self._retry()
                self.assertEqual(self.mail.state, "exception")
            with self.clock(due):
                self._retry()
                self.assertEqual(self.mail.state, "outgoing")
            now = due
        self.assertEqual(tuple(pauses), PAUSES[:4])
        self.assertEqual(sorted(PAUSES), list(PAUSES))
        with self.clock(now):
            self.assertEqual(len(self._send_due()), 1)
        self.assertEqual(self._get_status(), ["sent"])
        self.assertFalse(self.ticket.mail_failed)
        self.assertFalse(self.ticket.activity_ids)

    def test_given_up_in_the_open(self):
        """until delivered or given up in the open, and staff see which"""
        now = fields.Datetime.now()
        for _pause in PAUSES:
            with self.clock(now):
                self._fail()
                now = self.mail.helpdesk_retry_date
            with self.clock(now):
                self._retry()
        self.assertFalse(self.ticket.activity_ids)
        with self.clock(now):
            self._fail()
        self.assertEqual(self._get_status(), ["exception"])
        self.assertTrue(self.message.notification_ids.given_up)
        self.assertFalse(self.mail.helpdesk_retry_date)
        activity = self.ticket.activity_ids
        self.assertEqual(activity.user_id, self.laura)
        self.assertIn("ana@test.example", activity.note)
        self.assertIn("given up", self.ticket.mail_failed_text)
        Ticket = self.env["helpdesk.ticket"]
        self.assertIn(self.ticket, Ticket.search([("mail_failed", "=", True)]))
        self.assertNotIn(self.ticket, Ticket.search([("mail_failed", "=", False)]))

    def test_refused_for_good(self):
        """An address that does not exist is not asked again: somebody has to call."""
        error = SMTPRecipientsRefused({"ana@test.example": (550, b"5.1.1 unknown")})
        self._fail(error, connect=False)
        self.assertFalse(self.mail.helpdesk_retry_date)
        self.assertTrue(self.message.notification_ids.given_up)
        self.assertEqual(self.ticket.activity_ids.user_id, self.laura)

    def test_refused_for_now(self):
        """A server that asks to come back later (greylisting) is asked again."""
        error = SMTPRecipientsRefused({"ana@test.example": (451, b"4.7.1 later")})
        self._fail(error, connect=False)
        self.assertTrue(self.mail.helpdesk_retry_date)
        self.assertFalse(self.ticket.activity_ids)

    def test_broken_connection(self):
        """A connection that breaks leaves the mail in the queue."""
        with self.assertRaises(SMTPServerDisconnected), self.env.cr.savepoint():
            self._fail(SMTPServerDisconnected("gone"), connect=False)
        self.env.invalidate_all()
        self.assertEqual(self.mail.state, "outgoing")
        queue = self.env.ref("mail.ir_cron_mail_scheduler_action")
        Trigger = self.env["ir.cron.trigger"]
        Trigger.search([]).unlink()
        with self.clock(minutes=10):
            self._retry()
        self.assertTrue(Trigger.search([("cron_id", "=", queue.id)]))

    def test_who_got_it_gets_it_once(self):
        """Duplicate sends never as a record: of several people only those again who
        did not get it."""
        people = self.ana.partner_id | self.luis.partner_id
        self.ticket.participant_ids = [(0, 0, {"partner_id": self.luis.partner_id.id})]
        self.mail.recipient_ids = people
        self.env["mail.notification"].create(
            {
                "mail_message_id": self.message.id,
                "mail_mail_id": self.mail.id,
                "res_partner_id": self.luis.partner_id.id,
                "notification_type": "email",
                "notification_status": "ready",
            }
        )
        sent = []

        def send(_server, message, *_args, **_kwargs):
            if "luis" in message["To"]:
                raise OSError("down")
            sent.append(message["To"])
            return message["Message-Id"]

        with (
            self.mock_mail_gateway(),
            patch.object(self.Server, "send_email", send),
            mute_logger(SEND),
        ):
            self.mail.send()
        self.assertEqual(len(sent), 1)
        self.assertEqual(self.mail.recipient_ids, self.luis.partner_id)
        self.assertTrue(self.mail.helpdesk_retry_date)

    def test_other_mails_are_left_alone(self):
        """What is not about a ticket stays as the core leaves it."""
        mail = self.env["mail.mail"].create(
            {"email_to": "x@test.example", "subject": "Other", "body_html": "<p>x</p>"}
        )
        self.mail.unlink()
        self._fail()
        self.assertEqual(mail.state, "exception")
        self.assertFalse(mail.helpdesk_retry_date)


@tagged("post_install", "-at_install")
class TestRealServer(MailFlowCommon):
    """A real SMTP server that is down first."""

    @contextmanager
    def _server(self, port):
        inbox = Inbox()
        controller = Controller(inbox, hostname="127.0.0.1", port=port)
        controller.start()
        try:
            yield inbox
        finally:
            controller.stop()

    def _run_queue(self):
        with (
            patch.object(IrMail_Server, "_disable_send", lambda server: False),
            mute_logger(SEND),
        ):
            self.env["mail.mail"].search([("state", "=", "outgoing")]).send()
        self._commit()

    def test_same_message_id(self):
        """Kill or failure: a mail may reach a server again only with the same
        Message-ID, and never is there a second record."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.env["ir.mail_server"].search([]).active = False
        self.env["ir.mail_server"].create(
            {"name": "Test", "smtp_host": "127.0.0.1", "smtp_port": port}
        )
        message = self._answer(self.ticket, self.laura, "Ready, Ana").sudo()
        self.by_laura.action_solve()
        self._commit()
        mail = self._get_mails()
        self._run_queue()
        self.assertEqual(mail.state, "exception")
        notification = message.notification_ids
        self.assertEqual(notification.failure_type, "mail_smtp")
        with self.clock(minutes=3), self._server(port) as inbox:
            self.env["mail.mail"]._cron_retry_mails()
            self._run_queue()
        self.assertEqual(notification.notification_status, "sent")
        self.assertEqual(len(inbox.mails), 1)
        recipients, sent = inbox.mails[0]
        self.assertEqual(recipients, ["ana@test.example"])
        self.assertEqual(sent["Message-Id"], message.message_id)
        self.assertEqual(sent["Subject"], f"[#{self.ticket.number}] {self.ticket.name}")
        plain = sent.get_body(("plain",)).get_content()
        html = sent.get_body(("html",)).get_content()
        for words in ("Ready, Ana", "solved", "It will be closed on", "/mail/view?"):
            self.assertIn(words, plain)
            self.assertIn(words, html)
        self.assertNotIn("hsp-", plain)
        self.assertTrue(self.ticket._is_announcement_delivered())

    def test_notices_say_that_a_machine_writes(self):
        """An answering machine does not answer our notices (RFC 3834)."""
        self.ticket._post_notice("assigned")
        with self.mock_mail_gateway():
            headers = self._get_mails()._prepare_outgoing_list()[0]["headers"]
        self.assertEqual(headers["Auto-Submitted"], "auto-generated")
