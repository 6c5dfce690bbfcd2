# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.tools import SQL, hmac

from ..tools import dates

BUS_EVENT = "helpdesk.ticket/changed"
HINTED_FIELDS = {"stage_id", "team_id", "user_id", "name", "customer_request"}
#: what is shown of a ticket and changes while its page is open
SHOWN_FIELDS = (
    "name",
    "stage_id",
    "team_id",
    "user_id",
    "priority",
    "type_id",
    "category_id",
    "location_id",
    "product_id",
    "brand_id",
    "country_id",
    "partner_id",
    "customer_request",
    "waiting_party",
    "chase_date",
    "last_chase_date",
    "answer_due_date",
    "solve_due_date",
    "auto_close_date",
    "announced_close_date",
    "extension_used",
    "solved_date",
    "closed_date",
    "interaction_count",
)
#: what nobody opened for so long is no news any more
NEWS_DAYS = 30


class HelpdeskTicket(models.Model):
    """Open pages follow the ticket; who has read what."""

    _inherit = "helpdesk.ticket"

    # ------------------------------------------------------------
    # Hints to open pages
    # ------------------------------------------------------------

    def write(self, vals):
        """Tell open pages of what they show."""
        res = super().write(vals)
        if HINTED_FIELDS & vals.keys():
            self._live_changed()
        return res

    def _message_post_after_hook(self, message, msg_vals):
        """Tell open pages of a new public message."""
        res = super()._message_post_after_hook(message, msg_vals)
        # sudo: mail.message - just posted, its kind alone
        if self._is_public_message(message.sudo()):
            self._live_changed()
        return res

    def _live_changed(self):
        """Hint to open pages that something changed: a number, nothing else.

        Once a transaction; pages and desks fetch what they may see. Of a ticket that
        is being created no page is open.
        """
        told = self.env.cr.precommit.data.setdefault("helpdesk.live", set())
        for ticket in self.filtered(lambda t: t.id and t.id not in told):
            # sudo: helpdesk.ticket - when it was created, no more
            if ticket.sudo().create_date == self.env.cr.now():
                continue
            told.add(ticket.id)
            for channel in (ticket, (ticket, "desk")):
                self.env["bus.bus"]._sendone(channel, BUS_EVENT, {"id": ticket.id})

    # ------------------------------------------------------------
    # What changed since a page was made
    # ------------------------------------------------------------

    def _live_stamp(self, reading):
        """Return a mark of all that the page of this (sudo) ticket shows.

        Another mark means that something visible changed; it tells nothing itself,
        internal notes and fields do not move it.

        :param reading: what ``_get_staff_reading`` returned
        """
        self.ensure_one()
        now, zone = self._now(), self._get_reader_zone()
        shown = [self[name] for name in SHOWN_FIELDS]
        late = bool(self.answer_due_date) and self.answer_due_date < now
        content = (
            [getattr(value, "id", value) for value in shown],
            late,
            dates.to_local(now, zone).date(),
            self._live_message_mark(),
            reading,
            self.env.lang,
        )
        return hmac(self.env(su=True), "helpdesk-live", repr(content))[:24]

    def _live_message_mark(self):
        """Return what moves when a row of the thread comes, goes or is changed."""
        self.env["mail.message"].flush_model()
        comment, field_id = self._get_thread_ids()
        return self.env.execute_query(
            SQL(
                """
                SELECT count(*), max(message.id), max(message.write_date)
                  FROM mail_message message
                 WHERE message.model = 'helpdesk.ticket' AND message.res_id = %(id)s
                   AND (message.subtype_id = %(comment)s
                        AND message.is_internal IS NOT TRUE
                        OR EXISTS (
                           SELECT 1 FROM mail_tracking_value tracking
                            WHERE tracking.mail_message_id = message.id
                              AND tracking.field_id = %(field)s))
                """,
                id=self.id,
                comment=comment,
                field=field_id,
            )
        )[0]

    @api.model
    def _get_thread_ids(self):
        """Return the ids of the public subtype and of the tracked stage, cached."""
        comment = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment")
        return comment, self.env["ir.model.fields"]._get_ids(self._name)["stage_id"]

    # ------------------------------------------------------------
    # Who has read what
    # ------------------------------------------------------------

    @api.model
    def _note_staff_reading(self, messages):
        """The assignee and their team have seen these (sudo) messages."""
        partner = self.env.user.partner_id
        # sudo: helpdesk.ticket - who handles the tickets whose thread the user read
        tickets = self.sudo().browse(set(messages.mapped("res_id"))).exists()
        handled = tickets.filtered(
            lambda t: self.env.user in (t.user_id | t.team_id.user_ids)
        )
        last = {}
        for message in messages.filtered(lambda m: m.res_id in handled.ids):
            last[message.res_id] = max(last.get(message.res_id, 0), message.id)
        # sudo: helpdesk.ticket.reading - their own, of threads they read
        Reading = self.env["helpdesk.ticket.reading"].sudo()
        self.browse(Reading._note(partner, last))._live_changed()

    def _mark_seen(self):
        """The current user, assignee or of the team, has seen all of these threads."""
        # sudo: helpdesk.ticket - who handles these tickets, which the caller read
        handled = self.sudo().filtered(
            lambda t: self.env.user in (t.user_id | t.team_id.user_ids)
        )
        # sudo: helpdesk.ticket.reading - their own
        Reading = self.env["helpdesk.ticket.reading"].sudo()
        last = {ticket.id: ticket._live_message_mark()[1] for ticket in handled}
        noted = Reading._note(self.env.user.partner_id, last)
        self.browse(noted)._live_changed()

    def _portal_note_reading(self, last_message):
        """Remember up to where the current user has read this (sudo) ticket."""
        self.ensure_one()
        newest = self._live_message_mark()[1] or 0
        # sudo: helpdesk.ticket.reading - their own, of a ticket they see
        self.env["helpdesk.ticket.reading"].sudo()._note(
            self.env.user.partner_id, {self.id: min(last_message, newest)}
        )

    def _get_staff_reading(self):
        """Return who of us has seen the customer's last message, and when.

        None when there is nothing to say: nobody has, or we answered already.

        :return: tuple (id of the contact, name, date) or None
        """
        self.ensure_one()
        self.env["helpdesk.ticket.reading"].flush_model()
        self.env["res.partner"].flush_model(["name", "partner_share"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT person.id, person.name, reading.date
                  FROM (SELECT message.id, message.author_id
                          FROM mail_message message
                         WHERE message.model = 'helpdesk.ticket'
                           AND message.res_id = %(id)s
                           AND message.message_type IN ('comment', 'email')
                           AND message.subtype_id = %(comment)s
                           AND message.is_internal IS NOT TRUE
                      ORDER BY message.id DESC LIMIT 1) last
             LEFT JOIN res_partner author ON author.id = last.author_id
             LEFT JOIN res_users assignee ON assignee.id = %(assignee)s
                  JOIN helpdesk_ticket_reading reading
                    ON reading.ticket_id = %(id)s AND reading.last_message >= last.id
                  JOIN res_partner person ON person.id = reading.partner_id
                 WHERE author.partner_share IS NOT FALSE
                   AND person.partner_share IS FALSE
              ORDER BY person.id IS NOT DISTINCT FROM assignee.partner_id DESC,
                       reading.date
                 LIMIT 1
                """,
                id=self.id,
                comment=self._get_thread_ids()[0],
                assignee=self.user_id.id or None,
            )
        )
        return rows[0] if rows else None

    def _get_seen_text(self, reading):
        """Return that we have seen the customer's last message, "" while nobody has.

        :param reading: what ``_get_staff_reading`` returned
        """
        self.ensure_one()
        if not reading:
            return ""
        _id, name, moment = reading
        zone, lang = self._get_reader_zone(), self.env.lang
        when = dates.time_words(moment, zone, lang)
        if dates.days_apart(moment, self._now(), zone):
            when = f"{dates.short_day(moment, zone, lang)}, {when}"
        if self.team_id.portal_assignee == "team":
            return self.env._(
                "Seen by %(team)s, %(time)s", team=self.team_id.name, time=when
            )
        return self.env._(
            "Seen by %(name)s, %(time)s", name=(name or "").split(" ")[0], time=when
        )

    def _portal_read_up_to(self):
        """Return the number of the newest message the reader has seen or written.

        Without a reading: what is older than a month.
        """
        return self._portal_last_read().get(self.id, 0)

    def _portal_last_read(self):
        """Return by ticket id up to which message the current user has read."""
        if not self.ids:
            return {}
        self.env["mail.message"].flush_model(["res_id", "model", "author_id", "date"])
        self.env["helpdesk.ticket.reading"].flush_model()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT ticket.id,
                           GREATEST(
                               COALESCE(reading.last_message, 0),
                               (SELECT max(message.id) FROM mail_message message
                                 WHERE message.model = 'helpdesk.ticket'
                                   AND message.res_id = ticket.id
                                   AND message.author_id = %(reader)s))
                      FROM unnest(%(ids)s) AS ticket(id)
                 LEFT JOIN helpdesk_ticket_reading reading
                        ON reading.ticket_id = ticket.id
                       AND reading.partner_id = %(reader)s
                    """,
                    ids=list(self.ids),
                    reader=self.env.user.partner_id.id,
                )
            )
        )

    def _portal_unread_ids(self):
        """Return the ids of those tickets in which somebody wrote what the current
        user has not read, in one statement; not of those quiet for a month.
        """
        if not self.ids:
            return set()
        self.env["mail.message"].flush_model()
        self.env["helpdesk.ticket.reading"].flush_model()
        reader = self.env.user.partner_id.id
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket.id
                  FROM unnest(%(ids)s) AS ticket(id)
             LEFT JOIN helpdesk_ticket_reading reading
                    ON reading.ticket_id = ticket.id
                   AND reading.partner_id = %(reader)s
     CROSS JOIN LATERAL (
                SELECT message.author_id, message.date, message.id
                  FROM mail_message message
                 WHERE message.model = 'helpdesk.ticket'
                   AND message.res_id = ticket.id
                   AND message.message_type IN ('comment', 'email')
                   AND message.subtype_id = %(comment)s
                   AND message.is_internal IS NOT TRUE
              ORDER BY message.id DESC LIMIT 1) last
                 WHERE last.id > COALESCE(reading.last_message, 0)
                   AND last.author_id IS DISTINCT FROM %(reader)s
                   AND last.date > %(start)s
                """,
                ids=list(self.ids),
                reader=reader,
                comment=self._get_thread_ids()[0],
                start=fields.Datetime.subtract(self._now(), days=NEWS_DAYS),
            )
        )
        return {row[0] for row in rows}
