# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2
from werkzeug.urls import url_encode

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.helpdesk_ticket_stage import FINAL_KINDS, KINDS
from . import common

TURNS = ("customer", "us", "other", "done")
PERIODS = {"7": 7, "30": 30, "90": 90, "365": 365}
WAITING_CARDS = 3
SORT_ORDERS = {
    "date": "create_date desc, id desc",
    "number": "number desc, id desc",
    "name": "name, id desc",
    "stage": "stage_id, create_date desc, id desc",
    "update": "last_stage_update desc, id desc",
}
GROUP_FIELDS = {
    "stage": "stage_id",
    "location": "location_id",
    "category": "category_id",
    "type": "type_id",
}
LIST_DEFAULTS = {"sortby": "date", "filterby": "all", "groupby": "none"}
MESSAGE_FIELDS = ("message", "submission_key")


class HelpdeskPortal(CustomerPortalHelpdesk):
    """Home, list and page of a customer's tickets."""

    # ------------------------------------------------------------
    # Home
    # ------------------------------------------------------------

    @http.route(readonly=common.readonly_page)
    def home(self, **kw):
        """Show what waits for the customer, the way to a new ticket and the rest."""
        return super().home(**kw)

    def _prepare_home_portal_values(self, counters):
        """Add the customer's waiting tickets to the page, the count to its badge."""
        values = super()._prepare_home_portal_values(counters)
        if not counters and request.env["helpdesk.ticket"].has_access("read"):
            values |= self._prepare_helpdesk_home_values()
        return values

    def _prepare_helpdesk_home_values(self):
        Ticket = request.env["helpdesk.ticket"]
        partner_sudo = request.env.user.partner_id
        waiting_sudo = Ticket._portal_search(
            Domain("turn", "=", "customer")
            & Domain("partner_id", "=", partner_sudo.id),
            order="last_stage_update, id",
            limit=WAITING_CARDS + 1,
        )
        return {
            "helpdesk_home": True,
            "partner_sudo": partner_sudo,
            "customer_sudo": partner_sudo.commercial_partner_id,
            "waiting": waiting_sudo[:WAITING_CARDS]._portal_rows(),
            "waiting_more": len(waiting_sudo) > WAITING_CARDS,
            "main_object": Ticket,
            "home_place": self._get_home_place(partner_sudo),
            "two_step_enabled": request.env.user.totp_enabled,
        }

    def _get_home_place(self, partner):
        """Return where the customer works: their only location, else the company."""
        locations = request.env["helpdesk.ticket"]._portal_locations(partner)
        if len(locations) == 1:
            return locations.complete_name
        company = partner.commercial_partner_id
        return company.name if company != partner else ""

    # ------------------------------------------------------------
    # List
    # ------------------------------------------------------------

    @http.route(readonly=common.readonly_page)
    def portal_my_tickets(self, page=1, **kw):
        """List the customer's tickets; parameters that mean nothing are ignored."""
        if not request.env["helpdesk.ticket"].has_access("read"):
            return request.redirect("/my")
        values = self._prepare_ticket_list_values(page, kw)
        return request.render("helpdesk_service_portal.portal_ticket_list", values)

    def _prepare_ticket_list_values(self, page, params):
        """Return what the list shows.

        One grouped count serves the chips, the choices of the filters, the total and
        the pager; see ``_portal_facets``.
        """
        Ticket = request.env["helpdesk.ticket"]
        chosen = self._parse_list_params(params)
        domain = self._get_list_domain(chosen)
        rules = Ticket._portal_rule_domain()
        facets = Ticket._portal_facets(domain, chosen, rules)
        wanted = self._get_list_parameters(chosen)
        pager = portal_pager(
            url="/my/tickets",
            url_args=wanted,
            total=facets["total"],
            page=page,
            step=common.PAGE_SIZE,
        )
        tickets_sudo = Ticket._portal_search(
            domain & Ticket._portal_facet_domain(chosen),
            rules,
            order=self._get_list_order(chosen),
            limit=common.PAGE_SIZE,
            offset=pager["offset"],
        )
        return {
            "page_name": "ticket_list",
            "main_object": Ticket,
            "options": Ticket._portal_list_options() | facets["options"],
            "chosen": chosen,
            "counts": facets["turns"],
            "count_all": sum(facets["turns"].values()),
            "total": facets["total"],
            "groups": self._group_tickets(tickets_sudo, chosen["groupby"]),
            "pager": pager,
            "is_filtered": bool(wanted.keys() - {"sortby", "groupby"}),
            "list_url": self._get_list_url(chosen),
            "location_word": Ticket._portal_location_word(),
        }

    def _parse_list_params(self, params):
        """Return what was asked for, as far as it exists; the rest falls back."""
        Ticket = request.env["helpdesk.ticket"]

        def pick(name, allowed, fallback):
            value = params.get(name)
            return value if isinstance(value, str) and value in allowed else fallback

        return {
            "search": Ticket._portal_clean_line(params.get("search"))[:200],
            "sortby": pick("sortby", SORT_ORDERS, "date"),
            "filterby": pick("filterby", {*TURNS, *dict(KINDS)}, "all"),
            "groupby": pick("groupby", GROUP_FIELDS, "none"),
            "period": pick("period", PERIODS, ""),
            **{
                name: str(Ticket._portal_parse_id(params.get(name)) or "")
                for name in ("location", "category", "type")
            },
        }

    def _get_list_parameters(self, chosen):
        """Return what was chosen and differs from the plain list."""
        return {
            name: value
            for name, value in chosen.items()
            if value and value != LIST_DEFAULTS.get(name)
        }

    def _get_list_domain(self, chosen):
        """Return the domain of search and period; facets narrow it further."""
        domain = Domain.TRUE
        if chosen["period"]:
            days = PERIODS[chosen["period"]]
            start = fields.Datetime.subtract(fields.Datetime.now(), days=days)
            domain &= Domain("create_date", ">=", start)
        if chosen["search"]:
            Ticket = request.env["helpdesk.ticket"]
            domain &= Ticket._portal_search_domain(chosen["search"])
        return domain

    def _get_list_order(self, chosen):
        field = GROUP_FIELDS.get(chosen["groupby"])
        order = SORT_ORDERS[chosen["sortby"]]
        return f"{field}, {order}" if field and not order.startswith(field) else order

    def _group_tickets(self, tickets_sudo, groupby):
        """Return pairs of a heading and its rows; one without heading if ungrouped."""
        rows = tickets_sudo._portal_rows()
        field = GROUP_FIELDS.get(groupby)
        if not field or not rows:
            return [("", rows)] if rows else []
        groups = {}
        for ticket, row in zip(tickets_sudo, rows, strict=True):
            groups.setdefault(ticket[field], []).append(row)
        return [
            (tickets_sudo._portal_group_heading(groupby, record), group)
            for record, group in groups.items()
        ]

    def _get_list_url(self, chosen):
        """Return a function that gives the address of the list with one choice more."""

        def list_url(**changes):
            wanted = self._get_list_parameters({**chosen, **changes})
            return f"/my/tickets?{url_encode(wanted)}" if wanted else "/my/tickets"

        return list_url

    # ------------------------------------------------------------
    # Page
    # ------------------------------------------------------------

    @http.route(readonly=common.readonly_page)
    def portal_my_ticket(self, ticket_id, access_token=None, **kw):
        """Show a ticket to who may see it, or to who holds the token of its mail."""
        ticket_sudo = self._find_ticket(ticket_id, access_token)
        if not ticket_sudo:
            return self._render_missing(ticket_id, access_token)
        form, tokens = common.kept_form(f"/my/ticket/{ticket_id}")
        pending = request.env["helpdesk.ticket"]._portal_pending_files(tokens)
        notice = self._get_notice(ticket_sudo, kw) or (bool(form) and "kept")
        return self._render_ticket(
            ticket_sudo, form=form, pending=pending, notice=notice
        )

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
        form = common.read_fields(MESSAGE_FIELDS)
        if not common.is_signed_in():
            common.keep_form(path, form)
            return common.to_sign_in(path)
        ticket_sudo = self._find_ticket(ticket_id)
        if not ticket_sudo:
            return self._render_missing(ticket_id)
        Ticket = request.env["helpdesk.ticket"]
        posted = request.httprequest.form
        pending = Ticket._portal_pending_files(posted.getlist("pending"))
        files, errors = Ticket._portal_check_files(
            common.read_uploads("attachment"), pending
        )
        errors = {"attachment": errors} if errors else {}
        text = Ticket._portal_clean_text(form["message"])
        genuine = common.is_genuine()
        if ticket_sudo.stage_kind == "closed":
            return request.redirect(path, code=303)
        if posted.get("remove"):
            Ticket._portal_pending_files([posted["remove"]]).unlink()
            pending = pending.exists()
        elif genuine and not errors:
            errors = Ticket._portal_check_message(text, files or pending)
        if errors or not genuine or posted.get("remove"):
            pending |= Ticket._portal_store_pending(files)
            notice = None if genuine else "stale"
            return self._render_ticket(
                ticket_sudo, form=form, pending=pending, errors=errors, notice=notice
            )
        key = Ticket._portal_clean_key(form["submission_key"])
        # as the user, whose answer it is: access was checked by _find_ticket
        Ticket.browse(ticket_id)._portal_post(text, key, files, pending)
        common.forget_form(path)
        return request.redirect(f"{path}?answered=1#last", code=303)

    def _find_ticket(self, ticket_id, access_token=None):
        """Return the ticket as sudo, none if the visitor may not see it.

        What is missing on a standby may just not have arrived there yet: Odoo then
        repeats the request on the primary.
        """
        ticket_sudo = request.env["helpdesk.ticket"]._portal_find(
            ticket_id, access_token
        )
        if not ticket_sudo and request.env.cr.readonly:
            raise psycopg2.errors.ReadOnlySqlTransaction("look on the primary")
        return ticket_sudo

    def _get_notice(self, ticket_sudo, params):
        """Return which confirmation the page shows after something was done."""
        for name in ("sent", "answered", "closed", "again", "stale"):
            if params.get(name) == "1":
                return name if self._is_notice_true(ticket_sudo, name) else None
        return None

    def _is_notice_true(self, ticket_sudo, name):
        """An old address does not confirm again what was done long ago."""
        fresh = fields.Datetime.subtract(fields.Datetime.now(), minutes=30)
        if name == "sent":
            return ticket_sudo.create_date > fresh
        if name == "answered":
            return (ticket_sudo.last_customer_message_date or fresh) > fresh
        if name == "closed":
            return ticket_sudo.stage_kind in FINAL_KINDS
        return True

    def _render_missing(self, ticket_id, access_token=None):
        """Say the same whether a ticket does not exist or is not theirs."""
        if not common.is_signed_in() and not access_token:
            return common.to_sign_in(f"/my/ticket/{ticket_id}")
        values = {
            "page_name": "ticket_missing",
            "no_breadcrumbs": True,
            "main_object": request.env["helpdesk.ticket"],
        }
        response = request.render(
            "helpdesk_service_portal.portal_ticket_missing", values
        )
        response.status_code = 404
        return response

    def _render_ticket(self, ticket_sudo, **state):
        return request.render(
            "helpdesk_service_portal.portal_ticket_page",
            self._prepare_ticket_page_values(ticket_sudo, **state),
        )

    def _prepare_ticket_page_values(
        self, ticket_sudo, form=None, pending=None, errors=None, notice=None
    ):
        """Return what the page shows of a ticket and of the answer being written."""
        signed_in = common.is_signed_in()
        Ticket = request.env["helpdesk.ticket"]
        form = {**dict.fromkeys(MESSAGE_FIELDS, ""), **(form or {})}
        return {
            "page_name": "ticket",
            "main_object": Ticket,
            "ticket": ticket_sudo,
            **ticket_sudo._portal_page_values(),
            "can_answer": signed_in and ticket_sudo.stage_kind != "closed",
            "can_close": signed_in and ticket_sudo._portal_can_close(),
            "signed_in": signed_in,
            "form": form,
            "pending": common.pending_rows(pending or ()),
            "errors": errors or {},
            "notice": notice,
            "owner": common.owner_mark(),
            "remove_label": request.env._("Remove"),
            "submission_key": Ticket._portal_clean_key(form["submission_key"])
            or common.new_key(),
            "file_rules": common.file_rules(),
            "location_word": Ticket._portal_location_word(),
        }
