# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from odoo import api, models

from ..tools import dates
from .helpdesk_ticket_service import FIXED_FIELDS


class HelpdeskTicket(models.Model):
    """The page of a ticket: what it shows and what is done there."""

    _inherit = "helpdesk.ticket"

    @api.model
    def _portal_find(self, ticket_id, access_token=None):
        """Return a ticket the current user may see, as sudo; none is none.

        A token from a mail opens its one ticket without signing in, as its person
        sees it. Whether a ticket does not exist or is not theirs, nobody is told.
        """
        number = self._portal_parse_id(ticket_id)
        if not number:
            return self.sudo()
        # sudo: helpdesk.ticket - read once; the user's right or token is checked below
        ticket_sudo = self.sudo().search_fetch([("id", "=", number)])
        if not ticket_sudo or (
            not self.env.user._is_public()
            and self.browse(ticket_sudo.id).has_access("read")
        ):
            return ticket_sudo
        return ticket_sudo._open_by_token(access_token) or self.sudo()

    def _get_portal_assignee(self):
        """Return who handles the ticket, as the team wants customers to see it."""
        self.ensure_one()
        return self._get_portal_assignees().get(self.id, "")

    @api.model
    def _get_portal_meaning(self, stage):
        """Return what a status means to customers, as plain text."""
        return stage._get_meaning()

    def _portal_page_values(self):
        """Return what the page of this (sudo) ticket shows, in words."""
        self.ensure_one()
        zone, lang = self._get_reader_zone(), self.env.lang
        thread = self._portal_thread(with_request=True)
        return {
            "reported_on": dates.deadline_words(self.create_date, zone, lang),
            "request_row": thread["request_row"],
            "history_text": self._get_history_text(thread["start"], zone),
            "thread": self._fold_read(thread["rows"]),
            "promise": self._get_answer_promise_text(),
            "hours_text": self.team_id._get_hours_text(),
            **self._portal_live_values(thread, self._get_staff_reading()),
        }

    def _portal_live_values(self, thread, reading):
        """Return what changes while the page is open, besides the thread.

        :param dict thread: what ``_portal_thread`` returned
        :param reading: what ``_get_staff_reading`` returned
        """
        labels = dict(self._fields["priority"]._description_selection(self.env))
        person = self.user_id.partner_id
        is_person = bool(person) and self.team_id.portal_assignee == "name"
        return {
            "meaning": self._get_portal_meaning(self.stage_id),
            "assignee": self._get_portal_assignee(),
            "assignee_photo": is_person and thread["photos"].get(person.id),
            "reaches": (person.name or "").split(" ")[0] if is_person else "",
            "priority_label": labels.get(self.priority, ""),
            "copies": self._get_copy_rows(),
            "facts": self._get_page_facts(),
            "seen": self._get_seen_text(reading),
            "live_stamp": self._live_stamp(reading),
        }

    @api.model
    def _fold_read(self, rows):
        """Split the thread into what was read and what the page opens at.

        That is the first message not read, else the last one anybody wrote; the page
        then shows it without scrolling. What was read is a click away.
        """
        people = [i for i, row in enumerate(rows) if row["kind"] == "message"]
        new = [i for i in people if rows[i]["is_new"]]
        first = (new or people[-1:] or [0])[0]
        earlier = sum(index < first for index in people)
        if rows:
            rows[first] |= {"starts_day": True, "opens": bool(new)}
        return {
            "earlier": rows[:first] if people else [],
            "rows": rows[first:] if people else rows,
            "folded": earlier + 1 if people else 0,  # the request is one of them
            "has_new": bool(new),
            "is_empty": not people,
            "last": max((row["id"] for row in rows), default=0),
        }

    def _portal_request_text(self):
        """Return the description of this (sudo) ticket as its page shows it."""
        return self._portal_thread(with_request=True)["request_row"]["body"]

    # ------------------------------------------------------------
    # Details
    # ------------------------------------------------------------

    def _get_page_facts(self):
        """Return the details as shown, and what the reader may do about them.

        :return: dict: ``edits`` fields with a pencil · ``missing`` (field, label) of
            those that are empty and may be added · ``locks`` {field: reason} · the
            words for phone, company and tax number · ``can_add_people``
        """
        self.ensure_one()
        edits, shown = self._portal_offered_edits(), self._get_shown_facts()
        return {
            "edits": edits,
            "shown": shown,
            "labels": {name: self._get_edit_label(name) for name in shown},
            "missing": [name for name in edits if name in shown and not shown[name]],
            "slugs": self._get_edit_slugs(),
            "reported_on": dates.deadline_words(
                self.create_date, self._get_reader_zone(), self.env.lang
            ),
            "locks": {name: self._get_locked_text(name) for name in FIXED_FIELDS},
            "can_add_people": self._portal_can_add_people(),
        }

    def _get_shown_facts(self):
        """Return the details as the page shows them, by field.

        Company and phone of the contact where the ticket has none of its own.
        """
        customer = self.commercial_partner_id
        own_company = customer.name if customer.is_company else ""
        return {
            "type_id": self.type_id.name,
            "category_id": self.category_id.complete_name,
            "location_id": self.location_id.complete_name,
            "partner_vat": self.partner_vat,
            "partner_company_name": self.partner_company_name or own_company,
            "partner_phone": self.partner_phone or self.partner_id.phone,
            "partner_area": self.partner_area,
            "partner_extension": self.partner_extension,
        }
