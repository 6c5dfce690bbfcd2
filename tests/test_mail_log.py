# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""S1-04: each mail that comes in ends in a line that says what became of it."""

import base64
from unittest.mock import patch

from psycopg2.errors import SerializationFailure

from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_in_common import LOG, MailboxCommon, make_mail

THREAD = "odoo.addons.helpdesk_service_portal.models.mail_thread"


@tagged("post_install", "-at_install")
class TestMailLog(MailboxCommon):
    """What becomes of a mail."""

    def test_new_ticket(self):
        """S1-04 Each inbound mail ends as a new ticket."""
        line = self._receive(subject="No WiFi in 101")
        ticket = self._get_tickets()
        self.assertEqual(ticket.name, "No WiFi in 101")
        self.assertEqual(
            (line.outcome, line.kind, line.ticket_id), ("ticket", "person", ticket)
        )
        self.assertEqual(line.team_id, self.team)
        self.assertEqual(line.email_normalized, "ana@test.example")
        self.assertFalse(line.raw)
        self.assertTrue(line.message_key.startswith("<"))

    def test_added_message(self):
        """S1-04 Each inbound mail ends as an added message."""
        ticket = self._receive().ticket_id
        answer = self._answer(ticket, self.sam)
        line = self._receive(
            subject="Re: No WiFi", body="Still", In_Reply_To=answer.message_id
        )
        self.assertEqual((line.outcome, line.ticket_id), ("reply", ticket))
        self.assertEqual(len(self._get_tickets()), 1)
        self.assertIn("Still", ticket.message_ids[0].body)

    def test_same_mail_twice(self):
        """S1-04: the same mail twice is one ticket, with or without Message-ID."""
        for headers in ({}, {"Message_ID": None}, {"Message_ID": None, "Date": None}):
            with self.subTest(headers=headers):
                self.setUp()
                raw = make_mail(self.ana.email, self.desk, **headers)
                self.assertTrue(self._hand_in(raw))
                self.assertFalse(self._hand_in(raw.replace(b"\r\n", b"\n")))
                self.assertEqual(len(self._get_tickets()), 1)
                first, second = self._get_lines()
                self.assertEqual(first.outcome, "ticket")
                self.assertEqual(second.outcome, "duplicate")
                self.assertEqual(second.ticket_id, first.ticket_id)
                self.assertFalse(second.raw)

    def test_mails_without_message_id_differ(self):
        """S1-04: without Message-ID two mails are one only if they say the same."""
        for body in ("No WiFi in 101", "No WiFi in 102"):
            self._receive(body=body, Message_ID=None)
        self.assertEqual(len(self._get_tickets()), 2)

    def test_duplicate_with_another_text_is_kept(self):
        """S1-04: a device that uses a Message-ID twice loses no mail."""
        one = self._receive(body="Scan 1", Message_ID="<scan@printer.example>")
        two = self._receive(body="Scan 2", Message_ID="<scan@printer.example>")
        self.assertEqual((one.outcome, two.outcome), ("ticket", "duplicate"))
        self.assertEqual(two.reason, "other_text")
        self.assertIn(b"Scan 2", base64.b64decode(self._get_raw(two)))

    def test_our_own_mail_comes_back(self):
        """S1-04: a mail of ours that a server sends back opens nothing."""
        ticket = self._receive().ticket_id
        answer = self._answer(ticket, self.sam)
        line = self._receive(Message_ID=answer.message_id)
        self.assertEqual((line.outcome, line.reason), ("duplicate", "ours"))
        self.assertEqual(self._get_tickets(), ticket)

    def test_unknown_address_of_ours(self):
        """S1-04: a mail to an address of ours that nobody has is held, not dropped."""
        for address in ("dexk", self.alias_catchall):
            with self.subTest(address=address):
                line = self._receive(to=f"{address}@{self.alias_domain}")
                self.assertEqual(
                    (line.outcome, line.reason), ("held", "unknown_address")
                )
                self.assertIn(b"Since this morning", base64.b64decode(line.raw))
                self.assertEqual(line.snippet, "Since this morning")
                self.assertFalse(self._get_tickets())
                self.assertFalse(self._new_mails.exists())

    def test_others_mails_are_left_alone(self):
        """S1-04: mails for other models go the core's way and are no lines of ours."""
        self.env["mail.alias"].create(
            {
                "alias_name": "people",
                "alias_model_id": self.env["ir.model"]._get_id("res.partner"),
                "alias_domain_id": self.mail_alias_domain.id,
            }
        )
        raw = make_mail(self.ana.email, f"people@{self.alias_domain}", "A new person")
        partner_id = self._hand_in(raw)
        self.assertEqual(
            self.env["res.partner"].browse(partner_id).name, "A new person"
        )
        self.assertFalse(self._get_lines())

    def test_no_sender(self):
        """S1-04: a mail of nobody is held."""
        line = self._receive(sender="", From=None)
        self.assertEqual((line.outcome, line.reason), ("held", "no_sender"))

    def test_refused_sender(self):
        """S1-04: a mail of whom we never accept is refused and kept."""
        self.env["helpdesk.ticket.mail.sender"].create(
            [
                {"address": "@nowhere.example", "accepts": False},
                {"address": "ZOE2@nowhere.example", "accepts": True},
            ]
        )
        line = self._receive(self.stranger)
        self.assertEqual((line.outcome, line.reason), ("refused", "sender"))
        self.assertTrue(line.raw)
        self.assertEqual(self._receive("zoe2@nowhere.example").outcome, "ticket")

    def test_who_may_hand_in_mails(self):
        """S1-04: nobody plays the mail server by calling it."""
        thread = self.env["mail.thread"]
        for user in (self.ana, self.sam, self.ines):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                thread.with_user(user).message_process(
                    "helpdesk.ticket", make_mail(self.eva.email, self.desk)
                )
        self.assertFalse(self._get_tickets())


