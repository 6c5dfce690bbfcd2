# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.orm.utils import parse_field_expr
from odoo.tools import SQL

from ..tools import dates

#: who reads a thread by the link of a mail; only the program can make one of these
READER = "helpdesk_reader"
#: what tells of messages: the request, and the words of the whole thread
HISTORY_FIELDS = {"description", "search_text"}
LIMITED = "helpdesk.limited"
WHOLE = "helpdesk_whole_text"
_FETCHING = object()


class Reader:
    """The contact who opened a page by the link of their mail."""

    def __init__(self, partner_id):
        self.partner_id = partner_id


class HelpdeskTicket(models.Model):
    """From when on people see a thread (``sees_from`` of participants).

    Subject and details of a ticket shared from a later moment on stay visible; the
    request, earlier messages, their files and their words do not. Who sees the ticket
    by their scope sees all of it.
    """

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Who reads
    # ------------------------------------------------------------

    def _get_reader_id(self):
        """Return the id of the contact who reads, None for who sees everything.

        Our own people and whoever stands for the requester see everything.
        """
        reader = self.env.context.get(READER)
        if isinstance(reader, Reader):
            return reader.partner_id
        user = self.env.user
        return None if user._is_internal() or user._is_public() else user.partner_id.id

    def _get_history_start(self):
        """Return from when on the reader sees this ticket's thread; None: all of it."""
        self.ensure_one()
        reader_id = self._get_reader_id()
        if not reader_id:
            return None
        return self._get_history_starts(reader_id).get(self.id)

    # ------------------------------------------------------------
    # From when on
    # ------------------------------------------------------------

    @api.model
    def _note_limited(self, partner_id, ids):
        self.env.cr.cache.setdefault(LIMITED, {})[partner_id] = ids

    @api.model
    def _forget_limited(self):
        self.env.cr.cache.pop(LIMITED, None)

    @api.model
    def _get_limited_ids(self, partner_id):
        """Return the tickets shared with a contact from a later moment on.

        Usually none; known since the rule was asked in this transaction.
        """
        noted = self.env.cr.cache.get(LIMITED, {})
        if partner_id not in noted:
            self._get_scope_and_shares(partner_id)
            noted = self.env.cr.cache[LIMITED]
        return noted[partner_id]

    def _get_history_starts(self, partner_id):
        """Return {ticket id: datetime} of those that a contact sees in part.

        All such tickets of the contact when called on none.
        """
        limited = self._get_limited_ids(partner_id)
        ids = limited & set(self.ids) if self else limited
        if not ids:
            return {}
        self.flush_model(["partner_id", "commercial_partner_id", "location_id"])
        self.env["res.partner"].flush_model(["helpdesk_location_ids"])
        self.env["helpdesk.ticket.location"].flush_model(["active"])
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT participant.ticket_id, participant.sees_from
                      FROM helpdesk_ticket_participant participant
                      JOIN helpdesk_ticket ticket
                        ON ticket.id = participant.ticket_id
                      JOIN res_partner partner ON partner.id = participant.partner_id
                     WHERE participant.partner_id = %(partner)s
                       AND participant.ticket_id = ANY(%(ids)s)
                       AND ticket.partner_id <> partner.id
                       AND NOT (partner.helpdesk_scope = 'company'
                                AND ticket.commercial_partner_id
                                    = partner.commercial_partner_id)
                       AND NOT (partner.helpdesk_scope = 'location'
                                AND EXISTS (
                                    SELECT 1
                                      FROM helpdesk_ticket_location_manager_rel managed
                                      JOIN helpdesk_ticket_location location
                                        ON location.id = managed.location_id
                                       AND location.active IS TRUE
                                     WHERE managed.partner_id = partner.id
                                       AND managed.location_id = ticket.location_id))
                    """,
                    partner=partner_id,
                    ids=list(ids),
                )
            )
        )

    def _get_history_text(self, start, zone):
        """Return from when on the reader sees the thread, "" for who sees all of it."""
        if not start:
            return ""
        return self.env._(
            "You take part in this ticket since %(date)s. What was written before is "
            "not shown to you.",
            date=dates.deadline_words(start, zone, self.env.lang),
        )

    # ------------------------------------------------------------
    # The request and the words of the thread, over every door
    # ------------------------------------------------------------

    def _get_partial_ids(self):
        """Return the tickets of which the current portal user sees a part only."""
        if self.env.su or self.env.user._is_internal():
            return ()
        return tuple(self.browse()._get_history_starts(self.env.user.partner_id.id))

    def _field_to_sql(self, alias, field_expr, query=None):
        """Conditions, groups, sums and orders find nothing of earlier messages."""
        sql = super()._field_to_sql(alias, field_expr, query)
        if (
            parse_field_expr(field_expr)[0] in HISTORY_FIELDS
            and self.env.context.get(WHOLE) is not _FETCHING
        ):
            partial = self._get_partial_ids()
            if partial:
                return SQL(
                    "CASE WHEN %s IN %s THEN NULL ELSE %s END",
                    SQL.identifier(alias, "id"),
                    partial,
                    sql,
                )
        return sql

    def _fetch_query(self, query, fields):
        """What is kept in memory is the whole text, which the program needs."""
        if self.env.su or self.env.user._is_internal():
            return super()._fetch_query(query, fields)
        whole = self.with_context(**{WHOLE: _FETCHING})
        fetched = super(HelpdeskTicket, whole)._fetch_query(query, fields)
        return fetched.with_env(self.env)

    def _read_format(self, fnames, load="_classic_read"):
        """Reading gives nothing of earlier messages."""
        rows = super()._read_format(fnames, load)
        hidden = HISTORY_FIELDS & set(fnames)
        partial = self._get_partial_ids() if hidden else ()
        for row in rows:
            if row.get("id") in partial:
                row.update(dict.fromkeys(hidden, False))
        return rows

    def _export_rows(self, fields, **kwargs):
        """Exporting gives nothing of earlier messages."""
        if HISTORY_FIELDS & {path[0] for path in fields if path} and set(
            self._get_partial_ids()
        ).intersection(self.ids):
            raise AccessError(
                self.env._(
                    "You see a part of these tickets only. Export their subject and "
                    "details."
                )
            )
        return super()._export_rows(fields, **kwargs)

    @api.model
    def _portal_search_domain(self, search):
        """Of tickets seen in part, subject and number are searched."""
        domain = super()._portal_search_domain(search)
        partial = self._get_partial_ids()
        if not partial or domain.is_true():
            return domain
        seen = Domain.AND(
            Domain("name", "ilike", word) | Domain("number", "ilike", word)
            for word in self._portal_clean_line(search).replace("#", " ").split()
        )
        among = Domain("id", "in", partial)
        return (domain & ~among) | (seen & among)
