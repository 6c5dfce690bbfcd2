# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import localtime
from itertools import count

from odoo.tests import tagged

from .common import HelpdeskCommon

LOG = "helpdesk.ticket.mail.log"
NUMBERS = count(1)


def make_mail(sender, to, subject="No WiFi", body="Since this morning", **headers):
    """Return the bytes of a mail; headers by name with ``_`` for ``-``, None drops one.

    :param files: [(name, bytes)]
    """
    files = headers.pop("files", ())
    mail = EmailMessage(policy=SMTP)
    values = {
        "From": sender,
        "To": to,
        "Subject": subject,
        "Date": localtime(),
        "Message_ID": f"<{next(NUMBERS)}.test@mail.hotel.example>",
        **headers,
    }
    for name, value in values.items():
        if value is not None:
            mail[name.replace("_", "-")] = value
    mail.set_content(body)
    for name, data in files:
        mail.add_attachment(
            data, maintype="application", subtype="octet-stream", filename=name
        )
    return mail.as_bytes()


def acknowledge(env):
    """Do what the cron does within a minute: tell senders that their mails arrived."""
    waiting = env["helpdesk.ticket"].search([("acknowledge_date", "!=", False)])
    waiting._acknowledge_now()


@tagged("post_install", "-at_install")
class MailboxCommon(HelpdeskCommon):
    """The desk has an address, and mails come in by it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.team.write(
            {"alias_name": "desk", "alias_domain_id": cls.mail_alias_domain.id}
        )
        cls.desk = cls.team.alias_id.alias_full_name
        cls.Log = cls.env[LOG]
        cls.Ticket = cls.env["helpdesk.ticket"]
        cls.stranger = "zoe@nowhere.example"

    def setUp(self):
        super().setUp()
        self.last_line = self.Log.search([], limit=1).id or 0
        self.last_ticket = self.Ticket.search([], order="id desc", limit=1).id or 0

    def _hand_in(self, raw, model=None, **options):
        """Let the gateway have a mail; return what it returns. Mails are collected."""
        with self.mock_mail_gateway():
            result = self.env["mail.thread"].message_process(model, raw, **options)
            acknowledge(self.env)
            self.env.cr.flush()
        self.env.invalidate_all()
        return result

    def _get_lines(self):
        """Return the lines of this test, the first one first."""
        return self.Log.search([("id", ">", self.last_line)], order="id")

    def _get_tickets(self):
        return self.Ticket.search([("id", ">", self.last_ticket)], order="id")

    def _receive(self, sender=None, **values):
        """Hand in a mail of ``sender`` (Ana) to the desk; return its line."""
        to = values.pop("to", self.desk)
        sender = sender or self.ana.email_formatted
        self._hand_in(make_mail(sender, to, **values))
        return self._get_lines()[-1:]

    def _get_raw(self, line):
        return line.with_context(bin_size=False).raw
