# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..models.helpdesk_article_search import PAGE
from ..tools import rate_limit
from ..tools.text import one_line
from . import common, help_common

#: parts of the home page that stand alone: on the portal home, as snippets
BLOCKS = (
    "announcements",
    "bases",
    "countries",
    "guides",
    "articles",
    "department",
    "community",
    "contact",
)
TICKETS = 5
MAX_SEARCH = 200
MIN_TYPED = 2
PAGE_ROUTE = {
    "type": "http",
    "auth": "public",
    "website": True,
    "methods": ["GET"],
    "readonly": common.readonly_page,
}
#: parts of pages, fetched by scripts: the reader's language is known without a
#: prefix, so that nobody is sent there first
PART_ROUTE = {**PAGE_ROUTE, "sitemap": False, "multilang": False}


class HelpHome(http.Controller):
    """Home, search and suggestions of the help center."""

    @http.route("/support", **PAGE_ROUTE)
    def home(self, **_kw):
        """Show the home of the help center."""
        help_common.prepare()
        values = self._get_block_values(BLOCKS) | {"page_name": "help_home"}
        return help_common.render("helpdesk_service_portal.help_home", values)

    @http.route("/support/block/<string:name>", **PART_ROUTE)
    def block(self, name, **_kw):
        """Return one part of the home page, for where it is shown besides."""
        help_common.prepare()
        if name not in BLOCKS:
            return request.make_response("", status=404)
        return request.render(
            f"helpdesk_service_portal.help_block_{name}", self._get_block_values([name])
        )

    def _get_block_values(self, names):
        """Return what these parts of the home page show."""
        Article = request.env["helpdesk.article"]
        Category = request.env["helpdesk.article.category"]
        values = {}
        if {"bases", "countries", "guides", "department", "community"} & {*names}:
            values["sections"] = Category._get_home_folders()
        if "guides" in names:
            entries = values["sections"]["guides"]
            folders = Category.concat(*(entry["folder"] for entry in entries))
            values["guides"] = Article._get_home_articles("guides", folders)
        if "articles" in names:
            values["recent"] = Article._get_home_articles("recent")
            values["popular"] = Article._get_home_articles("popular")
        if "department" in names:
            values["department"] = request.env.company._get_department()
        if "contact" in names:
            values["hours"] = request.env.company._get_help_hours()
        return values

    # ------------------------------------------------------------
    # Search
    # ------------------------------------------------------------

    @http.route(
        ["/support/search", "/support/search/page/<int:page>"],
        sitemap=False,
        **PAGE_ROUTE,
    )
    def search(self, search="", page=1, **_kw):
        """Show what is found: articles, and the reader's own tickets."""
        help_common.prepare()
        words = self._clean(search)
        # the route's own number, or what somebody wrote behind the question mark
        page = max(1, min(page, 100)) if isinstance(page, int) else 1
        found = request.env["helpdesk.article"]._search_page(words, page)
        pager = portal_pager(
            url="/support/search",
            url_args={"search": words},
            total=found["total"],
            page=page,
            step=PAGE,
        )
        values = {
            "page_name": "help_search",
            "search": words,
            "search_words": words,
            "no_hit": request.env._("No articles with “%(words)s”", words=words),
            "found": found,
            "tickets": self._find_tickets(words, page),
            "pager": pager,
        }
        return help_common.render("helpdesk_service_portal.help_search", values)

    @http.route("/support/suggest", **PART_ROUTE)
    def suggest(self, search="", **_kw):
        """Return titles for what is being typed."""
        help_common.prepare()
        words = self._clean(search)
        rows, total = [], 0
        if len(words) >= MIN_TYPED:
            rows, total = request.env["helpdesk.article"]._suggest(words)
        return request.make_json_response({"rows": rows, "total": total})

    # ------------------------------------------------------------
    # Before the ticket
    # ------------------------------------------------------------

    @http.route("/support/hints", **PART_ROUTE)
    def hints(self, subject="", **_kw):
        """Return the lines under the subject of a new ticket."""
        help_common.prepare()
        hints = request.env["helpdesk.article"]._get_hints(self._clean(subject))
        return request.render("helpdesk_service_portal.help_hints", {"hints": hints})

    @http.route("/support/hints/<int:article_id>", **PART_ROUTE)
    def sheet(self, article_id, **_kw):
        """Return an article for the sheet over the form."""
        help_common.prepare()
        article = request.env["helpdesk.article"]._find_for_reader(article_id)
        if not article:
            return request.make_response("", status=404)
        return request.render(
            "helpdesk_service_portal.help_sheet", article._get_sheet_values()
        )

    @http.route("/support/hints/announcement/<int:announcement_id>", **PART_ROUTE)
    def announcement_sheet(self, announcement_id, **_kw):
        """Return an announcement for the sheet over the form."""
        found = request.env["helpdesk.announcement"]._find_for_reader(announcement_id)
        if not found:
            return request.make_response("", status=404)
        return request.render(
            "helpdesk_service_portal.help_announcement_sheet",
            {"announcement": found._get_rows()[0]},
        )

    @http.route(
        "/support/article/<int:article_id>/solved",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def solved(self, article_id, **_kw):
        """Count that an article spared its reader a ticket."""
        article = request.env["helpdesk.article"]._find_for_reader(article_id)
        key = request.env.uid if common.is_signed_in() else rate_limit.current_network()
        if article and not request.env["helpdesk.rate.limit"]._hit("feedback", key):
            subject = self._clean(common.read_fields(("subject",))["subject"])
            article._note_solved(help_common.voter(make=True), subject)
        return request.make_response("", status=204)

    def _clean(self, search):
        return one_line(search if isinstance(search, str) else "")[:MAX_SEARCH]

    def _find_tickets(self, words, page):
        """Return rows of the reader's own tickets that hold all words."""
        Ticket = request.env["helpdesk.ticket"]
        if page > 1 or not words or not common.is_signed_in():
            return []
        if not Ticket.has_access("read"):
            return []
        tickets_sudo = Ticket._portal_search(
            Ticket._portal_search_domain(words),
            order="last_stage_update desc, id desc",
            limit=TICKETS,
        )
        return tickets_sudo._portal_rows()
