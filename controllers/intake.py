# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from urllib.parse import urlencode

import psycopg2

from odoo import http
from odoo.http import request
from odoo.tools import email_normalize, single_email_re

from ..models.helpdesk_visitor_form import VISITOR_FORM
from ..tools import rate_limit
from . import common

FORM_PATH = "/support/ticket"
SENT_PATH = "/support/ticket/sent"
NEW_TICKET_PATH = "/new/ticket"
#: what a link may ask the form for, see ``HelpdeskTicketController``
LINK_FIELDS = ("type", "location", "category", "product", "subject")
PERSON_FIELDS = ("visitor_name", "visitor_email")
#: a field nobody sees: who fills it in is a program
HONEYPOT = "homepage"
SENT_TO = "helpdesk_visitor_sent_to"
SENT_TEAM = "helpdesk_visitor_team"
MAX_NAME, MAX_ADDRESS = 100, 320
SECRET_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


class HelpdeskIntake(http.Controller):
    """S4-01: tickets of people without account; they confirm them by a mail."""

    # ------------------------------------------------------------
    # The form
    # ------------------------------------------------------------

    @http.route(
        FORM_PATH,
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
        csrf=False,
        readonly=common.readonly_form,
    )
    def visitor_form(self, **kw):
        """Show the types, then the form; take what was written.

        Who is signed in writes in the portal, who may not write signs in.
        """
        request.update_context(**{VISITOR_FORM: True})
        asked = {name: kw[name] for name in LINK_FIELDS if kw.get(name)}
        is_posted = request.httprequest.method == "POST"
        if common.is_signed_in():
            if is_posted:
                form = common.read_fields(common.FORM_FIELDS)
                common.keep_form(NEW_TICKET_PATH, {**form, "submission_key": ""})
                asked = {}
            return request.redirect_query(NEW_TICKET_PATH, asked, code=303)
        choices = request.env["helpdesk.ticket"]._visitor_choices()
        types = choices["types"]
        chosen = types.filtered(lambda t: asked.get("type") in (t.code, str(t.id)))
        is_foreign = "type" in asked and not chosen and not is_posted
        if not self._may_write(choices) or is_foreign and self._is_type(asked["type"]):
            return common.to_sign_in(f"{NEW_TICKET_PATH}?{urlencode(asked)}")
        if is_posted:
            return self._take_form()
        if len(types) > 1 and not chosen:
            return self._render_types(types, asked)
        form = {
            "type": str(chosen.id or ""),
            "subject": str(asked.get("subject") or "")[:200],
        }
        return self._render_form(form)

    @http.route(
        SENT_PATH,
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET"],
        readonly=common.readonly_page,
    )
    def visitor_sent(self, **kw):
        """Say what happens next, whoever the address belongs to."""
        response = request.render(
            "helpdesk_service_portal.visitor_sent",
            {
                "address": request.session.get(SENT_TO, ""),
                # sudo: helpdesk.ticket.team - whether it rehearses
                "form_team": request.env["helpdesk.ticket.team"]
                .sudo()
                .browse(request.session.get(SENT_TEAM) or [])
                .exists(),
            },
        )
        response.headers.update(SECRET_HEADERS)
        return response

    def _may_write(self, choices):
        return request.env["helpdesk.ticket"]._visitor_may_write(choices)

    def _is_type(self, code):
        """Tell whether a link asks for a type of the portal."""
        # sudo: helpdesk.ticket.type - whether there is one, to offer signing in
        types = request.env["helpdesk.ticket"].sudo()._portal_types()
        return code in types.mapped("code")

    def _take_form(self):
        """Keep what a visitor wrote, or show it again with what is wrong."""
        posted = request.httprequest.form
        if posted.get(HONEYPOT):
            return self._to_sent("")
        Ticket = request.env["helpdesk.ticket"]
        form = common.read_fields((*common.FORM_FIELDS, *PERSON_FIELDS))
        form |= {"description_format": "", "follow_up": ""}
        sent = common.read_form_files()
        if sent["is_removal"] or common.is_checked("show"):
            return self._render_form(form, sent["pending"])
        Limit = request.env["helpdesk.rate.limit"]
        if not Limit._take_proof(posted.get("proof")):
            errors = {"proof": self._get_proof_text(bool(sent["files"]))}
            return self._render_form(form, sent["pending"], errors)
        values, errors = Ticket._portal_parse_form(
            form, has_files=bool(sent["files"] or sent["pending"])
        )
        person = self._parse_person(form, errors)
        if sent["problems"]:
            errors["attachment"] = sent["problems"]
        errors = errors or self._check_limits(person["address"])
        if errors:
            return self._render_form(form, common.keep_form_files(sent), errors)
        try:
            line_sudo = request.env["helpdesk.visitor.request"]._take(
                person, values, sent["files"], sent["pending"]
            )
        except psycopg2.errors.UniqueViolation:  # sent twice at the same time
            request.env.cr.rollback()
        else:
            if line_sudo:
                request.session[SENT_TEAM] = line_sudo._get_team().id
        return self._to_sent(person["address"])

    def _parse_person(self, form, errors):
        """Return name and address of who writes; what is wrong goes into ``errors``."""
        Ticket = request.env["helpdesk.ticket"]
        name = Ticket._portal_clean_line(form["visitor_name"])
        typed = Ticket._portal_clean_line(form["visitor_email"])
        address = email_normalize(typed) or ""
        if not name:
            errors["visitor_name"] = request.env._("Write your name.")
        if (
            not address
            or not single_email_re.match(address)
            or len(typed) > MAX_ADDRESS
        ):
            errors["visitor_email"] = request.env._(
                "Write your whole e-mail address, for example name@hotel.com."
            )
        return {"name": name[:MAX_NAME], "address": address}

    def _check_limits(self, address):
        Limit = request.env["helpdesk.rate.limit"]
        opens = Limit._hit("visitor_network", rate_limit.current_network())
        opens = opens or Limit._hit("visitor", address)
        return {"limit": Limit._get_text(opens)} if opens else {}

    def _get_proof_text(self, with_files):
        """Return why a form without proof of work comes back."""
        if with_files:
            return request.env._(
                "Your browser's check came too late. Add your files again and send it."
            )
        return request.env._("Your browser's check came too late. Send it again.")

    def _to_sent(self, address):
        """Go on to the page that looks the same for every address."""
        request.session[SENT_TO] = address
        return request.redirect(SENT_PATH, code=303)

    def _render_types(self, types, asked):
        rest = {name: value for name, value in asked.items() if name != "type"}
        return request.render(
            "helpdesk_service_portal.visitor_types",
            {
                "types": types,
                "urls": {
                    t.id: f"{FORM_PATH}?{urlencode({'type': t.code or t.id, **rest})}"
                    for t in types
                },
                "sign_in_url": self._get_sign_in_url(asked),
            },
        )

    def _get_sign_in_url(self, asked):
        target = f"{NEW_TICKET_PATH}?{urlencode(asked)}" if asked else NEW_TICKET_PATH
        return f"/web/login?{urlencode({'redirect': target})}"

    def _render_form(self, form, pending=None, errors=None):
        """Render the form with what was typed."""
        return request.render(
            "helpdesk_service_portal.visitor_form",
            self._get_form_values(form, pending, errors or {}),
        )

    def _get_form_values(self, form, pending, errors):
        """Return what the form template shows, typed text included."""
        Ticket = request.env["helpdesk.ticket"]
        values = Ticket._portal_form_values(form)
        chosen = values["chosen_type"]
        asked = {"type": chosen.code} if chosen.code else {}
        return {
            **values,
            "form": {
                **dict.fromkeys((*common.FORM_FIELDS, *PERSON_FIELDS), ""),
                **values["form"],
            },
            "previous": None,
            "pending": common.pending_rows(pending or ()),
            "errors": errors,
            "owner": "",
            "remove_label": request.env._("Remove"),
            "submission_key": Ticket._portal_clean_key(form.get("submission_key"))
            or common.new_key(),
            "file_rules": common.file_rules(),
            "is_visitor": True,
            "is_preview": False,
            "sign_in_url": self._get_sign_in_url(asked),
        }

    # ------------------------------------------------------------
    # The link of the mail
    # ------------------------------------------------------------

    @http.route(
        "/support/ticket/confirm/<key>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
        methods=["GET", "POST"],
        csrf=False,
        readonly=common.readonly_form,
    )
    def visitor_confirm(self, key, **kw):
        """Show the request a link leads to; POST sends it, or deletes it.

        The key is the secret: nobody else can make a browser send this form.
        """
        line_sudo = request.env["helpdesk.visitor.request"]._find(key)
        if line_sudo and request.httprequest.method == "POST":
            if kw.get("drop"):
                line_sudo._drop()
                return self._render_confirm("visitor_dropped", {})
            ticket_sudo = line_sudo._confirm()
            return request.redirect(line_sudo._get_ticket_url(ticket_sudo), code=303)
        if not line_sudo:
            return self._render_confirm("visitor_link_over", {}, status=404)
        if line_sudo.ticket_id:
            url = line_sudo._get_ticket_url(line_sudo.ticket_id)
            return request.redirect(url, code=303)
        values = {
            "request_row": line_sudo._get_page_values(),
            "form_team": line_sudo._get_team(),
            "key": key,
        }
        return self._render_confirm("visitor_confirm", values)

    def _render_confirm(self, name, values, status=200):
        response = request.render(
            f"helpdesk_service_portal.{name}", values, status=status
        )
        response.headers.update(SECRET_HEADERS)
        return response
