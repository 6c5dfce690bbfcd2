# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .mail_in_common import MailboxCommon, make_mail

CRON = "helpdesk_service_portal.ir_cron_acknowledge"
RUN = "odoo.addons.helpdesk_service_portal.models.helpdesk_ticket_clock_run"


@tagged("post_install", "-at_install")
class TestMailAcknowledge(MailboxCommon):
    """Mails are read first and acknowledged together, within a minute."""

    def _take(self, *senders, **values):
        """Let the gateway have a mail of each sender; return the tickets."""
        for sender in senders:
            raw = make_mail(sender, self.desk, **values)
            self.env["mail.thread"].message_process(None, raw)
        self.env.flush_all()
        return self._get_tickets()

    def _run_cron(self):
        with self.enter_registry_test_mode():
            self.env.ref(CRON).method_direct_trigger()
        self.env.invalidate_all()

    def _get_notices(self, tickets):
        return tickets._get_public_messages().filtered(
            lambda message: message.message_type == "auto_comment"
        )

    def _get_mails(self, tickets):
        return self.env["mail.mail"].search(
            [("mail_message_id", "in", self._get_notices(tickets).ids)]
        )

    def test_the_sender_is_told_by_the_cron_that_was_asked_to_come(self):
        """S3-38 The sender gets a confirmation mail from the support agents."""
        asked = self.env["ir.cron.trigger"].search([])
        ticket = self._take(self.ana.email_formatted)
        asked = self.env["ir.cron.trigger"].search([]) - asked
        self.assertEqual(asked.cron_id, self.env.ref(CRON))
        self.assertFalse(self._get_notices(ticket))
        self._run_cron()
        self.assertEqual(len(self._get_notices(ticket)), 1)
        mail = self._get_mails(ticket)
        self.assertEqual(mail.recipient_ids, self.ana.partner_id)
        (first,) = ticket.message_ids.filtered(lambda m: m.message_type == "email")
        self.assertEqual(mail.references.split()[0], first.message_id)
        self.assertFalse(ticket.acknowledge_date or ticket.first_mail)

    def test_nobody_is_told_twice(self):
        ticket = self._take(self.ana.email_formatted)
        self._run_cron()
        self._run_cron()
        self.assertEqual(len(self._get_mails(ticket)), 1)

    def test_many_senders_take_hardly_more_statements_than_one(self):
        def count(senders):
            tickets = self._take(*senders) - known
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            tickets._acknowledge_now()
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        known = self.Ticket.browse()
        senders = [f"guest{number}@nowhere.example" for number in range(12)]
        count(senders[:1])
        known = self._get_tickets()
        one = count(senders[1:2])
        known = self._get_tickets()
        self.assertLessEqual(count(senders[2:]), one + 6)

    @mute_logger(RUN)
    def test_a_ticket_that_fails_keeps_nobody_waiting(self):
        tickets = self._take(self.ana.email_formatted, self.eva.email_formatted)
        broken = tickets.sorted("id")[:1]
        model = type(self.Ticket)
        works = model._acknowledge_now

        def fail(records):
            works(records)
            if broken in records:
                raise RuntimeError("Out of ink")

        with patch.object(model, "_acknowledge_now", fail):
            self._run_cron()
        self.assertFalse(self._get_notices(broken))
        self.assertEqual(len(self._get_notices(tickets - broken)), 1)
        self.assertTrue(broken.acknowledge_date)
        self.assertIn("Out of ink", broken.clock_note)

    def test_what_was_solved_meanwhile_is_not_acknowledged(self):
        ticket = self._take(self.ana.email_formatted)
        ticket.with_context(helpdesk_no_notice=True).action_solve()
        self._run_cron()
        self.assertFalse(self._get_notices(ticket))
        self.assertFalse(ticket.acknowledge_date)

    def test_a_machine_gets_no_acknowledgement(self):
        tickets = self._take(self.ana.email_formatted, Auto_Submitted="auto-generated")
        self.assertFalse(any(tickets.mapped("acknowledge_date")))
