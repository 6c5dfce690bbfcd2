# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import poplib
import traceback

from psycopg2.errors import UniqueViolation

from odoo import api, models, tools
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.alerts import alert
from ..tools.mail_content import read_mail
from ..tools.mail_key import get_message_key

_logger = logging.getLogger(__name__)

DETAILS_LENGTH = 4_000

#: bytes of a line: some programs write a whole text into one
poplib._MAXLINE = max(poplib._MAXLINE, 1 << 20)


class Kept:
    """Whether the mail that is being processed is in the database for good."""

    mail = True


class Mailbox:
    """A connection on which only mails that were kept are marked or deleted."""

    def __init__(self, connection, kept):
        self.connection = connection
        self.kept = kept

    def __getattr__(self, name):
        return getattr(self.connection, name)

    def retrieve_unread_messages(self):
        """Yield the mails; reading one marks nothing, even if we end right here."""
        if not hasattr(self.connection, "uid"):  # POP
            yield from self.connection.retrieve_unread_messages()
            return
        while self.connection._unread_messages:
            number = self.connection._unread_messages.pop()
            _result, data = self.connection.fetch(number, "(BODY.PEEK[])")
            found = [part[1] for part in data or () if isinstance(part, tuple)]
            if found:  # else somebody removed it meanwhile
                yield number, found[0]

    def handled_message(self, number):
        if self.kept.mail:
            self.connection.handled_message(number)
        else:
            alert(_logger, "mail_not_kept", "%s stays for the next try", number)


class FetchmailServer(models.Model):
    """Mailboxes lose nothing: a mail is marked or deleted when it was committed.

    The core marks what failed, too.
    """

    _inherit = "fetchmail.server"

    def _fetch_mail(self, *args, **kwargs):
        servers = self.with_context(helpdesk_kept=Kept())
        return super(FetchmailServer, servers)._fetch_mail(*args, **kwargs)

    def _connect__(self, *args, **kwargs):  # pylint: disable=W0237
        connection = super()._connect__(*args, **kwargs)
        kept = self.env.context.get("helpdesk_kept")
        return Mailbox(connection, kept) if kept else connection


class MailThread(models.AbstractModel):
    """A mail that was fetched is kept, unless its transaction is undone."""

    _inherit = "mail.thread"

    @api.model
    def message_process(self, model, message, *args, **kwargs):
        kept = self.env.context.get("helpdesk_kept")
        if kept is None:
            return super().message_process(model, message, *args, **kwargs)
        kept.mail = False
        try:
            result = super().message_process(model, message, *args, **kwargs)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            alert(_logger, "mail_failed", "a fetched mail", exc_info=True)
            result = self._keep_fetched_mail(message, traceback.format_exc())
        kept.mail = True
        # committing may fail yet
        self.env.cr.postrollback.add(lambda: setattr(kept, "mail", False))
        return result

    @api.model
    def _keep_fetched_mail(self, message, details):
        """Keep a mail which nobody could process on a line of the log.

        It is for another model than tickets, or for nobody.
        """
        self.env.cr.rollback()
        # sudo: helpdesk.ticket.mail.log - mails are fetched in the name of nobody
        lines = self.env["helpdesk.ticket.mail.log"].sudo()
        raw = self._read_raw_mail(message)
        mail = read_mail(raw)
        values = {
            "message_id": mail["Message-ID"],
            "email_from": mail["From"],
            "recipients": ", ".join(mail.get_all("To", [])),
            "subject": mail["Subject"],
        }
        key = get_message_key(mail, raw)
        try:
            with tools.mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                line = lines._open_line(
                    values, raw, message_key=key, company_id=self.env.company.id
                )
        except UniqueViolation:
            return False  # kept at an earlier try
        line._finish("failed", "other", details=details[-DETAILS_LENGTH:], raw=raw)
        return False
