# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
import traceback
import xmlrpc.client

from psycopg2 import Error as DatabaseError
from psycopg2.errors import UniqueViolation

from odoo import SUPERUSER_ID, api, models, tools
from odoo.exceptions import AccessError
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

from ..tools.alerts import alert
from ..tools.mail_content import read_mail
from ..tools.mail_hold import HeldMail, StoppedMail
from ..tools.mail_incoming import IncomingMail
from ..tools.mail_parsing import get_new_text

_logger = logging.getLogger(__name__)

TICKET = "helpdesk.ticket"
LOG = "helpdesk.ticket.mail.log"
#: with one of these rights a user may hand in mails, as the gateway's script does
GATEWAY_GROUPS = (
    "helpdesk_service_portal.group_mail_gateway",
    "base.group_system",
)
DETAILS_LENGTH = 4_000


class MailThread(models.AbstractModel):
    """Mails that come in for the helpdesk: none is lost, none is processed twice.

    S1-04: whatever happens, a mail ends as a new ticket, as a message or in a line of
    the log that somebody looks at.
    """

    _inherit = "mail.thread"

    @api.model
    def message_process(
        self,
        model,
        message,
        custom_values=None,
        save_original=False,
        strip_attachments=False,
        thread_id=None,
    ):
        """Process a mail; one that is not for the helpdesk goes the core's way.

        Only what another try may mend is raised: then nothing is kept, and who hands
        the mail in has to do so again.

        :return: id of the ticket, or False
        :raise psycopg2.OperationalError: when the database cannot go on for now
        """
        raw = self._read_raw_mail(message)
        incoming = IncomingMail(
            read_mail(raw),
            raw,
            model=model,
            thread_id=thread_id,
            custom_values=custom_values,
            save_original=save_original,
            strip_attachments=strip_attachments,
        )
        incoming.place = self._find_helpdesk_place(incoming)
        if not incoming.place:
            return super().message_process(
                model,
                message,
                custom_values=custom_values,
                save_original=save_original,
                strip_attachments=strip_attachments,
                thread_id=thread_id,
            )
        if not self._may_hand_in_mails():
            raise AccessError(self.env._("You may not hand in mails."))
        # mails are nobody's session: what they may is said by their sender
        thread = self.with_user(SUPERUSER_ID)
        line = thread._receive_mail(incoming)
        return line.ticket_id.id

    @api.model
    def _read_raw_mail(self, message):
        """Return the bytes of what ``message_process`` was given."""
        if isinstance(message, xmlrpc.client.Binary):
            return bytes(message.data)
        if isinstance(message, str):
            return message.encode("utf-8", "surrogateescape")
        return bytes(message)

    @api.model
    def _may_hand_in_mails(self):
        return self.env.su or any(map(self.env.user.has_group, GATEWAY_GROUPS))

    # ------------------------------------------------------------
    # The line
    # ------------------------------------------------------------

    @api.model
    def _receive_mail(self, incoming):
        """Log a mail and do what it says; return its line."""
        error = self._parse_incoming(incoming)
        incoming.facts = self._get_mail_facts(incoming)
        incoming.kind = self._classify_mail(incoming)
        if incoming.facts["line_id"] or incoming.facts["is_ours"]:
            return self._log_duplicate(incoming)
        try:
            # two processes with one mail: the second waits here for the first
            with tools.mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                line = self._open_mail_line(incoming, message_key=incoming.key)
        except UniqueViolation:
            # committed after this transaction began: only another one sees it, and
            # nothing here may refer to the ticket
            with self.pool.cursor() as cr:
                thread = self.with_env(self.env(cr=cr))
                incoming.facts = thread._get_mail_facts(incoming) | {"ticket_id": None}
            return self._log_duplicate(incoming)
        if error:
            line._finish("failed", "unreadable", details=error, raw=incoming.raw)
        else:
            self._work_off(incoming, line)
        return line

    @api.model
    def _parse_incoming(self, incoming):
        """Read a mail into ``incoming.values``; return what went wrong, or nothing."""
        thread = self.with_context(helpdesk_mail_kind=incoming.kind)
        error = ""
        try:
            incoming.values = thread.message_parse(
                incoming.message, save_original=incoming.save_original
            )
        except DatabaseError:
            raise
        except Exception:
            alert(
                _logger,
                "mail_failed",
                "%s cannot be read",
                incoming.key,
                exc_info=True,
            )
            error = traceback.format_exc()[-DETAILS_LENGTH:]
            incoming.values = {
                "email_from": incoming.sender,
                "recipients": ",".join(incoming.recipients),
            }
        if incoming.strip_attachments:
            incoming.values.pop("attachments", None)
        incoming.text = get_new_text(incoming.values.get("body"))
        sender = tools.email_normalize(incoming.values.get("email_from"), strict=False)
        incoming.sender = sender or incoming.sender
        if not incoming.message.get("Message-ID"):
            # the core's own would be another one at each try
            key = incoming.key.partition(":")[2][:40]
            incoming.values["message_id"] = f"<{key}@no-message-id.invalid>"
        return error

    @api.model
    def _open_mail_line(self, incoming, message_key=False):
        place = incoming.place
        return self.env[LOG]._open_line(
            incoming.values,
            incoming.raw,
            message_key=message_key,
            body_hash=incoming.body_hash,
            kind=incoming.kind,
            fingerprint=incoming.facts["fingerprint"],
            team_id=place["team_id"],
            company_id=place["company_id"] or self.env.company.id,
        )

    @api.model
    def _log_duplicate(self, incoming):
        """Log a mail that is known; one that says something else is kept."""
        facts, reason, raw = incoming.facts, "", None
        if facts["is_ours"]:
            reason = "ours"
        elif facts["body_hash"] != incoming.body_hash:
            reason, raw = "other_text", incoming.raw
        line = self._open_mail_line(incoming)
        # sudo already: helpdesk.ticket - where its first copy went
        ticket = self.env[TICKET].browse(facts["ticket_id"] or [])
        line._finish("duplicate", reason, ticket=ticket, raw=raw)
        return line.browse()

    # ------------------------------------------------------------
    # The work
    # ------------------------------------------------------------

    @api.model
    def _work_off(self, incoming, line):
        """Do what a mail says, or nothing of it, and close its line.

        :raise psycopg2.OperationalError: when another try may succeed
        """
        thread = self.with_context(helpdesk_mail_log_id=line.id)
        kept = incoming.raw if incoming.message.is_incomplete else None
        try:
            with self.env.cr.savepoint():
                outcome, reason, ticket = thread._do_mail(incoming)
        except StoppedMail as stop:
            line._finish(
                stop.outcome,
                stop.reason,
                ticket=self.env[TICKET].browse(stop.ticket_id or []),
                details=stop.details,
                raw=incoming.raw,
                text=incoming.text,
            )
            if stop.outcome == "held":
                alert(_logger, "mail_held", "%s, line %s", stop.reason, line.id)
            if stop.reason == "forged":
                line._ask_to_confirm(incoming.values)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:
            alert(
                _logger,
                "mail_failed",
                "%s, its line is %s",
                incoming.key,
                line.id,
                exc_info=True,
            )
            details = traceback.format_exc()[-DETAILS_LENGTH:]
            line._finish(
                "failed",
                "error",
                details=details,
                raw=incoming.raw,
                text=incoming.text,
            )
        else:
            if reason == "no_ticket":
                kept = incoming.raw
            line._finish(outcome, reason, ticket=ticket, raw=kept)

    @api.model
    def _do_mail(self, incoming):
        """Route a mail and process it.

        :return: (outcome, reason, ticket)
        :raise StoppedMail: when somebody has to decide, or the mail is not wanted
        """
        thread = self.with_context(
            helpdesk_mail_kind=incoming.kind,
            helpdesk_mail_alias_ids=incoming.place["alias_ids"],
        )
        thread._check_sender(incoming)
        # what processing takes out of the values is there again at the next try
        message, values = incoming.message, dict(incoming.values)
        if incoming.kind == "bounce":
            return thread._do_bounce(incoming, values)
        routes = thread._get_mail_routes(incoming, values)
        own = [route for route in routes if route[0] == TICKET]
        kind = thread._check_kind(incoming, own)
        if kind == "machine":
            return "auto_reply", "no_ticket", self.env[TICKET]
        thread = thread.with_context(
            helpdesk_mail_kind="person" if kind == "ruled" else kind,
            helpdesk_mail_no_reply=kind == "ruled",
        )
        values.update(thread._message_parse_post_process(message, values, routes))
        ticket = self.env[TICKET]
        for *route, alias in routes:
            # without alias: the core tells the senders of mails that fail about it
            record_id = thread._message_route_process(
                message, dict(values), [(*route, None)]
            )
            if alias and alias.alias_status != "valid":
                alias.alias_status = "valid"
            if route[0] == TICKET and not ticket:
                ticket = ticket.browse(record_id)
        return thread._get_mail_outcome(kind, own), "", ticket

    @api.model
    def _get_mail_routes(self, incoming, values):
        """Return where a mail goes; a person may have said so.

        :raise HeldMail: when it goes nowhere
        """
        ticket_id = self.env.context.get("helpdesk_mail_ticket_id")
        if ticket_id:
            return [(TICKET, ticket_id, {}, SUPERUSER_ID, None)]
        is_unknown = incoming.place["is_unknown"]
        routes = self.message_route(
            incoming.message,
            values,
            TICKET if is_unknown else incoming.model,
            incoming.thread_id,
            incoming.custom_values,
        )
        if self.env.context.get("helpdesk_mail_released"):
            return routes or [(TICKET, 0, {}, SUPERUSER_ID, None)]
        if is_unknown:
            # the number of a ticket may stand in the subject
            routes = [route for route in routes if route[1] or route[2]]
        if not routes:
            raise HeldMail("unknown_address")
        return routes

    @api.model
    def _get_mail_outcome(self, kind, routes):
        """Return the outcome of a mail that went these ways."""
        if kind == "auto_reply":
            return kind
        for _model, thread_id, values, *_others in routes[:1]:
            if thread_id:
                return "reply"
            if (values or {}).get("helpdesk_follow_up_of"):
                return "follow_up"
        return "ticket"

    def _detect_loop_sender(self, message, message_dict, routes):
        """Loops of the helpdesk's mails are counted on the log and held."""
        if self.env.context.get("helpdesk_mail_log_id"):
            return False
        return super()._detect_loop_sender(message, message_dict, routes)