@tagged("post_install", "-at_install")
class TestMailFailure(MailboxCommon):
    """What becomes of a mail when something goes wrong."""

    def _break(self, method="message_new", error=None):
        return patch.object(
            self.env.registry["helpdesk.ticket"],
            method,
            side_effect=error or ValueError("odd"),
        )

    @mute_logger(THREAD)
    def test_error_in_any_code(self):
        """S1-04: an error of ours or another addon's loses no mail.

        The alias stays valid, its sender reads of no invalid alias.
        """
        for method in ("message_new", "create", "message_post"):
            with self.subTest(method=method):
                with self._break(method):
                    line = self._receive(body=f"No WiFi, {method}")
                self.assertEqual((line.outcome, line.reason), ("failed", "error"))
                self.assertIn(method.encode(), base64.b64decode(self._get_raw(line)))
                self.assertIn("odd", line.details)
                self.assertFalse(self._get_tickets())
                self.assertFalse(self._new_mails.exists())
                self.assertNotEqual(self.team.alias_id.alias_status, "invalid")

    @mute_logger(THREAD, "odoo.sql_db")
    def test_database_error(self):
        """S1-04: neither does an error of the database."""

        def fail(*_args, **_kwargs):
            self.env.cr.execute("SELECT 1 / 0")

        with self._break(error=fail):
            line = self._receive()
        self.assertEqual(line.outcome, "failed")
        self.assertTrue(self._receive().ticket_id)

    @mute_logger(THREAD)
    def test_unreadable(self):
        """S1-04: a mail that cannot be read is kept."""
        with patch.object(
            self.env.registry["mail.thread"],
            "_message_parse_extract_payload",
            side_effect=LookupError("odd"),
        ):
            line = self._receive()
        self.assertEqual((line.outcome, line.reason), ("failed", "unreadable"))
        self.assertEqual(line.email_normalized, "ana@test.example")
        self.assertTrue(line.raw)

    def test_what_another_try_may_mend_is_raised(self):
        """S1-04: a mail that met another transaction is handed in again."""
        with self._break(error=SerializationFailure()):
            with self.assertRaises(SerializationFailure), self.env.cr.savepoint():
                self._receive()
        self.assertFalse(self._get_lines())

    @mute_logger(THREAD)
    def test_retry(self):
        """S1-04: what failed is processed again when its cause is gone."""
        with self._break():
            line = self._receive(subject="No WiFi in 7")
        line.with_user(self.sam).action_retry()
        self.assertEqual(line.outcome, "ticket")
        self.assertEqual(line.ticket_id.name, "No WiFi in 7")
        self.assertEqual(line.ticket_id.partner_id, self.ana.partner_id)
        self.assertEqual(line.decided_by_id, self.sam)
        self.assertFalse(line.raw)
        self.assertEqual(self.Log.search_count([("id", ">", self.last_line)]), 1)

    def test_line_stays_when_work_is_undone(self):
        """S1-04: of a mail that failed nothing stays but its line."""
        create = self.env.registry["helpdesk.ticket"].create

        def fail(records, vals_list):
            create(records, vals_list)
            raise ValueError("late")

        with (
            mute_logger(THREAD),
            patch.object(self.env.registry["helpdesk.ticket"], "create", fail),
        ):
            line = self._receive(self.stranger)
        self.assertEqual(line.outcome, "failed")
        self.assertFalse(self._get_tickets())
        self.assertFalse(
            self.env["res.partner"].search([("email", "=", self.stranger)])
        )
        self.assertTrue(line.exists() and LOG)
