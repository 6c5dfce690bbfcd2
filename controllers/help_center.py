# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

import re
from contextlib import suppress

from odoo import http
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.http import request

from odoo.addons.portal.controllers.portal import pager as portal_pager

from ..tools import rate_limit
from ..tools.text import many_lines, one_line
from . import common, help_common

FEED_LENGTH = 30
PREVIEW_PLACES = 200
MAX_PAGE = 10_000


def sitemap_articles(env, _rule, query):
    """Yield the addresses that everybody may open."""
    for model in ("helpdesk.article.category", "helpdesk.article"):
        for record in env[model]._search_public():
            if not query or query.lower() in record.website_url:
                changed = getattr(record, "content_date", record.write_date)
                yield {"loc": record.website_url, "lastmod": changed.date()}


class HelpCenter(http.Controller):
    """Collections and articles; home and search are in help_home.py."""

    # ------------------------------------------------------------
    # Pages
    # ------------------------------------------------------------

    @http.route(
        ["/support/<string:category>", "/support/<string:category>/page/<int:page>"],
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=sitemap_articles,
        readonly=common.readonly_page,
    )
    def category(self, category, page=1, **_kw):
        """Show a collection or folder."""
        help_common.prepare()
        page = max(1, min(page, MAX_PAGE)) if isinstance(page, int) else 1
        Category = request.env["helpdesk.article.category"]
        folder = Category._find_for_reader(self._parse_slug(category))
        if not folder:
            return help_common.not_found(self._guess_words(category))
        if page == 1 and self._is_elsewhere(folder.website_url):
            return request.redirect(folder.website_url, code=301)
        values = folder._get_page_values(page)
        values["pager"] = portal_pager(
            url=folder.website_url,
            total=values["total"],
            page=page,
            step=values["page_size"],
        )
        return help_common.render("helpdesk_service_portal.help_category", values)

    @http.route(
        "/support/<string:category>/<string:article>",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        readonly=common.readonly_page,
    )
    def article(self, category, article, **_kw):
        """Show an article; its other addresses lead to the one it has."""
        help_common.prepare()
        found = request.env["helpdesk.article"]._find_for_reader(
            self._parse_slug(article)
        )
        if not found:
            return help_common.not_found(self._guess_words(article))
        if self._is_elsewhere(found.website_url):
            return request.redirect(found.website_url, code=301)
        values = found._get_page_values(help_common.voter())
        if values["can_edit"]:
            # sudo: helpdesk.ticket.location - an editor chooses whose eyes to look with
            Location = request.env["helpdesk.ticket.location"].sudo()
            values["preview_places"] = Location.search([], limit=PREVIEW_PLACES)
        return help_common.render("helpdesk_service_portal.help_article", values)

    @http.route(
        "/support/feed.xml",
        type="http",
        auth="public",
        website=True,
        methods=["GET"],
        sitemap=False,
        multilang=True,
        readonly=common.readonly_page,
    )
    def feed(self, **_kw):
        """Return the articles that changed last, for feed readers: the public ones."""
        articles = request.env["helpdesk.article"]._search_public(
            order="content_date desc", limit=FEED_LENGTH
        )
        values = {"articles": articles, "base_url": request.website.get_base_url()}
        return request.render(
            "helpdesk_service_portal.help_feed",
            values,
            headers=[("Content-Type", "application/atom+xml;charset=utf-8")],
        )

    def _parse_slug(self, slug):
        """Return the id at the end of an address, 0 where there is none."""
        number = request.env["ir.http"]._unslug(slug)[1]
        return number if number and 0 < number < 2**31 else 0

    def _guess_words(self, slug):
        """Return the words of an address, to search for."""
        return one_line(re.sub(r"-?\d*$", "", slug).replace("-", " "))[:80]

    def _is_elsewhere(self, address):
        """Tell whether a record's address is another than the one asked for."""
        if address == "#":
            return False
        asked = request.httprequest.path.rstrip("/")
        return not asked.endswith(address)

    # ------------------------------------------------------------
    # Forms
    # ------------------------------------------------------------

    @http.route(
        "/support/article/<int:article_id>/vote",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def vote(self, article_id, **_kw):
        """Take a vote, or a comment to one (S2-17 to S2-19)."""
        article = self._find(article_id)
        if not article:
            return help_common.not_found()
        form = common.read_fields(("helpful", "feedback"))
        if not self._is_limited("feedback"):
            helpful = {"yes": True, "no": False}.get(form["helpful"])
            feedback = many_lines(form["feedback"])[:4000]
            article._vote(help_common.voter(make=True), helpful, feedback or None)
        return request.redirect(f"{article.website_url}#helpful", code=303)

    @http.route(
        "/support/article/<int:article_id>/comment",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def comment(self, article_id, **_kw):
        """Take a comment of who is signed in (S1-24)."""
        article = self._find(article_id)
        if not article:
            return help_common.not_found()
        # sudo: helpdesk.article - found as the reader; its folder says who comments
        return self._take_comment(article.website_url, article=article.sudo())

    @http.route(
        "/support/folder/<int:category_id>/comment",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def community(self, category_id, **_kw):
        """Take a question or proposal of who is signed in (S1-23)."""
        help_common.prepare()
        Category = request.env["helpdesk.article.category"]
        folder = Category._find_for_reader(category_id)
        if not folder.is_community:
            return help_common.not_found()
        return self._take_comment(folder.website_url, category=folder)

    def _take_comment(self, address, **place):
        if not common.is_signed_in():
            return common.to_sign_in(f"{address}#comments")
        form = common.read_fields(("comment", "parent"))
        if self._is_limited("message"):
            return request.redirect(f"{address}#comments", code=303)
        Comment = request.env["helpdesk.article.comment"]
        # an empty one, which the browser does not send
        with suppress(ValidationError):
            parent = self._find_parent(form["parent"], place)
            Comment._post(form["comment"], parent=parent, **place)
        return request.redirect(f"{address}#comments", code=303)

    def _find_parent(self, number, place):
        """Return the comment of the same page that is answered, as sudo."""
        # sudo: helpdesk.article.comment - one that is shown on this page
        Comment = request.env["helpdesk.article.comment"].sudo()
        if not number.isdecimal() or len(number) > 9:
            return Comment
        domain = Domain("id", "=", int(number)) & Domain("state", "=", "published")
        for name, record in place.items():
            domain &= Domain(f"{name}_id", "=", record.id)
        return Comment.search(domain & Domain("parent_id", "=", False))

    @http.route(
        "/support/article/<int:article_id>/read",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def count_reader(self, article_id, **_kw):
        """Count a reader: once per session, no machine."""
        if not request.env["ir.http"].is_a_bot():
            article = self._find(article_id)
            if article and article.sudo()._is_shown() and not self._is_own():
                if help_common.is_first_reading(article.id):
                    # sudo: helpdesk.article.view - one line more
                    request.env["helpdesk.article.view"].sudo()._add(article)
        return request.make_response("", status=204)

    @http.route(
        "/support/search/vain",
        type="http",
        auth="public",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def vain_search(self, **_kw):
        """Note a search that found nothing, for the editors."""
        words = one_line(common.read_fields(("words",))["words"])[:80].lower()
        is_bot = request.env["ir.http"].is_a_bot()
        if words and not is_bot and not self._is_limited("feedback"):
            # sudo: helpdesk.article.inbox - the editors' list
            request.env["helpdesk.article.inbox"].sudo()._add("search", words, words)
        return request.make_response("", status=204)

    @http.route(
        "/support/preview",
        type="http",
        auth="user",
        methods=["POST"],
        website=True,
        sitemap=False,
    )
    def preview(self, **_kw):
        """Look as a visitor, as the people of a location, or as oneself again."""
        chosen = common.read_fields(("as", "back"))
        request.session.pop(help_common.PREVIEW, None)
        if request.env["helpdesk.article"].has_access("write"):
            if chosen["as"] == "visitor":
                request.session[help_common.PREVIEW] = 0
            elif chosen["as"].isdecimal() and len(chosen["as"]) < 10:
                request.session[help_common.PREVIEW] = int(chosen["as"])
        back = chosen["back"]
        is_ours = back.startswith("/") and not back.startswith(("//", "/\\"))
        return request.redirect(back if is_ours else "/support", code=303)

    def _find(self, article_id):
        help_common.prepare()
        return request.env["helpdesk.article"]._find_for_reader(article_id)

    def _is_own(self):
        """Tell whether the reader writes articles: they do not count."""
        return request.env["helpdesk.article"].has_access("write")

    def _is_limited(self, door):
        """Count one use by who is signed in or, for visitors, their network."""
        key = request.env.uid if common.is_signed_in() else rate_limit.current_network()
        return bool(request.env["helpdesk.rate.limit"]._hit(door, key))
