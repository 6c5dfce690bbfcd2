# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from collections import defaultdict

from markupsafe import Markup, escape

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

ACTIVITY = "helpdesk_service_portal.mail_activity_type_undelivered"
REASON_LENGTH = 300


class HelpdeskTicket(models.Model):
    """Mails that did not arrive, in the open."""

    _inherit = "helpdesk.ticket"

    mail_failed = fields.Boolean(
        string="Mail not delivered",
        compute="_compute_mail_failed",
        search="_search_mail_failed",
        help="A mail of this ticket to a customer bounced, failed or is being sent "
        "again.",
    )
    mail_failed_text = fields.Char(
        string="Not delivered to",
        compute="_compute_mail_failed",
        help="Which addresses did not get a mail of this ticket, and why.",
    )

    def _compute_mail_failed(self):
        """Read what became of the mails; one query for all tickets."""
        failed = self._get_failed_deliveries()
        for ticket in self:
            rows = failed.get(ticket.id, [])
            ticket.mail_failed = bool(rows)
            ticket.mail_failed_text = "; ".join(
                f"{address or name or '?'}: {self._get_failure_words(status, given_up)}"
                for name, address, status, given_up in rows
            )

    @api.model
    def _search_mail_failed(self, operator, value):
        if operator not in ("in", "not in"):
            return NotImplemented
        positive = (operator == "in") == (True in value)
        if operator == "in" and len(set(value)) > 1:
            return Domain.TRUE
        failed = Domain(
            "id",
            "in",
            SQL(
                "(SELECT message.res_id FROM mail_notification notification"
                "   JOIN mail_message message"
                "     ON message.id = notification.mail_message_id"
                "   JOIN res_partner partner"
                "     ON partner.id = notification.res_partner_id"
                "  WHERE message.model = 'helpdesk.ticket'"
                "    AND partner.partner_share IS TRUE"
                "    AND notification.notification_type = 'email'"
                "    AND notification.notification_status IN ('bounce', 'exception'))"
            ),
        )
        return failed if positive else ~failed

    def _get_failed_deliveries(self):
        """Return {ticket id: [(name, address, status, given up)]} of customers."""
        self.env["mail.notification"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT message.res_id, partner.name, partner.email_normalized,
                       notification.notification_status,
                       notification.given_up IS TRUE
                  FROM mail_notification notification
                  JOIN mail_message message
                    ON message.id = notification.mail_message_id
                  JOIN res_partner partner ON partner.id = notification.res_partner_id
                 WHERE message.model = %s AND message.res_id = ANY(%s)
                   AND partner.partner_share IS TRUE
                   AND notification.notification_type = 'email'
                   AND notification.notification_status IN ('bounce', 'exception')
                """,
                self._name,
                self.ids,
            )
        )
        failed = defaultdict(list)
        for ticket_id, *row in rows:
            failed[ticket_id].append(row)
        return failed

    @api.model
    def _get_failure_words(self, status, given_up):
        if status == "bounce":
            return self.env._("came back")
        if given_up:
            return self.env._("not delivered, given up")
        return self.env._("not delivered yet, being sent again")

    def _tell_undelivered(self, partners, reason=""):
        """Leave who takes care of these tickets an activity about a lost mail.

        Where the clock stopped for it, its own activity says so.
        """
        people = ", ".join(
            partner.email_formatted or partner.name for partner in partners
        )
        for ticket in self.filtered(lambda t: not t.clock_note):
            user = ticket._get_responsible()
            local = ticket.with_context(lang=user.lang or self.env.lang)
            words = local.env._(
                "A mail did not reach %(people)s. Check the address or call.",
                people=people,
            )
            note = Markup("<p>%s</p>") % words
            if reason:
                note += Markup("<p>%s</p>") % escape(reason[:REASON_LENGTH])
            local._tell_responsible(local.env._("E-mail not delivered"), note, ACTIVITY)

    def _message_receive_bounce(self, email, partner):
        """A mail of these tickets came back: somebody has to know."""
        res = super()._message_receive_bounce(email, partner)
        self._tell_undelivered(partner)
        return res
