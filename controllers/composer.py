# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from . import common
from .portal import HelpdeskPortal


class HelpdeskComposer(HelpdeskPortal):
    """Answering a ticket on its page, and taking a confidential file back."""

    @http.route(
        "/my/ticket/<int:ticket_id>/message",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def portal_ticket_message(self, ticket_id, **kw):
        """Post an answer; one that cannot be accepted comes back as it was.

        The CSRF token is checked here, see ``submit_ticket``.
        """
        path = f"/my/ticket/{ticket_id}"
        form = common.read_fields(common.MESSAGE_FIELDS)
        if not common.is_signed_in():
            common.keep_form(path, form)
            return common.to_sign_in(path)
        ticket_sudo = self._find_ticket(ticket_id)
        if not ticket_sudo:
            return self._render_missing(ticket_id)
        path = f"/my/ticket/{ticket_sudo.id}"
        if ticket_sudo.stage_kind == "closed":
            return request.redirect(path, code=303)
        Ticket = request.env["helpdesk.ticket"]
        sent = common.read_form_files(ticket_sudo)
        written = Ticket._portal_parse_text(form, "message")
        errors = {"attachment": sent["problems"]} if sent["problems"] else {}
        carries = sent["files"] or sent["pending"]
        errors |= Ticket._portal_check_message(written, carries)
        genuine = common.is_genuine()
        key = Ticket._portal_clean_key(form["submission_key"])
        if genuine and not errors and not sent["is_removal"]:
            limit = common.limited("message")
            errors = {"limit": limit} if limit else {}
        if sent["is_removal"] or not genuine:
            errors = {}
        elif not errors or Ticket._portal_posted(key):
            # as the user, whose answer it is: access was checked by _find_ticket
            Ticket.browse(ticket_sudo.id)._portal_post(
                written["body"],
                key,
                sent["files"],
                sent["pending"] | written["pictures"],
                **({"writer_name": form["writer_name"]} if form["writer_name"] else {}),
            )
            common.forget_form(path)
            return request.redirect(f"{path}?answered=1#last", code=303)
        return self._render_ticket(
            ticket_sudo,
            form=form,
            pending=common.keep_form_files(sent),
            errors=errors,
            notice=None if genuine else "stale",
        )

    @http.route(
        "/my/ticket/<int:ticket_id>/confidential/delete",
        type="http",
        auth="public",
        website=True,
        methods=["POST"],
        csrf=False,
        sitemap=False,
    )
    def portal_ticket_confidential_delete(self, ticket_id, **kw):
        """Delete a confidential file of one's own, unless somebody opened it."""
        path = f"/my/ticket/{ticket_id}"
        if not common.is_signed_in():
            return common.to_sign_in(path)
        ticket_sudo = self._find_ticket(ticket_id)
        if not ticket_sudo:
            return self._render_missing(ticket_id)
        if not common.is_genuine():
            return request.redirect(f"{path}?stale=1", code=303)
        file_id = request.httprequest.form.get("file")
        deleted = ticket_sudo._portal_delete_confidential(file_id)
        notice = "file_deleted" if deleted else "file_kept"
        return request.redirect(f"{path}?{notice}=1", code=303)
