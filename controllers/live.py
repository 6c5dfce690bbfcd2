# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import time

from odoo import http
from odoo.http import request

from . import common
from .portal import HelpdeskPortal

#: parts of the page that are made anew when something changed, by their template
PARTS = {
    "head": "helpdesk_service_portal.portal_page_head",
    "turn": "helpdesk_service_portal.ticket_turn_band",
    "facts": "helpdesk_service_portal.portal_details_list",
    "seen": "helpdesk_service_portal.portal_thread_seen",
    "readers": "helpdesk_service_portal.portal_readers",
}


class HelpdeskLive(HelpdeskPortal):
    """What changed on an open page, and up to where it was read."""

    @http.route(
        "/my/ticket/<int:ticket_id>/live",
        type="http",
        auth="public",
        website=True,
        multilang=False,
        methods=["GET"],
        readonly=common.readonly_page,
        sitemap=False,
    )
    def portal_ticket_live(
        self, ticket_id, after=None, stamp=None, since=None, access_token=None, **kw
    ):
        """Return what is new since the page was made, as HTML by its place.

        Who may not see the ticket gets an empty 404, whatever the reason.

        :param after: number of the newest row the page has
        :param stamp: the page's mark, see ``_live_stamp``
        :param since: ``time`` of the last answer: rows changed later come again
        """
        ticket_sudo = self._find_ticket(ticket_id, access_token)
        if not ticket_sudo:
            return self._answer_live({}, status=404)
        reading = ticket_sudo._get_staff_reading()
        mark = ticket_sudo._live_stamp(reading)
        answer = {"stamp": mark, "time": int(time.time())}
        if stamp != mark:
            parse = request.env["helpdesk.ticket"]._portal_parse_id
            values = self._prepare_live_page_values(ticket_sudo, reading)
            after, since = parse(after) or 0, parse(since) or 0
            answer |= self._prepare_live_values(values, after, since)
        return self._answer_live(answer)

    @http.route(
        "/my/ticket/<int:ticket_id>/seen",
        type="http",
        auth="user",
        methods=["POST"],
        sitemap=False,
    )
    def portal_ticket_seen(self, ticket_id, last=None, **kw):
        """Remember up to where a customer has read: a beacon, nothing to answer."""
        ticket_sudo = self._find_ticket(ticket_id)
        last = request.env["helpdesk.ticket"]._portal_parse_id(last)
        if ticket_sudo and last and not request.env.user._is_internal():
            ticket_sudo._portal_note_reading(last)
        return request.make_response("", status=204)

    def _answer_live(self, values, status=200):
        response = request.make_json_response(values, status=status)
        response.headers["Cache-Control"] = "no-store"
        return response

    def _prepare_live_values(self, values, after, since):
        """Return the new rows of the thread and the parts that may have changed."""
        rows = values["rows"]
        fresh = [row for row in rows if row["id"] > after]
        changed = [
            row for row in rows if row["id"] <= after and row["changed"] > since > 0
        ]
        return {
            "ids": [row["id"] for row in rows],
            "rows": [
                {
                    "id": row["id"],
                    "html": self._render_part(
                        "helpdesk_service_portal.portal_thread_row", {"row": row}
                    ),
                }
                for row in changed + fresh
            ],
            "said": self._get_said(fresh),
            "count": sum(
                row["kind"] == "message" and not row["is_mine"] for row in fresh
            ),
            "parts": {
                name: self._render_part(template, values)
                for name, template in PARTS.items()
            },
        }

    def _prepare_live_page_values(self, ticket_sudo, reading):
        signed_in = common.is_signed_in()
        thread = ticket_sudo._portal_thread()
        return {
            "ticket": ticket_sudo,
            "signed_in": signed_in,
            "can_answer": signed_in and ticket_sudo.stage_kind != "closed",
            "location_word": request.env["helpdesk.ticket"]._portal_location_word(),
            "rows": thread["rows"],
            **ticket_sudo._portal_live_values(thread, reading),
        }

    def _get_said(self, rows):
        """Return what is read aloud of new rows."""
        said = []
        for row in rows:
            if row["kind"] == "message" and not row["is_mine"]:
                said.append(
                    request.env._("New message from %(name)s", name=row["author"])
                )
            elif row["kind"] != "message":
                said.append(row["summary"])
        return ". ".join(said)

    def _render_part(self, template, values):
        return str(request.env["ir.ui.view"]._render_template(template, values))
