# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2

from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.helpdesk_type.controllers.main import HelpdeskTicketControllerTypes

from . import common

FORM_PATH = "/new/ticket"
LINKED = ("type", "location", "category", "product", "subject")


class HelpdeskTicketController(HelpdeskTicketControllerTypes):
    """The form of a new ticket, and closing a ticket."""

    @http.route(readonly=common.readonly_page)
    def create_new_ticket(self, **kw):
        """Show the form, with what was typed and not sent, or as a link asks for it."""
        form, pending, notice = common.unsent_form(FORM_PATH)
        previous = request.env["helpdesk.ticket"]._portal_previous(kw.get("follow_up"))
        if previous and form.get("follow_up") != str(previous.id):
            form, pending, notice = previous._portal_follow_up_values(), None, None
        else:
            form = self._fill_in_link(form, kw)
        return self._render_form(form, pending=pending, notice=notice)

    @http.route(
        "/helpdesk/form/preview",
        type="http",
        auth="user",
        website=True,
        sitemap=False,
        methods=["GET"],
        readonly=common.readonly_page,
    )
    def preview_form(self, **kw):
        """Show who configures forms what customers will see; nothing can be sent."""
        Ticket, Team = (
            request.env["helpdesk.ticket"],
            request.env["helpdesk.ticket.team"],
        )
        if not Team.has_access("write"):
            raise request.not_found()
        chosen = request.env["helpdesk.ticket.type"].search(
            [("id", "=", Ticket._portal_parse_id(kw.get("type")) or 0)]
        )
        team = Team.search([("id", "=", Ticket._portal_parse_id(kw.get("team")) or 0)])
        team = team or chosen.team_id or Team._get_desk()
        request.update_context(helpdesk_preview_team=team.id)
        values = self._get_form_values({"type": str(chosen.id or "")}, None, {}, None)
        return request.render(
            "helpdesk_service_portal.portal_ticket_form",
            {**values, "is_preview": True, "preview_of": chosen.name or team.name},
        )

    @http.route(methods=["POST"], auth="public", csrf=False)
    def submit_ticket(self, **kw):
        """Open a ticket; a form that cannot be accepted comes back as it was.

        The CSRF token is checked here, so that a form of an ended session is kept
        instead of answered by an error page.
        """
        form = common.read_fields(common.FORM_FIELDS)
        if not common.is_signed_in():
            common.keep_form(FORM_PATH, form)
            return common.to_sign_in(FORM_PATH)
        Ticket = request.env["helpdesk.ticket"]
        sent = common.read_form_files()
        genuine = common.is_genuine()
        if sent["is_removal"] or common.is_checked("show") or not genuine:
            return self._render_form(
                form,
                pending=common.keep_form_files(sent),
                notice=None if genuine else "stale",
            )
        values, errors = Ticket._portal_parse_form(
            form, has_files=bool(sent["files"] or sent["pending"])
        )
        if sent["problems"]:
            errors["attachment"] = sent["problems"]
        if not errors:
            limit = common.limited("submit")
            errors = {"limit": limit} if limit else {}
        if errors and not Ticket._portal_submitted(values["submission_key"]):
            return self._render_form(
                form, pending=common.keep_form_files(sent), errors=errors
            )
        try:
            ticket_sudo = self._submit_once(values, sent["files"], sent["pending"])
        except UserError as error:  # of the people in copy, who are looked up late
            return self._render_form(
                form,
                pending=common.keep_form_files(sent),
                errors={"copies": str(error)},
            )
        path = f"/my/ticket/{ticket_sudo.id}"
        if ticket_sudo.name != values["name"]:
            # a form that was sent before, now with other words: those are kept
            common.keep_form(FORM_PATH, {**form, "submission_key": ""})
            return request.redirect(f"{path}?again=1", code=303)
        common.forget_form(FORM_PATH)
        return request.redirect(f"{path}?sent=1", code=303)

    @http.route(methods=["POST"], auth="public", csrf=False)
    def support_ticket_close(self, ticket_id=None, **kw):
        """Close, which solves, one of the customer's open tickets."""
        Ticket = request.env["helpdesk.ticket"]
        number = Ticket._portal_parse_id(ticket_id)
        path = f"/my/ticket/{number}" if number else "/my/tickets"
        if not common.is_signed_in():
            return common.to_sign_in(path)
        ticket_sudo = Ticket._portal_find(number)
        if not ticket_sudo:
            return request.redirect(path, code=303)
        if not common.is_genuine():
            return request.redirect(f"{path}?stale=1", code=303)
        ticket_sudo._portal_close(kw.get("solved"))
        return request.redirect(f"{path}?closed=1", code=303)

    def _submit_once(self, values, files, pending):
        """Submit a form; the loser of two at the same time gets the winner's ticket."""
        Ticket = request.env["helpdesk.ticket"]
        try:
            if not values.get("copies"):
                return Ticket._portal_submit(values, files, pending)
            with request.env.cr.savepoint():
                return Ticket._portal_submit(values, files, pending)
        except psycopg2.errors.UniqueViolation:
            request.env.cr.rollback()
            ticket_sudo = Ticket._portal_submitted(values["submission_key"])
            if not ticket_sudo:
                raise
            return ticket_sudo

    def _fill_in_link(self, form, link):
        """Return the form with what a link asks for; what was typed goes before."""
        link = {name: link[name] for name in LINKED if isinstance(link.get(name), str)}
        if not link:
            return form
        asked = request.env["helpdesk.ticket"]._portal_link_values(link)
        return {**form, **{name: asked[name] for name in asked if not form.get(name)}}

    def _render_form(self, form, pending=None, errors=None, notice=None):
        return request.render(
            "helpdesk_service_portal.portal_ticket_form",
            self._get_form_values(form, pending, errors or {}, notice),
        )

    def _get_form_values(self, form, pending, errors, notice):
        """Return what the form template shows, typed text included."""
        Ticket = request.env["helpdesk.ticket"]
        values = Ticket._portal_form_values(form)
        return {
            **values,
            "page_name": "new_ticket",
            "main_object": Ticket,
            "form": {
                **dict.fromkeys(common.FORM_FIELDS, ""),
                **values["form"],
                "description": Ticket._portal_clean_typed(form, "description"),
            },
            "previous": Ticket._portal_previous(form.get("follow_up")),
            "pending": common.pending_rows(pending or ()),
            "errors": errors,
            "notice": notice,
            "owner": common.owner_mark(),
            "remove_label": request.env._("Remove"),
            "submission_key": Ticket._portal_clean_key(form.get("submission_key"))
            or common.new_key(),
            "file_rules": common.file_rules(),
            "action": "/submitted/ticket",
            "is_visitor": False,
            "is_preview": False,
        }
