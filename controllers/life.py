# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.urls import url_encode

from odoo import http
from odoo.http import request

from . import common
from .portal import HelpdeskPortal

MORE_TIME = "helpdesk_service_portal.portal_more_time"
ROUTE = {"type": "http", "auth": "public", "website": True, "sitemap": False}


class HelpdeskLife(HelpdeskPortal):
    """What a customer does about a ticket besides writing: by POST only."""

    # ------------------------------------------------------------
    # More time
    # ------------------------------------------------------------

    @http.route(
        "/my/ticket/<int:ticket_id>/more-time",
        methods=["GET"],
        readonly=common.readonly_page,
        **ROUTE,
    )
    def more_time(self, ticket_id, key=None, access_token=None, done=None, **kw):
        """Show until when we wait and what may be chosen; changes nothing.

        Opened by who sees the ticket, by its token, or by the key of our mail.
        """
        ticket_sudo = self._find_for_more_time(ticket_id, key, access_token)
        if not ticket_sudo:
            return self._render_missing(ticket_id, key or access_token)
        return self._render_more_time(ticket_sudo, key, access_token, done == "1")

    @http.route(
        "/my/ticket/<int:ticket_id>/more-time",
        methods=["POST"],
        csrf=False,
        **ROUTE,
    )
    def take_more_time(self, ticket_id, key=None, access_token=None, **kw):
        """Give the time chosen, once; the CSRF token is checked here."""
        ticket_sudo = self._find_for_more_time(ticket_id, key, access_token)
        if not ticket_sudo:
            return self._render_missing(ticket_id, key or access_token)
        proof = {
            name: value
            for name, value in (("key", key), ("access_token", access_token))
            if value and isinstance(value, str)
        }
        if common.is_genuine():
            days = request.env["helpdesk.ticket"]._portal_parse_id(kw.get("days"))
            ticket_sudo._portal_extend(days)
            proof["done"] = "1"
        path = f"/my/ticket/{ticket_sudo.id}/more-time"
        return request.redirect(f"{path}?{url_encode(proof)}", code=303)

    def _find_for_more_time(self, ticket_id, key=None, access_token=None):
        """Return the ticket as sudo, none if nothing given opens its page."""
        Ticket = request.env["helpdesk.ticket"]
        ticket_sudo = Ticket._portal_find_by_key(ticket_id, key)
        return ticket_sudo or self._find_ticket(ticket_id, access_token)

    def _render_more_time(self, ticket_sudo, key, access_token, done):
        seen = request.env["helpdesk.ticket"]._portal_find(ticket_sudo.id, access_token)
        values = {
            "page_name": "more_time",
            "no_breadcrumbs": True,
            "main_object": request.env["helpdesk.ticket"],
            "ticket": ticket_sudo,
            "key": key,
            "access_token": access_token,
            "can_open": bool(seen),
            "signed_in": common.is_signed_in(),
            **ticket_sudo._portal_extension_values(done),
        }
        response = request.render(MORE_TIME, values)
        # its address holds a key: it is told to no other site
        response.headers["Referrer-Policy"] = "same-origin"
        return response

    # ------------------------------------------------------------
    # Solved
    # ------------------------------------------------------------

    @http.route(
        "/my/ticket/<int:ticket_id>/reopen", methods=["POST"], csrf=False, **ROUTE
    )
    def reopen(self, ticket_id, **kw):
        """ "It still happens": a solved ticket opens again."""

        def verb(ticket_sudo):
            # as the user, whose answer it is: access was checked
            request.env["helpdesk.ticket"].browse(ticket_sudo.id)._portal_reopen()

        return self._do(ticket_id, verb, "reopened=1#reply")

    @http.route(
        "/my/ticket/<int:ticket_id>/thanks", methods=["POST"], csrf=False, **ROUTE
    )
    def thanks(self, ticket_id, **kw):
        """ "Thanks, all is well": a solved ticket stays solved."""
        return self._do(ticket_id, lambda sudo: sudo._portal_thank(), "thanked=1")

    def _do(self, ticket_id, verb, after):
        """Call ``verb`` on a ticket the signed-in customer sees, then show it.

        The CSRF token is checked here, so that an ended session leads to signing in.
        """
        path = f"/my/ticket/{ticket_id}"
        if not common.is_signed_in():
            return common.to_sign_in(path)
        ticket_sudo = self._find_ticket(ticket_id)
        if not ticket_sudo:
            return self._render_missing(ticket_id)
        if not common.is_genuine():
            return request.redirect(f"{path}?stale=1", code=303)
        verb(ticket_sudo)
        return request.redirect(f"{path}?{after}", code=303)
