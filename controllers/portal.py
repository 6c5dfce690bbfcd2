# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import psycopg2
from werkzeug.urls import url_encode

from odoo import fields, http
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.helpdesk_mgmt.controllers.myaccount import CustomerPortalHelpdesk
from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.helpdesk_ticket_portal_list import FACETS
from ..models.helpdesk_ticket_stage import FINAL_KINDS, KINDS
from . import common, list_memory

TURNS = ("customer", "us", "other", "done")
PERIODS = {"7": 7, "30": 30, "90": 90, "365": 365}
WAITING_CARDS = 2
WAITING_MAX = 100
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
NOTICES = (
    "sent",
    "answered",
    "closed",
    "reopened",
    "thanked",
    "again",
    "stale",
    "file_deleted",
    "file_kept",
    "merged",
)
PARTS = ("1", "asked", "copy")
LIST_DEFAULTS = {"sortby": "date", "filterby": "all"}
LIST_PARAMETERS = (*LIST_DEFAULTS, "groupby", "search", "period", "mine", *FACETS)
#: said in full, so that it is not taken for the list as it was left
PLAIN_LIST = {"filterby": "all"}


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
        # sudo: res.partner - the reader's own contact
        partner_sudo = request.env.user.partner_id.sudo()
        rules = Ticket._portal_rule_domain()
        locations_sudo = Ticket._portal_locations(partner_sudo)
        waiting_sudo = Ticket._portal_search(
            Ticket._portal_waiting_domain(partner_sudo),
            rules,
            order="auto_close_date, last_stage_update, id",
            limit=WAITING_MAX,
        )
        facets = Ticket._portal_facets(Domain.TRUE, self._parse_list_params({}), rules)
        zone = Ticket._portal_home_zone(partner_sudo, locations_sudo)
        return {
            "helpdesk_home": True,
            "partner_sudo": partner_sudo,
            "customer_sudo": partner_sudo.commercial_partner_id,
            "greeting": Ticket._portal_greeting(partner_sudo, zone),
            "home_place": self._get_home_place(partner_sudo, locations_sudo),
            "waiting": waiting_sudo[:WAITING_CARDS]._portal_rows(),
            "waiting_count": len(waiting_sudo),
            "waiting_heading": request.env._(
                "Waiting for your answer (%(count)s)", count=len(waiting_sudo)
            ),
            "is_first_visit": not facets["total"],
            "places": Ticket._portal_places(facets),
            "location_words": Ticket._portal_location_word(plural=True),
            "own_team": request.env["helpdesk.ticket.team"]._get_desk(),
            "main_object": Ticket,
            "two_step_enabled": request.env.user.totp_enabled,
        }

    def _get_home_place(self, partner, locations):
        """Return where the customer works: their only location, else the company."""
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
        recalled = {} if page != 1 or self._is_asked(kw) else list_memory.recall()
        values = self._prepare_ticket_list_values(page, {**recalled, **kw})
        list_memory.remember(values["wanted"])
        # what was kept and exists no longer was not asked for
        values["is_dropped"] = values["is_dropped"] and not recalled
        values["is_recalled"] = bool(recalled and values["active"])
        return request.render("helpdesk_service_portal.portal_ticket_list", values)

    def _prepare_ticket_list_values(self, page, params):
        """Return what the list shows."""
        Ticket = request.env["helpdesk.ticket"]
        choices = self._prepare_choices(params)
        chosen, facets = choices["chosen"], choices["facets"]
        pager = portal_pager(
            url="/my/tickets",
            url_args=choices["wanted"] or PLAIN_LIST,
            total=facets["total"],
            page=page,
            step=common.PAGE_SIZE,
        )
        tickets_sudo, legend = Ticket, []
        if facets["total"]:
            tickets_sudo = Ticket._portal_search(
                choices["domain"],
                choices["rules"],
                order=self._get_list_order(chosen),
                limit=common.PAGE_SIZE,
                offset=pager["offset"],
            )
            # before the rows, which then find all stages read
            legend = tickets_sudo.team_id._get_stage_legend()
        export_query = url_encode(choices["wanted"])
        return {
            **choices,
            "page_name": "ticket_list",
            "main_object": Ticket,
            "counts": facets["turns"],
            "count_all": sum(facets["turns"].values()),
            "groups": self._group_tickets(tickets_sudo, chosen["groupby"], facets),
            "places": Ticket._portal_places(facets),
            "legend": legend,
            "pager": pager,
            "is_dropped": facets["dropped"] or self._is_unknown(params),
            "sees_more": self._sees_more(),
            "no_hit": request.env._(
                "No results for “%(words)s”.", words=chosen["search"]
            ),
            "export_url": f"/my/tickets/export?{export_query}".rstrip("?"),
            "location_word": Ticket._portal_location_word(),
            "location_words": Ticket._portal_location_word(plural=True),
            "own_team": request.env["helpdesk.ticket.team"]._get_desk(),
        }

    def _prepare_choices(self, params):
        """Return what the list, or its export, is narrowed to, in words and numbers.

        One grouped count serves the chips, the choices of the filters, the total and
        the pager; see ``_portal_facets``.
        """
        Ticket = request.env["helpdesk.ticket"]
        chosen = self._parse_list_params(params)
        rules = Ticket._portal_rule_domain()
        # after the rules, which know what is seen in part
        domain = self._get_list_domain(chosen)
        facets = Ticket._portal_facets(domain, chosen, rules)
        options = Ticket._portal_list_options() | facets["options"]
        list_url = self._get_list_url(chosen)
        return {
            "chosen": chosen,
            "wanted": self._get_list_parameters(chosen),
            "rules": rules,
            "domain": domain & Ticket._portal_facet_domain(chosen),
            "facets": facets,
            "total": facets["total"],
            "options": options,
            "active": self._get_active_filters(chosen, options, list_url),
            "list_url": list_url,
        }

    def _is_asked(self, params):
        """Tell whether an address says what the list shows, were it all of it."""
        return any(params.get(name) for name in LIST_PARAMETERS)

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
            "groupby": pick(
                "groupby", ("none", *GROUP_FIELDS), Ticket._portal_default_groupby()
            ),
            "period": pick("period", PERIODS, ""),
            "mine": pick("mine", PARTS, ""),
            **{
                name: str(Ticket._portal_parse_id(params.get(name)) or "")
                for name in FACETS
            },
        }

    def _get_list_parameters(self, chosen):
        """Return what was chosen and differs from the plain list."""
        groupby = request.env["helpdesk.ticket"]._portal_default_groupby()
        defaults = {**LIST_DEFAULTS, "groupby": groupby}
        return {
            name: value
            for name, value in chosen.items()
            if value and value != defaults.get(name)
        }

    def _is_unknown(self, params):
        """Tell whether a filter was asked for that does not exist."""
        asked = params.get("filterby") or "all"
        return asked not in ("all", *TURNS, *dict(KINDS))

    def _get_active_filters(self, chosen, options, list_url):
        """Return what narrows the list: (in words, address of the list without it)."""
        active = []
        if chosen["mine"]:
            active.append((options["mine"][chosen["mine"]], list_url(mine="")))
        if chosen["search"]:
            words = request.env._("“%(words)s”", words=chosen["search"])
            active.append((words, list_url(search="")))
        if chosen["filterby"] != "all":
            names = options["filterby"] | options["kind"]
            active.append((names[chosen["filterby"]], list_url(filterby="all")))
        for name in FACETS:
            if chosen[name] in options[name]:
                active.append((options[name][chosen[name]], list_url(**{name: ""})))
        if chosen["period"]:
            active.append((options["period"][chosen["period"]], list_url(period="")))
        return active

    def _get_list_domain(self, chosen):
        """Return the domain of search, period and mine; facets narrow it further."""
        domain = Domain.TRUE
        if chosen["mine"]:
            domain &= request.env["helpdesk.ticket"]._portal_mine_domain(chosen["mine"])
        if chosen["period"]:
            days = PERIODS[chosen["period"]]
            start = fields.Datetime.subtract(fields.Datetime.now(), days=days)
            domain &= Domain("create_date", ">=", start)
        if chosen["search"]:
            Ticket = request.env["helpdesk.ticket"]
            domain &= Ticket._portal_search_domain(chosen["search"])
        return domain

    def _sees_more(self):
        """Tell whether the user sees tickets in which they take no part."""
        # sudo: res.partner - the reader's own scope
        return request.env.user.partner_id.sudo().helpdesk_scope != "own"

    def _get_list_order(self, chosen):
        field = GROUP_FIELDS.get(chosen["groupby"])
        order = SORT_ORDERS[chosen["sortby"]]
        return f"{field}, {order}" if field and not order.startswith(field) else order

    def _group_tickets(self, tickets_sudo, groupby, facets):
        """Return pairs of a heading and its rows; one without heading if ungrouped."""
        rows = tickets_sudo._portal_rows()
        field = GROUP_FIELDS.get(groupby)
        if not field or not rows:
            return [("", rows)] if rows else []
        groups = {}
        for ticket, row in zip(tickets_sudo, rows, strict=True):
            groups.setdefault(ticket[field], []).append(row)
        return [
            (
                tickets_sudo._portal_group_heading(
                    groupby,
                    facets["options"][groupby].get(str(record.id)),
                    facets["groups"][record.id],
                ),
                group,
            )
            for record, group in groups.items()
        ]

    def _get_list_url(self, chosen):
        """Return a function that gives the address of the list with one choice more."""

        def list_url(**changes):
            wanted = self._get_list_parameters({**chosen, **changes})
            return f"/my/tickets?{url_encode(wanted or PLAIN_LIST)}"

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
        if ticket_sudo.id != ticket_id:
            path = ticket_sudo._get_portal_address(access_token)
            return request.redirect(f"{path}?merged=1", code=303)
        form, pending, unsent = common.unsent_form(
            f"/my/ticket/{ticket_id}", ticket_sudo
        )
        notice = self._get_notice(ticket_sudo, kw) or unsent
        return self._render_ticket(
            ticket_sudo,
            form=form,
            pending=pending,
            notice=notice,
            access_token=access_token,
        )

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
        for name in NOTICES:
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
        self,
        ticket_sudo,
        form=None,
        pending=None,
        errors=None,
        notice=None,
        access_token=None,
    ):
        """Return what the page shows of a ticket and of the answer being written."""
        signed_in = common.is_signed_in()
        Ticket = request.env["helpdesk.ticket"]
        form = {**dict.fromkeys(common.MESSAGE_FIELDS, ""), **(form or {})}
        form["message"] = Ticket._portal_clean_typed(form, "message")
        return {
            "page_name": "ticket",
            "main_object": Ticket,
            "ticket": ticket_sudo,
            **ticket_sudo._portal_page_values(),
            "live": self._get_live_addresses(ticket_sudo, signed_in, access_token),
            "can_answer": signed_in and ticket_sudo.stage_kind != "closed",
            "can_close": signed_in and ticket_sudo._portal_can_close(),
            "signed_in": signed_in,
            "mail_state": self._get_mail_state(ticket_sudo),
            "form": form,
            "pending": common.pending_rows(pending or ()),
            "errors": errors or {},
            "notice": notice,
            "ask_writer": request.env["helpdesk.ticket.draft"]._is_account_shared(),
            "owner": common.owner_mark(),
            "remove_label": request.env._("Remove"),
            "submission_key": Ticket._portal_clean_key(form["submission_key"])
            or common.new_key(),
            "file_rules": common.file_rules(),
            "location_word": Ticket._portal_location_word(),
        }

    def _get_mail_state(self, ticket_sudo):
        """Return what the customer's mails of this ticket are, None for others."""
        if not common.is_signed_in() or request.env.user._is_internal():
            return None
        return ticket_sudo._portal_mail_state()

    def _get_live_addresses(self, ticket_sudo, signed_in, access_token):
        """Return where an open page asks for news and says what was read."""
        path = f"/my/ticket/{ticket_sudo.id}"
        channel = f"helpdesk_ticket_{ticket_sudo.id}"
        if signed_in:
            is_customer = not request.env.user._is_internal()
            return {
                "url": f"{path}/live",
                "channel": channel,
                "seen_url": f"{path}/seen" if is_customer else None,
            }
        # who came by a mail's token: it was checked, and goes along
        return {
            "url": f"{path}/live?{url_encode({'access_token': access_token})}",
            "channel": f"{channel}_{access_token}",
            "seen_url": None,
        }
