# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain
from odoo.tools import SQL

from ..tools.snippets import snippet

AGENT = "helpdesk_mgmt.group_helpdesk_user_own"
PAGE = 40
MOST = 500  # rows a queue shows at most; nobody reads further
COUNT_LIMIT = 10_000
BY_PROMISE = "answer_due_date, queue_date, id"
ROW_FIELDS = (
    "number",
    "name",
    "location_id",
    "commercial_partner_id",
    "partner_name",
    "answer_due_date",
    "queue_date",
    "chase_date",
    "last_stage_update",
    "customer_request",
    "waiting_party",
    "user_id",
    "channel_id",
    "priority",
    "turn",
    "stage_id",
    "stage_kind",
    "clock_note",
)
CHANNEL_ICONS = {
    "helpdesk_mgmt.helpdesk_ticket_channel_web": "fa-globe",
    "helpdesk_mgmt.helpdesk_ticket_channel_email": "fa-envelope-o",
    "helpdesk_mgmt.helpdesk_ticket_channel_phone": "fa-phone",
    "helpdesk_service_portal.channel_whatsapp": "fa-whatsapp",
    "helpdesk_service_portal.channel_our_team": "fa-users",
}


class HelpdeskTicket(models.Model):
    """The engineer's desk, left side: tabs with counts, tickets as rows."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _check_desk_access(self):
        """The desk is the engineers'.

        :raise AccessError: for everybody else
        """
        if not self.env.user.has_group(AGENT):
            raise AccessError(self.env._("This page is for the support team."))

    @api.model
    def _get_desk_tabs(self):
        """Return the tabs of the desk: key -> (domain, order)."""
        unsolved = Domain("turn", "in", ("us", "customer", "other"))
        return {
            "mine": (self._get_my_turn_domain(), BY_PROMISE),
            "free": (unsolved & Domain("user_id", "=", False), BY_PROMISE),
            "customer": (Domain("turn", "=", "customer"), "last_stage_update, id"),
            "other": (Domain("turn", "=", "other"), "chase_date, last_stage_update"),
        }

    @api.model
    @api.readonly
    def desk_queue(self, tab="mine", search="", limit=PAGE, open_id=False):
        """Return one tab of the desk, and how many tickets each tab holds.

        :param str tab: a key of ``_get_desk_tabs``, or ``held`` for mails
        :param str search: words; looks in all tickets, whatever their tab
        :param int limit: rows at most
        :param int open_id: the ticket opened beside, to learn that it changed
        :raise AccessError: for people outside the helpdesk
        """
        self._check_desk_access()
        tabs = self._get_desk_tabs()
        if tab == "held" and not search:
            return self._get_desk_held(tabs, max(1, min(int(limit), MOST)))
        domain, order = tabs.get(tab) or tabs["mine"]
        if search:
            domain = self._portal_search_domain(str(search))
            order = "last_stage_update desc, id desc"
        limit = max(1, min(int(limit), MOST))
        tickets = self.search_fetch(domain, ROW_FIELDS, order=order, limit=limit + 1)
        return {
            "counts": self._get_desk_counts(tabs),
            "rows": tickets[:limit]._get_desk_rows(),
            "more": len(tickets) > limit,
            "open": self.browse(open_id or [])._get_desk_stamp(),
        }

    @api.model
    def _get_desk_held(self, tabs, limit):
        """Return the tab of mails that wait for a decision, as ``desk_queue`` does."""
        rows = self.env["helpdesk.ticket.mail.log"]._get_desk_mails(limit + 1)
        return {
            "counts": self._get_desk_counts(tabs),
            "rows": rows[:limit],
            "more": len(rows) > limit,
            "open": False,
        }

    @api.model
    def _get_desk_counts(self, tabs):
        counts = {
            key: self.search_count(domain, limit=COUNT_LIMIT)
            for key, (domain, _order) in tabs.items()
        }
        due = tabs["other"][0] & Domain("chase_date", "<", self._now())
        counts["chase"] = self.search_count(due, limit=COUNT_LIMIT)
        counts["held"] = self.env["helpdesk.ticket.mail.log"].get_held_count()
        return counts

    def _get_desk_rows(self):
        """Return the tickets as rows of the desk, without a query for each."""
        said = self._get_customers_words()
        icons = self._get_channel_icons()
        names = dict(self._fields["priority"]._description_selection(self.env))
        # sudo: names of places, people and stages of tickets the agent reads
        rows = zip(self, self.sudo(), strict=True)
        return [
            {
                "id": ticket.id,
                "number": ticket.number,
                "name": ticket.name,
                "place": sudo.location_id.name or sudo.commercial_partner_id.name or "",
                "requester": ticket.partner_name or "",
                "words": said.get(ticket.id, ""),
                "request": ticket.customer_request or "",
                "party": ticket.waiting_party or "",
                "answer_due": fields.Datetime.to_string(ticket.answer_due_date),
                "waiting_since": fields.Datetime.to_string(ticket.queue_date),
                "chase": fields.Datetime.to_string(ticket.chase_date),
                "since": fields.Datetime.to_string(ticket.last_stage_update),
                "user": {"id": sudo.user_id.id, "name": sudo.user_id.name or ""},
                "channel": {
                    "name": sudo.channel_id.name or "",
                    "icon": icons.get(sudo.channel_id.id, "fa-ticket"),
                },
                "priority": ticket.priority,
                "priority_name": names.get(ticket.priority, ""),
                "turn": ticket.turn,
                "stage": sudo.stage_id.name,
                "kind": ticket.stage_kind,
                "trouble": ticket._get_desk_trouble(),
            }
            for ticket, sudo in rows
        ]

    def _get_desk_trouble(self):
        """Return what keeps mail or clock from working, "" when all is well."""
        self.ensure_one()
        return self.clock_note or self.mail_failed_text or ""

    @api.model
    def _get_channel_icons(self):
        ref = self.env["ir.model.data"]._xmlid_to_res_id
        return {ref(xmlid): icon for xmlid, icon in CHANNEL_ICONS.items()}

    def _get_customers_words(self):
        """Return the customers' last words by ticket: one query for any number."""
        if not self:
            return {}
        self.env["mail.message"].flush_model()
        self.flush_model(["description", "user_id"])
        rows = self.env.execute_query(
            SQL(
                """
                SELECT ticket.id, left(COALESCE(said.body, ticket.description), 4000)
                  FROM helpdesk_ticket ticket
     LEFT JOIN LATERAL (
                       SELECT message.body
                         FROM mail_message message
                    LEFT JOIN res_partner author ON author.id = message.author_id
                        WHERE message.model = 'helpdesk.ticket'
                          AND message.res_id = ticket.id
                          AND message.message_type IN ('comment', 'email')
                          AND message.subtype_id = %s
                          AND message.is_internal IS NOT TRUE
                          AND author.partner_share IS NOT FALSE
                     ORDER BY message.id DESC
                        LIMIT 1
                       ) said ON TRUE
                 WHERE ticket.id = ANY(%s)
                """,
                self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_comment"),
                self.ids,
            )
        )
        return {ticket_id: snippet(body) for ticket_id, body in rows}

    def _get_desk_stamp(self):
        """Return what tells whether this ticket changed; None when out of reach."""
        ticket = self.search([("id", "in", self.ids)]) if self else self
        if not ticket:
            return None
        message = self.env["mail.message"].search(
            [("model", "=", self._name), ("res_id", "=", ticket.id)],
            order="id desc",
            limit=1,
        )
        return {
            "id": ticket.id,
            "message_id": message.id or 0,
            "changed": fields.Datetime.to_string(ticket.write_date),
        }

    @api.model
    def desk_take_next(self):
        """Give the current user the first ticket of their teams that nobody took.

        Two who ask at once get two tickets.

        :return: its id, False when there is none
        """
        self._check_desk_access()
        free = Domain("turn", "=", "us") & Domain("user_id", "=", False)
        mine = Domain("team_id.user_ids", "in", self.env.uid)
        tickets = self.search(free & mine, order=BY_PROMISE, limit=10)
        ticket = tickets.try_lock_for_update(allow_referencing=True, limit=1)
        ticket.write({"user_id": self.env.uid})
        return ticket.id
