# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import logging
from datetime import timedelta

from odoo import api, fields, models, tools
from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY
from odoo.tools import SQL

from ..tools import dates
from ..tools.alerts import alert

_logger = logging.getLogger(__name__)
TEMPLATE = "helpdesk_service_portal.mail_digest"
HEADER = "X-Helpdesk-Digest"
HEADERS = {
    HEADER: "yes",
    "Auto-Submitted": "auto-generated",
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}
#: the local hour at which summaries are sent
MORNING = 8
BATCH = 50
#: tickets one summary names
LISTED = 50
PAUSE = timedelta(hours=1)


class HelpdeskMailDigest(models.Model):
    """What a person finds in their next daily summary; gone when it was sent."""

    _name = "helpdesk.mail.digest"
    _description = "Helpdesk Mail Digest"
    _rec_name = "partner_id"
    _order = "id"
    _log_access = False

    partner_id = fields.Many2one(
        comodel_name="res.partner", required=True, ondelete="cascade"
    )
    ticket_id = fields.Many2one(
        comodel_name="helpdesk.ticket", required=True, ondelete="cascade", index=True
    )
    message_id = fields.Many2one(
        comodel_name="mail.message", required=True, ondelete="cascade", index=True
    )
    due_date = fields.Datetime(required=True, index=True)

    _partner_message_uniq = models.UniqueIndex("(partner_id, message_id)")

    @api.model
    def _add(self, person, ticket, messages, due_date=None):
        """Keep messages for a person's summary of the next morning.

        :param due_date: naive UTC, when it is sent instead
        """
        if not messages:
            return
        due_date = due_date or self._get_next_morning(person, ticket)
        rows = [
            SQL("(%s, %s, %s, %s)", person.id, ticket.id, message.id, due_date)
            for message in messages
        ]
        self.env.execute_query(
            SQL(
                """
                INSERT INTO helpdesk_mail_digest
                            (partner_id, ticket_id, message_id, due_date)
                     VALUES %s
                ON CONFLICT (partner_id, message_id) DO NOTHING
                  RETURNING id
                """,
                SQL(", ").join(rows),
            )
        )

    @api.model
    def _get_next_morning(self, person, ticket):
        """Return when it is morning next where the person lives."""
        zone = ticket._get_reader_zone(person)
        return dates.next_hour(fields.Datetime.now(), zone, MORNING)

    # ------------------------------------------------------------
    # Sending
    # ------------------------------------------------------------

    @api.model
    def _cron_send(self, batch_size=BATCH):
        """Send the summaries that are due, each person's in one mail.

        Each is committed; one that fails is tried again an hour later and stops
        nobody.
        """
        cron, seen = self.env["ir.cron"], set()
        if self.env["helpdesk.hold"]._look():
            return
        while people := self._get_due_people(seen, batch_size):
            for person in people:
                seen.add(person.id)
                own = [("partner_id", "=", person.id), *self._get_due_domain()]
                lines = self.search(own)
                lines.try_lock_for_update()._send_once(person)
                left = len(self._get_due_people(seen, batch_size))
                if not cron._commit_progress(1, remaining=left):
                    return

    def _get_due_domain(self):
        return [("due_date", "<=", fields.Datetime.now())]

    def _get_due_people(self, seen, limit):
        """Return to whom a summary is due, besides those ``seen`` in this run."""
        domain = [*self._get_due_domain(), ("partner_id", "not in", list(seen))]
        groups = self._read_group(domain, ["partner_id"], limit=limit)
        return [person for (person,) in groups]

    def _send_once(self, person):
        try:
            with self.env.cr.savepoint():
                self._send(person)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            raise
        except Exception:  # a broken template stops nobody else's
            alert(
                _logger,
                "digest_failed",
                "the summary for %s",
                person,
                exc_info=True,
            )
            self.due_date = fields.Datetime.now() + PAUSE

    def _send(self, person):
        """Queue the mail of these lines, and forget them."""
        for team, lines in self.grouped(
            lambda line: line._get_rehearsing_team()
        ).items():
            rows = lines._get_rows(person)
            if rows:
                values = lines._prepare_mail(person, rows)
                values["helpdesk_team_id"] = team.id
                self.env["mail.mail"].create(values)
                self.env["helpdesk.ticket"]._wake_mail_queue(fields.Datetime.now())
        self.unlink()

    def _get_rehearsing_team(self):
        """Return the team whose mails go elsewhere: they are summed up apart."""
        team = self.ticket_id.team_id
        return team if team.rehearsal_email else team.browse()

    def _get_rows(self, person):
        """Return what the summary says of each ticket, what waits for them first."""
        lang = person.lang or self.env.lang
        rows = []
        for ticket, lines in self.grouped("ticket_id").items():
            messages = lines.message_id
            if person in ticket.muted_partner_ids:
                continue
            if not ticket._is_told(person, messages.browse()):
                continue
            local = ticket.with_context(lang=lang)
            rows.append(
                {
                    "waits": local.turn == "customer",
                    "number": local.number,
                    "subject": local.name,
                    "url": f"{local.get_base_url()}/my/ticket/{local.id}",
                    "status": local.stage_id.name,
                    "turn": local._get_turn_text(person),
                    "count": len(messages),
                }
            )
        return sorted(rows, key=lambda row: not row["waits"])

    def _prepare_mail(self, person, rows):
        ticket = self.ticket_id[:1]
        lang = person.lang or self.env.lang or "en_US"
        local = ticket.with_context(lang=lang)
        company = (ticket.company_id or self.env.company).with_context(lang=lang)
        name = local._get_first_name(person)
        waiting = sum(row["waits"] for row in rows)
        subject = local.env._("News of your tickets: %(count)s", count=len(rows))
        if waiting:
            subject = local.env._(
                "News of your tickets: %(count)s, waiting for you: %(waiting)s",
                count=len(rows),
                waiting=waiting,
            )
        address = company.helpdesk_email or company.email_formatted
        sender = tools.formataddr(
            (company.name, tools.parse_contact_from_email(address)[1])
        )
        base = local.get_base_url()
        return {
            "subject": subject,
            "body_html": local.env["ir.qweb"]._render(
                TEMPLATE,
                {
                    "lang": lang,
                    "company": company,
                    "greeting": local.env._("Hello, %(name)s:", name=name)
                    if name
                    else local.env._("Hello:"),
                    "rows": rows[:LISTED],
                    "more": max(0, len(rows) - LISTED),
                    "url": f"{base}/my/tickets",
                    "mails_url": f"{base}/my/mails",
                },
            ),
            "email_from": sender,
            "reply_to": sender,
            "recipient_ids": [(4, person.id)],
            "headers": repr(HEADERS),
            "auto_delete": True,
            "message_type": "user_notification",
        }
