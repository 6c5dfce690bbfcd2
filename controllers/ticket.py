# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2

from odoo import http
from odoo.http import request

from odoo.addons.helpdesk_type.controllers.main import HelpdeskTicketControllerTypes

from . import common

FORM_PATH = "/new/ticket"


class HelpdeskTicketController(HelpdeskTicketControllerTypes):
    """The form of a new ticket, and closing a ticket."""

    @http.route(readonly=common.readonly_page)
    def create_new_ticket(self, **kw):
        """Show the form, with what was typed and not sent, or as a link asks for it."""
        form, pending, notice = common.unsent_form(FORM_PATH)
        previous = request.env["helpdesk.ticket"]._portal_previous(kw.get("follow_up"))
        if previous and form.get("follow_up") != str(previous.id):
            form, pending, notice = previous._portal_follow_up_values(), None, None
        elif not form:
            form = {"type": self._get_type_of_link(kw.get("type"))}
        return self._render_form(form, pending=pending, notice=notice)

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
        if sent["is_removal"] or not genuine:
            return self._render_form(
                form,
                pending=common.keep_form_files(sent),
                notice=None if genuine else "stale",
            )
        values, errors = Ticket._portal_parse_form(form)
        if sent["problems"]:
            errors["attachment"] = sent["problems"]
        if not errors:
            limit = common.limited("submit")
            errors = {"limit": limit} if limit else {}
        if errors and not Ticket._portal_submitted(values["submission_key"]):
            return self._render_form(
                form, pending=common.keep_form_files(sent), errors=errors
            )
        ticket_sudo = self._submit_once(values, sent["files"], sent["pending"])
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
            return Ticket._portal_submit(values, files, pending)
        except psycopg2.errors.UniqueViolation:
            request.env.cr.rollback()
            ticket_sudo = Ticket._portal_submitted(values["submission_key"])
            if not ticket_sudo:
                raise
            return ticket_sudo

    def _get_type_of_link(self, code):
        """Return the id of the type that a link asks for by its code, as posted."""
        if not isinstance(code, str):
            return ""
        types = request.env["helpdesk.ticket"]._portal_types()
        return str(types.filtered(lambda t: t.code == code)[:1].id or "")

    def _render_form(self, form, pending=None, errors=None, notice=None):
        return request.render(
            "helpdesk_service_portal.portal_ticket_form",
            self._get_form_values(form, pending, errors or {}, notice),
        )

    def _get_form_values(self, form, pending, errors, notice):
        """Return what the form template shows, typed text included."""
        Ticket = request.env["helpdesk.ticket"]
        options = Ticket._portal_form_options()
        types = options["types"]
        chosen = Ticket._portal_choice(form.get("type"), types) or types[:1]
        location = form.get("location") or str(options["last_location"].id or "")
        priority = form.get("priority") or chosen.default_priority or "1"
        return {
            **options,
            "page_name": "new_ticket",
            "main_object": Ticket,
            "form": {
                **dict.fromkeys(common.FORM_FIELDS, ""),
                **form,
                "description": Ticket._portal_clean_typed(form, "description"),
            },
            "previous": Ticket._portal_previous(form.get("follow_up")),
            "priorities": Ticket._portal_priorities(),
            "chosen_type": chosen,
            "chosen_location": location,
            "chosen_priority": priority,
            "pending": common.pending_rows(pending or ()),
            "errors": errors,
            "notice": notice,
            "owner": common.owner_mark(),
            "remove_label": request.env._("Remove"),
            "submission_key": Ticket._portal_clean_key(form.get("submission_key"))
            or common.new_key(),
            "file_rules": common.file_rules(),
            "location_word": Ticket._portal_location_word(),
        }
