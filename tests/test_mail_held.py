# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""S1-04: what staff decides about mails that were held."""

import base64
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .mail_in_common import LOG, MailboxCommon

ACTIVITY = "helpdesk_service_portal.mail_activity_type_held"


@tagged("post_install", "-at_install")
class TestMailHeld(MailboxCommon):
    def setUp(self):
        super().setUp()
        self.line = self._receive(
            self.stranger, subject="No WiFi", List_Id="<list.nowhere.example>"
        )
        self.assertEqual(self.line.outcome, "held")

    def _preview(self, user=None, is_move=False, ticket=None):
        """Return what the dialog shows."""
        line = self.line.with_user(user or self.sam)
        with self.enter_registry_test_mode():
            action = line.action_preview_move() if is_move else line.action_preview()
            wizard = self.env[action["res_model"]].with_user(user or self.sam)
            wizard = wizard.browse(action["res_id"])
            if ticket:
                wizard.ticket_id = ticket
            preview = str(wizard.preview or "")
        return wizard, preview

    def test_release_shows_what_the_customer_gets(self):
        """S1-04: before a mail is released one sees what it sends to whom."""
        last_mail = self.env["mail.mail"].search([], limit=1, order="id desc")
        _wizard, preview = self._preview()
        self.assertIn(self.team.name, preview)
        self.assertIn(self.stranger, preview)
        self.assertIn("No WiFi", preview)
        self.assertFalse(self._get_tickets())
        self.assertEqual(
            self.env["mail.mail"].search([], limit=1, order="id desc"), last_mail
        )
        self.assertEqual(self.line.outcome, "held")

    def test_preview_uses_up_no_number(self):
        """S1-04: what is only tried out leaves no gap in the numbers."""
        before = self._create_ticket().number
        self._preview()
        after = self._create_ticket().number
        self.assertEqual(int(after[2:]), int(before[2:]) + 1)

    def test_release(self):
        """S1-04: a released mail becomes what it would have been."""
        wizard, _preview = self._preview()
        wizard.action_release()
        self.assertEqual(self.line.outcome, "ticket")
        ticket = self.line.ticket_id
        self.assertEqual(ticket.name, "No WiFi")
        self.assertEqual(ticket.partner_email, self.stranger)
        self.assertEqual(self.line.decided_by_id, self.sam)
        self.assertFalse(self.line.raw)
        event = self.env["helpdesk.audit"].search([], limit=1, order="id desc")
        self.assertEqual((event.event, event.user_id), ("held_mail", self.sam))

    def test_released_once(self):
        """S1-04: two people who release one mail open one ticket."""
        self.line.with_user(self.sam).action_release()
        with self.assertRaises(UserError):
            self.line.with_user(self.mora).action_release()
        self.assertEqual(len(self._get_tickets()), 1)

    def test_unknown_address_goes_to_the_default_team(self):
        """S1-04: a mail to an address that nobody has can still become a ticket."""
        line = self._receive(to=f"dexk@{self.alias_domain}")
        line.with_user(self.sam).action_release()
        self.assertEqual(line.outcome, "ticket")
        self.assertEqual(line.ticket_id.team_id, self.env.company.helpdesk_team_id)
        self.assertEqual(line.ticket_id.partner_id, self.ana.partner_id)

    def test_move_to_another_ticket(self):
        """S1-04: a mail can be moved to the ticket that it belongs to."""
        ticket = self._create_ticket()
        wizard, preview = self._preview(is_move=True)
        self.assertFalse(preview)
        wizard, preview = self._preview(is_move=True, ticket=ticket)
        self.assertIn(ticket.number, preview)
        self.assertFalse(ticket._get_public_messages())
        wizard.action_release()
        self.assertEqual((self.line.outcome, self.line.ticket_id), ("reply", ticket))
        self.assertIn("Since this morning", ticket._get_public_messages()[-1:].body)
        self.assertFalse(self._get_tickets() - ticket)

    def test_not_into_a_ticket_out_of_reach(self):
        """S1-04: nobody moves a mail to a ticket that they may not write to."""
        ticket = self._create_ticket(user_id=self.sam.id)
        with self.assertRaises(AccessError):
            self.line.with_user(self.laura).action_move(ticket.with_user(self.laura))
        self.assertEqual(self.line.outcome, "held")

    def test_never_accept(self):
        """S1-04: a sender nobody wants to hear is refused from now on."""
        self.line.with_user(self.sam).action_refuse_sender()
        self.assertEqual((self.line.outcome, self.line.reason), ("refused", "sender"))
        self.assertTrue(self.line.raw)
        again = self._receive(self.stranger)
        self.assertEqual((again.outcome, again.reason), ("refused", "sender"))
        self.assertFalse(self._get_tickets())

    def test_always_accept(self):
        """S1-04: a sender one knows is not held again."""
        self.line.with_user(self.sam).action_accept_sender()
        self.assertEqual(self.line.outcome, "ticket")
        again = self._receive(self.stranger, List_Id="<list.nowhere.example>")
        self.assertEqual(again.outcome, "ticket")

    def test_dismissed(self):
        """S1-04: what nobody wants is refused, kept, and may still be released."""
        self.line.with_user(self.sam).action_dismiss()
        self.assertEqual(
            (self.line.outcome, self.line.reason), ("refused", "dismissed")
        )
        self.assertTrue(self.line.raw)
        self.line.with_user(self.sam).action_release()
        self.assertEqual(self.line.outcome, "ticket")

    def test_who_decides(self):
        """S1-04: agents decide about the mails of their teams, nobody else."""
        for user in (self.ana, self.ines):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.line.with_user(user).action_release()
            self.assertEqual(self.env[LOG].with_user(user).get_held_count(), 0)
        other = self._create_team("Other desk", self.sam)
        self.line.team_id = other
        with self.assertRaises(AccessError):
            self.line.with_user(self.laura).action_release()
        self.line.with_user(self.sam).action_release()
        self.assertEqual(self.line.outcome, "ticket")

    def test_nobody_writes_lines(self):
        """S1-04: what became of a mail is not rewritten."""
        for user in (self.ana, self.laura, self.mora):
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.line.with_user(user).write({"outcome": "refused"})
            with self.subTest(user=user.name), self.assertRaises(AccessError):
                self.line.with_user(user).unlink()

    def test_counter(self):
        """S1-04: the menu says how many mails wait."""
        Log = self.env[LOG].with_user(self.sam)
        before = Log.get_held_count()
        self.line.with_user(self.sam).action_dismiss()
        self.assertEqual(Log.get_held_count(), before - 1)

    def test_reason_in_the_readers_language(self):
        """S1-04: why a mail is held is said in words."""
        self.assertEqual(
            self.line.reason_text,
            "A mailing list sent it, and its sender is not known.",
        )
        codes = self.env[LOG]._get_reason_words()
        self.assertNotIn(self.line.reason_text, codes)

    def test_form_shows_the_mail(self):
        """S1-04: one reads a mail before deciding, and nothing in it runs."""
        line = self._receive(
            self.stranger,
            body="See <b>below</b>",
            List_Id="<list.nowhere.example>",
            files=[("list.pdf", b"%PDF")],
        ).with_user(self.sam)
        self.assertIn("below", line.body)
        self.assertNotIn("<b>", line.body)
        self.assertEqual(line.file_names, "list.pdf")
        self.assertTrue(line.can_decide)

    # ------------------------------------------------------------
    # Activity
    # ------------------------------------------------------------

    def _remind(self, hours):
        with self.clock(hours=hours):
            self.env[LOG]._cron_remind_of_held()
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", LOG),
                ("res_id", ">", self.last_line),
                ("activity_type_id", "=", self._ref(ACTIVITY)),
            ]
        )

    def _ref(self, xmlid):
        return self.env["ir.model.data"]._xmlid_to_res_id(xmlid)

    def test_activity_after_four_hours(self):
        """S1-04: after four working hours somebody finds an activity, one in all."""
        self.team.user_id = self.marta
        old = [("id", "<=", self.last_line), ("outcome", "in", ("held", "failed"))]
        self.Log.search(old).outcome = "refused"
        other = self._receive(self.stranger, List_Id="<list2.nowhere.example>")
        self.assertFalse(self._remind(3.9))
        activity = self._remind(4.1)
        self.assertEqual(activity.res_id, self.line.id)
        self.assertEqual(activity.user_id, self.marta)
        self.assertIn("2", activity.summary)
        self.assertEqual(self._remind(5), activity)
        self.line.with_user(self.sam).action_dismiss()
        self.assertEqual(self._remind(6).res_id, other.id)

    def test_hours_are_working_hours(self):
        """S1-04: what comes in the evening is due four working hours later."""
        self.team.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Nine to five",
                "tz": "UTC",
                "attendance_ids": [
                    fields.Command.create(
                        {
                            "name": str(day),
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 17,
                        }
                    )
                    for day in range(5)
                ],
            }
        )
        friday = fields.Datetime.to_datetime("2026-11-27 16:00:00")
        with self.clock(friday):
            line = self._receive(self.stranger, List_Id="<list2.nowhere.example>")
        monday = fields.Datetime.to_datetime("2026-11-30 12:00:00")
        self.assertEqual(line.decide_before, monday)
        self.assertGreater(line.decide_before - friday, timedelta(days=2))

    # ------------------------------------------------------------
    # Senders
    # ------------------------------------------------------------

    def test_senders_are_addresses(self):
        """S1-04: a sender is an address or a domain, written as mails have it."""
        Sender = self.env["helpdesk.ticket.mail.sender"].with_user(self.mora)
        lines = Sender.create(
            [{"address": " ANA@Hotel.example "}, {"address": "@Hotel.EXAMPLE"}]
        )
        self.assertEqual(
            lines.mapped("address"), ["ana@hotel.example", "@hotel.example"]
        )
        for address in ("hotel", "@", "a b"):
            with self.subTest(address=address), self.assertRaises(ValidationError):
                Sender.create({"address": address})

    def test_whole_mail_can_be_saved(self):
        """S1-04: the mail as it came is there to be looked at."""
        self.assertIn(b"List-Id", base64.b64decode(self._get_raw(self.line)))
        self.assertIn("/raw/", self.line.with_user(self.sam).action_download()["url"])
