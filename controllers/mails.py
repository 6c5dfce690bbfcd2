# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.fields import Domain
from odoo.http import request

from . import common

MAILS = "/my/mails"
ROUTE = {"type": "http", "auth": "public", "website": True, "sitemap": False}
#: tickets named as muted
LISTED = 50


class HelpdeskMails(http.Controller):
    """Which mails a person gets: of all tickets, and of one."""

    @http.route(MAILS, methods=["GET"], readonly=common.readonly_page, **ROUTE)
    def mails(self, saved=None, stale=None, **kw):
        """Show what may be chosen, and what is always sent."""
        if not common.is_signed_in():
            return common.to_sign_in(MAILS)
        # sudo: res.partner - the reader's own choice
        person_sudo = request.env.user.partner_id.sudo()
        Ticket = request.env["helpdesk.ticket"]
        muted = Domain("muted_partner_ids", "in", person_sudo.ids)
        # sudo: helpdesk.ticket - among those the reader sees, which they muted
        muted_sudo = Ticket._portal_search(
            muted, Ticket._portal_rule_domain(), order="id desc", limit=LISTED
        )
        return request.render(
            "helpdesk_service_portal.portal_mails",
            {
                "page_name": "mails",
                "main_object": Ticket,
                "choice": person_sudo.helpdesk_mails,
                "address": person_sudo.email,
                "muted": muted_sudo,
                "is_saved": saved == "1",
                "notice": "stale" if stale == "1" else None,
            },
        )

    @http.route(MAILS, methods=["POST"], csrf=False, **ROUTE)
    def save_mails(self, mails=None, **kw):
        """Write the choice; the CSRF token is checked here."""
        if not common.is_signed_in():
            return common.to_sign_in(MAILS)
        if not common.is_genuine():
            return request.redirect(f"{MAILS}?stale=1", code=303)
        request.env.user.partner_id._set_helpdesk_mails(mails)
        return request.redirect(f"{MAILS}?saved=1", code=303)

    @http.route(
        "/my/ticket/<int:ticket_id>/mails", methods=["POST"], csrf=False, **ROUTE
    )
    def ticket_mails(self, ticket_id, mails=None, **kw):
        """Follow or mute one ticket, which is seen all the same."""
        path = f"/my/ticket/{ticket_id}"
        if not common.is_signed_in():
            return common.to_sign_in(path)
        ticket_sudo = request.env["helpdesk.ticket"]._portal_find(ticket_id)
        if not ticket_sudo:
            return request.not_found()
        if not common.is_genuine():
            return request.redirect(f"{path}?stale=1", code=303)
        person = request.env.user.partner_id
        if mails == "follow":
            ticket_sudo._portal_follow(person)
        elif mails == "mute":
            ticket_sudo._portal_mute(person)
        return request.redirect(f"{path}#mails", code=303)
