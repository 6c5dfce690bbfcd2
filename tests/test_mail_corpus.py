# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""More than two hundred mails, each handed in twice: what became of them, as a table.

The table is printed: ``./dev/test tests/test_mail_corpus.py -s``.
"""

import sys
from collections import Counter

from odoo import tools
from odoo.tests import tagged

from .mail_corpus import GROUPS
from .mail_corpus.builder import mail
from .mail_in_common import MailboxCommon

HEAD = ("mails", "ticket", "reply", "not a person's", "held", "refused", "duplicate")
MACHINES = ("auto_reply", "bounce")


@tagged("post_install", "-at_install")
class TestMailCorpus(MailboxCommon):
    """S1-04 "Every email becomes a numbered ticket": none is lost, doubled, looped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        domain = cls.env["mail.alias.domain"].create({"name": "desk.example"})
        cls.team.write({"alias_name": "support", "alias_domain_id": domain.id})
        sales = cls._create_team("Sales", cls.sam)
        sales.write({"alias_name": "ventas", "alias_domain_id": domain.id})
        cls.ticket = cls._create_ticket()
        cls._answer(cls, cls.ticket, cls.laura)
        cls.Mail = cls.env["mail.mail"].sudo()
        cls.tables = {}

    def get_message_id(self):
        """Return the Message-ID of what the desk wrote to Ana last."""
        return self.ticket.message_ids[:1].message_id

    def _hand_in_case(self, case):
        """Hand in a mail; return its new lines and the new tickets."""
        self.last_line = self.Log.search([], limit=1).id or 0
        self.last_ticket = self.Ticket.search([], order="id desc", limit=1).id or 0
        raw = case.raw(self) if callable(case.raw) else case.raw
        with tools.mute_logger(
            "odoo.addons.helpdesk_service_portal.models.mail_thread"
        ):
            self._hand_in(raw)
        return raw, self._get_lines(), self._get_tickets()

    def _check_group(self, name):
        counts, lost, doubled, looped, wrong = Counter(), [], [], [], []
        for case in GROUPS[name]:
            last_mail = self.Mail.search([], order="id desc", limit=1).id
            raw, line, tickets = self._hand_in_case(case)
            counts["mails"] += 1
            counts[line.outcome] += 1
            with self.subTest(case=case.name):
                if len(line) != 1 or not self._is_kept(case, line, tickets):
                    lost.append(case.name)
                if line.outcome not in case.outcome.split(","):
                    wrong.append(f"{case.name}: {line.outcome} {line.reason or ''}")
                if line.outcome in (*MACHINES, "held", "refused", "duplicate") and (
                    self._get_answers(last_mail, line)
                ):
                    looped.append(case.name)
                self._check_content(case, line)
            tickets_before = self.Ticket.search_count([])
            with tools.mute_logger(
                "odoo.addons.helpdesk_service_portal.models.mail_thread"
            ):
                self._hand_in(raw)
            again = self._get_lines()[1:]
            if (
                self.Ticket.search_count([]) != tickets_before
                or again.outcome != "duplicate"
            ):
                doubled.append(f"{case.name}: {again.outcome}")
        self._print_row(name, counts, lost, doubled, looped)
        self.assertFalse(wrong, "another outcome than expected")
        self.assertFalse(lost, "lost")
        self.assertFalse(doubled, "twice")
        self.assertFalse(looped, "answered a machine")

    def _is_kept(self, case, line, tickets):
        """Tell whether the mail is in a ticket, or its source on the line."""
        if line.outcome in ("ticket", "reply", "follow_up"):
            return len(tickets) <= 1 + case.name.startswith("two-al") and line.ticket_id
        if line.outcome in MACHINES:
            return True
        return line.outcome == "duplicate" or bool(self._get_raw(line))

    def _get_answers(self, last_mail, line):
        """Return mails to the sender since."""
        mails = self.Mail.search([("id", ">", last_mail)])
        addresses = ",".join(
            [*filter(None, mails.mapped("email_to"))]
            + mails.recipient_ids.mapped("email")
        )
        sender = line.email_normalized
        return bool(sender) and sender in tools.email_normalize_all(addresses)

    def _check_content(self, case, line):
        if line.outcome not in ("ticket", "reply", "follow_up"):
            return
        ticket = line.ticket_id
        files = self.env["ir.attachment"].search(
            [("res_model", "=", ticket._name), ("res_id", "=", ticket.id)]
        )
        names = Counter(files.mapped("name"))
        bodies = [str(ticket.description), *map(str, ticket.message_ids.mapped("body"))]
        everything = " ".join([ticket.name, *bodies, *names])
        for word in case.words:
            self.assertIn(word, everything)
        for word in case.lacks:
            self.assertNotIn(word, " ".join(bodies))
        self.assertFalse(Counter(case.files) - names, f"files: {dict(names)}")
        self.assertFalse(set(case.absent) & set(names))

    def _print_row(self, name, counts, lost, doubled, looped):
        """Print how a group of mails ended."""
        kept = counts["reply"] + counts["follow_up"]
        machines = sum(counts[outcome] for outcome in MACHINES)
        figures = (
            counts["mails"],
            counts["ticket"],
            kept,
            machines,
            counts["held"],
            counts["refused"] + counts["failed"],
            counts["duplicate"],
            len(lost),
            len(doubled),
            len(looped),
        )
        titles = (*HEAD, "lost", "twice", "looped")
        cells = ", ".join(
            f"{figure} {title}"
            for figure, title in zip(figures, titles, strict=True)
            if figure or title in ("lost", "twice", "looped")
        )
        sys.stderr.write(f"\n  {name:<11} {cells}")

    def test_there_are_enough(self):
        self.assertGreaterEqual(sum(map(len, GROUPS.values())), 120)

    def test_texts(self):
        self._check_group("texts")

    def test_headers(self):
        self._check_group("headers")

    def test_structures(self):
        self._check_group("structures")

    def test_files(self):
        self._check_group("files")

    def test_hostile(self):
        self._check_group("hostile")

    def test_machines(self):
        self._check_group("machines")

    def test_threads(self):
        self._check_group("threads")

    def test_machines_answering_us_end_it(self):
        """Whatever we send is answered by a machine: the third mail is never sent."""
        self._hand_in(mail("circle"))
        ticket = self._get_tickets()
        for number in range(5):
            last = self.Mail.search([], order="id desc", limit=1).id
            self._hand_in(
                mail(
                    f"circle{number}",
                    extra="Auto-Submitted: auto-replied\nIn-Reply-To: "
                    f"{ticket.message_ids[:1].message_id}\n",
                    sender="Rosa <rosa@hotel-circle.example>",
                )
            )
            self.assertFalse(self._get_answers(last, self._get_lines()[-1:]))
        self.assertEqual(self._get_tickets(), ticket)
