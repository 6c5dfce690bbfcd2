# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""S1-04: a suspected loop is held, never dropped; many tickets are no loop."""

from odoo.tests import tagged

from .mail_in_common import MailboxCommon
from .statements import recorded_statements

REPLY = "Thank you for contacting us. Your case {0} was opened at 12:{0:02}."


@tagged("post_install", "-at_install")
class TestLoop(MailboxCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["ir.config_parameter"].set_param("mail.gateway.loop.threshold", "4")

    def test_loop_is_held(self):
        """S1-04: machines that answer each other stop, and all they said is kept."""
        lines = [
            self._receive(self.stranger, subject=f"Case {n}", body=REPLY.format(n))
            for n in range(7)
        ]
        self.assertEqual(
            [line.outcome for line in lines], ["ticket"] * 4 + ["held"] * 3
        )
        self.assertEqual({line.reason for line in lines[4:]}, {"loop"})
        self.assertTrue(all(line.raw for line in lines[4:]))
        self.assertEqual(len(self._get_tickets()), 4)

    def test_counted_numbers_do_not_hide_a_loop(self):
        """S1-04: a loop that counts up our numbers is one."""
        for number in range(4):
            self._receive(self.stranger, subject=f"Re: [#HX{number}] Help", body="Hm")
        line = self._receive(self.stranger, subject="Re: [#HX9] Help", body="Hm")
        self.assertEqual(line.reason, "loop")

    def test_many_tickets_of_one_address(self):
        """S1-04: an address that really opens many tickets is not a loop."""
        for room in range(101, 112):
            line = self._receive(
                subject=f"Room {room}: no WiFi", body=f"No WiFi in {room}"
            )
            self.assertEqual(line.outcome, "ticket")

    def test_same_words_other_files(self):
        """S1-04: a scanner sends many files with the same words."""
        for page in range(1, 8):
            line = self._receive(
                subject="Scan", body="", files=[("scan.pdf", b"%PDF" + b"x" * page)]
            )
            self.assertEqual(line.outcome, "ticket")

    def test_loop_ends_with_its_window(self):
        """S1-04: what was said long ago is no loop."""
        with self.clock(hours=-3):
            for _number in range(5):
                self._receive(self.stranger)
        self.assertEqual(self._receive(self.stranger).outcome, "ticket")

    def test_senders_who_may(self):
        """S1-04: staff and the core's list say who may repeat themselves."""
        self.env["mail.gateway.allowed"].create({"email": self.stranger})
        for _number in range(6):
            self.assertEqual(self._receive(self.stranger).outcome, "ticket")

    def test_desks_own_address(self):
        """S1-04: a mail in the desk's own name comes from a loop."""
        line = self._receive(f"Desk <{self.desk}>")
        self.assertEqual((line.outcome, line.reason), ("held", "own_address"))
        self.assertFalse(self._new_mails)

    def test_counting_uses_the_index(self):
        """S1-04: the count reads the mails of one address, however many came in."""
        log = self.env["helpdesk.ticket.mail.log"]
        log.create(
            [
                {"email_normalized": f"guest{n}@mails.example", "outcome": "ticket"}
                for n in range(2000)
            ]
        )
        log.flush_model()
        # what autovacuum does on a desk that receives mails: the planner knows them
        self.env.cr.execute("ANALYZE helpdesk_ticket_mail_log")
        with recorded_statements(own=True) as statements:
            self._receive(self.stranger)
        counting = [words for words in statements if "fingerprint =" in words]
        self.assertTrue(counting)
        for statement in counting:
            # the statement is one that our own mail gateway just ran
            self.env.cr.execute(f"EXPLAIN {statement}")  # pylint: disable=sql-injection
            plan = "\n".join(row[0] for row in self.env.cr.fetchall())
            self.assertIn("helpdesk_ticket_mail_log_sender_idx", plan)
