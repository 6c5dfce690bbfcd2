# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request

from . import common
from .portal import HelpdeskPortal

ROUTE = {"type": "http", "auth": "public", "website": True, "sitemap": False}
#: forms check their CSRF token here: an ended session leads to signing in
FORM = {**ROUTE, "methods": ["POST"], "csrf": False}
FORM_VIEW = "helpdesk_service_portal.portal_edit_form"
PAGE_VIEW = "helpdesk_service_portal.portal_ticket_edit"
PEOPLE_FIELDS = ("people", "share_all")


class HelpdeskTicketEdit(HelpdeskPortal):
    """Details and people of a ticket, changed by its customers.

    Each form is a page; with ``part`` it is fetched and sent by the ticket's page, and
    answered by JSON when it was done, by the form and what is wrong when it was not,
    by 401 without a session.
    """

    # ------------------------------------------------------------
    # Details
    # ------------------------------------------------------------

    @http.route(
        "/my/ticket/<int:ticket_id>/edit/<string:name>",
        methods=["GET"],
        readonly=common.readonly_page,
        **ROUTE,
    )
    def portal_ticket_edit(self, ticket_id, name, part=None, **kw):
        """Show the form of one detail, or why it is not the customer's to change."""
        path = self._get_path(ticket_id, f"edit/{name}")
        ticket_sudo, refusal = self._enter(ticket_id, path, part)
        if refusal:
            return refusal
        field = ticket_sudo._portal_edit_field(name)
        if not field:
            return request.redirect(self._get_path(ticket_id), code=303)
        form, _pending = common.kept_form(path)
        return self._render_edit(ticket_sudo, field, part, typed=form)

    @http.route("/my/ticket/<int:ticket_id>/edit/<string:name>", **FORM)
    def portal_ticket_edit_save(self, ticket_id, name, part=None, **kw):
        """Change one detail; what cannot be accepted comes back as it was."""
        path = self._get_path(ticket_id, f"edit/{name}")
        field = request.env["helpdesk.ticket"]._portal_edit_field(name)
        typed = common.read_fields(
            (field, "description_format", "priority_reason", "seen") if field else ()
        )
        ticket_sudo, refusal = self._enter(ticket_id, path, part, typed)
        if refusal:
            return refusal
        if not field:
            return request.redirect(self._get_path(ticket_id), code=303)
        if not common.is_genuine():
            return self._render_edit(
                ticket_sudo, field, part, typed=typed, notice="stale"
            )
        limit = common.limited("message")
        key = request.env["helpdesk.ticket"]._portal_clean_key(
            request.httprequest.form.get("submission_key")
        )
        try:
            errors = {field: limit} if limit else ticket_sudo._portal_edit(typed, key)
        except AccessError:
            return self._render_edit(ticket_sudo, field, part)
        if errors:
            if errors.get(field) == ticket_sudo._get_changed_meanwhile_text(field):
                del typed["seen"]  # saving once more replaces it knowingly
            return self._render_edit(
                ticket_sudo, field, part, typed=typed, errors=errors
            )
        common.forget_form(path)
        return self._answer_done(ticket_sudo, part, name)

    # ------------------------------------------------------------
    # People
    # ------------------------------------------------------------

    @http.route(
        "/my/ticket/<int:ticket_id>/people",
        methods=["GET"],
        readonly=common.readonly_page,
        **ROUTE,
    )
    def portal_ticket_people(self, ticket_id, part=None, **kw):
        """Show the form that adds people."""
        path = self._get_path(ticket_id, "people")
        ticket_sudo, refusal = self._enter(ticket_id, path, part)
        if refusal:
            return refusal
        form, _pending = common.kept_form(path)
        return self._render_people(ticket_sudo, part, typed=form)

    @http.route("/my/ticket/<int:ticket_id>/people", **FORM)
    def portal_ticket_people_add(self, ticket_id, part=None, **kw):
        """Add people; about those from outside the customer is asked once more."""
        path = self._get_path(ticket_id, "people")
        typed = common.read_fields(PEOPLE_FIELDS)
        ticket_sudo, refusal = self._enter(ticket_id, path, part, typed)
        if refusal:
            return refusal
        if not common.is_genuine():
            return self._render_people(ticket_sudo, part, typed, notice="stale")
        if not ticket_sudo._portal_can_add_people():
            return self._render_people(ticket_sudo, part)
        emails, problem = ticket_sudo._portal_parse_people(typed["people"])
        if not emails and not problem:
            problem = request.env._("Write at least one e-mail address.")
        problem = problem or common.limited("message")
        if problem:
            return self._render_people(ticket_sudo, part, typed, {"people": problem})
        outsiders = ticket_sudo._portal_find_outsiders(emails)
        if outsiders and not common.is_checked("confirmed"):
            return self._render_people(ticket_sudo, part, typed, outsiders=outsiders)
        try:
            ticket_sudo._portal_add_people(emails, bool(typed["share_all"]))
        except UserError as error:
            return self._render_people(ticket_sudo, part, typed, {"people": str(error)})
        common.forget_form(path)
        return self._answer_done(ticket_sudo, part, "people")

    @http.route("/my/ticket/<int:ticket_id>/people/<int:person_id>/remove", **FORM)
    def portal_ticket_people_remove(self, ticket_id, person_id, part=None, **kw):
        """Take somebody out of a ticket."""
        return self._decide(
            ticket_id, part, lambda sudo: sudo._portal_remove_person(person_id)
        )

    @http.route("/my/ticket/<int:ticket_id>/people/<int:person_id>/include", **FORM)
    def portal_ticket_people_include(self, ticket_id, person_id, part=None, **kw):
        """Let in somebody who was in copy of a mail."""
        return self._decide(
            ticket_id, part, lambda sudo: sudo._portal_include_person(person_id)
        )

    @http.route("/my/ticket/<int:ticket_id>/leave", **FORM)
    def portal_ticket_leave(self, ticket_id, **kw):
        """Take part in a ticket no more."""
        response = self._decide(ticket_id, None, lambda sudo: sudo._portal_leave())
        ticket = request.env["helpdesk.ticket"].browse(ticket_id)
        is_gone = common.is_signed_in() and not ticket.has_access("read")
        if is_gone and response.status_code == 303:
            return request.redirect("/my/tickets", code=303)
        return response

    def _decide(self, ticket_id, part, verb):
        path = self._get_path(ticket_id)
        ticket_sudo, refusal = self._enter(ticket_id, path, part)
        if refusal:
            return refusal
        if not common.is_genuine():
            return request.redirect(f"{path}?stale=1", code=303)
        verb(ticket_sudo)
        return self._answer_done(ticket_sudo, part, "people")

    # ------------------------------------------------------------
    # What they share
    # ------------------------------------------------------------

    def _get_path(self, ticket_id, tail=""):
        return f"/my/ticket/{ticket_id}" + (f"/{tail}" if tail else "")

    def _enter(self, ticket_id, path, part, typed=None):
        """Return (the ticket as sudo, None), or (none, what is answered instead)."""
        none = request.env["helpdesk.ticket"]
        if not common.is_signed_in():
            if typed:
                common.keep_form(path, typed)
            if part:
                return none, request.make_response("", status=401)
            return none, common.to_sign_in(path)
        ticket_sudo = self._find_ticket(ticket_id)
        if not ticket_sudo:
            return none, self._render_missing(ticket_id)
        return ticket_sudo, None

    def _answer_done(self, ticket_sudo, part, fact):
        if not part:
            path = self._get_path(ticket_sudo.id)
            return request.redirect(f"{path}?edited=1#fact_{fact}", code=303)
        row = {"description": ticket_sudo._portal_request_text()}
        answer = {"said": request.env._("Saved."), "html": row.get(fact)}
        return request.make_json_response(answer)

    def _get_notice(self, ticket_sudo, params):
        if params.get("edited") == "1":
            return "edited"
        return super()._get_notice(ticket_sudo, params)

    def _render_edit(self, ticket_sudo, field, part, typed=None, errors=None, **kw):
        edit = ticket_sudo._portal_edit_form(field, typed)
        return self._render_form(ticket_sudo, edit, part, errors, **kw)

    def _render_people(
        self, ticket_sudo, part, typed=None, errors=None, outsiders=(), **kw
    ):
        edit = ticket_sudo._portal_people_form(typed or {}, outsiders)
        return self._render_form(ticket_sudo, edit, part, errors, **kw)

    def _render_form(self, ticket_sudo, edit, part, errors=None, notice=None):
        values = {
            "page_name": "ticket",
            "main_object": request.env["helpdesk.ticket"],
            "ticket": ticket_sudo,
            "edit": {
                **edit,
                "url": self._get_path(ticket_sudo.id, edit["tail"]),
            },
            "errors": errors or {},
            "notice": notice,
            "owner": common.owner_mark(),
            "submission_key": common.new_key(),
        }
        response = request.render(FORM_VIEW if part else PAGE_VIEW, values)
        if edit["locked"] and request.httprequest.method == "POST":
            response.status_code = 403
        return response
