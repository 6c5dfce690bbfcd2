# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from werkzeug.urls import url_encode

from odoo import api, http
from odoo.http import request

from ..tools import spreadsheet
from . import common
from .portal import HelpdeskPortal

PATH = "/my/tickets/export"
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ROUTE = {"type": "http", "auth": "user", "website": True, "sitemap": False}


class HelpdeskExport(HelpdeskPortal):
    """What the list shows, as a file."""

    @http.route(PATH, methods=["GET"], readonly=common.readonly_page, **ROUTE)
    def export_choices(self, **kw):
        """Say what will be exported, and how; nothing is written by opening it."""
        return self._render_export(kw, limited=kw.get("limited"))

    @http.route(PATH, methods=["POST"], csrf=False, **ROUTE)
    def export_tickets(self, **kw):
        """S2-22 send what the list is narrowed to, or a month's report, as a file.

        Written to the reader while it is read from the database. Audited, and limited
        per account. The CSRF token is checked here, so that a form of an ended session
        comes back.
        """
        Ticket = request.env["helpdesk.ticket"]
        chosen = self._parse_list_params(kw)
        wanted = self._get_list_parameters(chosen)
        kind = kw.get("format") if kw.get("format") in FORMATS else "csv"
        month = Ticket._portal_parse_month(kw.get("month"))
        if not common.is_genuine():
            return request.redirect(f"{PATH}?{url_encode(wanted)}", code=303)
        if request.env["helpdesk.rate.limit"]._hit("export", request.env.uid):
            return self._render_export(kw, limited="1")
        if month:
            domain, order = Ticket._portal_month_domain(month), "create_date, id"
        else:
            domain = self._get_list_domain(chosen) & Ticket._portal_facet_domain(chosen)
            order = self._get_list_order(chosen)
        request.env["helpdesk.audit"]._log(
            "export", details=f"{kind}, {month or url_encode(wanted) or 'all tickets'}"
        )
        return self._send_file(kind, domain, order, month)

    def _send_file(self, kind, domain, order, month):
        """Return the answer that reads while it is sent, with a cursor of its own."""
        registry, uid = request.env.registry, request.env.uid
        context = dict(request.env.context)
        words = request.env._("tickets")

        def chunks():
            with registry.cursor(readonly=True) as cr:
                Ticket = api.Environment(cr, uid, context)["helpdesk.ticket"]
                separator, text_format, cell_format = Ticket._portal_export_format()
                rows = Ticket._portal_export_rows(domain, order)
                if kind == "csv":
                    yield from spreadsheet.csv_chunks(rows, separator, text_format)
                    return
                sheets = [(Ticket.env._("Tickets"), rows)]
                if month:
                    report = Ticket._portal_report_rows(domain)
                    sheets.insert(0, (Ticket.env._("Summary"), report))
                yield from spreadsheet.xlsx_chunks(sheets, cell_format)

        name = "-".join(filter(None, (words, month))) + f".{kind}"
        return request.make_response(
            chunks(),
            headers=[
                ("Content-Type", FORMATS[kind]),
                ("Content-Disposition", http.content_disposition(name)),
                ("Cache-Control", "no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _render_export(self, params, limited=None):
        """Render the page of choices; nothing asked for is lost."""
        Ticket = request.env["helpdesk.ticket"]
        choices = self._prepare_choices(params)
        return request.render(
            "helpdesk_service_portal.portal_ticket_export",
            {
                **choices,
                "list_address": choices["list_url"](),
                "page_name": "ticket_export",
                "no_breadcrumbs": True,
                "main_object": Ticket,
                "months": Ticket._portal_months(),
                "format": params.get("format"),
                "month": Ticket._portal_parse_month(params.get("month")),
                "limited": bool(limited),
            },
        )
