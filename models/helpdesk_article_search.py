# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).

from markupsafe import Markup

from odoo import api, models

from ..tools import search_words
from .helpdesk_article_index import INDEXED

PAGE = 10
SUGGESTIONS = 6
#: nobody reads further
MAX_FOUND = 100
#: what a longer text is searched by: its end rarely says more
MAX_SEARCH = 200


def to_html(pieces):
    """Return marked text, see ``tools/search_words.py mark``, for a page."""
    return Markup().join(
        Markup("<mark>%s</mark>") % words if is_found else words
        for words, is_found in pieces
    )


def compile_terms(terms):
    """Return the pattern of the words found by."""
    return search_words.compile_stems(
        {stem.removesuffix(":*") for term in terms for stem in term.stems}
    )


class HelpdeskArticle(models.Model):
    """Finding articles: by words in any order and form, accents and errors aside."""

    _inherit = "helpdesk.article"

    # ------------------------------------------------------------
    # CRUD
    # ------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        articles = super().create(vals_list)
        # sudo: helpdesk.article.index - kept by the articles themselves
        self.env["helpdesk.article.index"].sudo()._refresh(articles.ids)
        return articles

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(INDEXED):
            # sudo: helpdesk.article.index - the same
            self.env["helpdesk.article.index"].sudo()._refresh(self.ids)
        return result

    # ------------------------------------------------------------
    # Search
    # ------------------------------------------------------------

    @api.model
    def _find(
        self,
        search,
        limit=PAGE,
        offset=0,
        is_typing=False,
        in_titles=False,
        reader=None,
    ):
        """Return what a reader finds, the best first: two statements.

        :param str search: as typed
        :param bool is_typing: the last word may be the beginning of one
        :param bool in_titles: quicker: titles, keywords, summaries and headings only
        :param Reader reader: see ``_get_visible_domain``
        :return: (articles as sudo, how many there are, the words found by)
        """
        # sudo: helpdesk.article.index - words alone; whoever finds nothing sees nothing
        Index = self.env["helpdesk.article.index"].sudo()
        words = str(search or "")[:MAX_SEARCH]
        terms = Index._get_terms(words, is_typing, in_titles)
        if not terms:
            return self.sudo().browse(), 0, []
        query = self._get_found_query(reader)
        rows = Index._rank(terms, query, limit, offset, in_titles)
        # sudo: helpdesk.article - the query holds the condition of the reader
        articles_sudo = self.sudo().browse(id_ for id_, _total in rows)
        return articles_sudo, rows[0][1] if rows else 0, terms

    @api.model
    def _get_found_query(self, reader=None):
        """Return the query of what the reader finds, whatever the words."""
        # sudo: helpdesk.article - the condition itself decides
        Article = self.sudo()
        return Article._search(Article._get_visible_domain(reader))

    @api.model
    def _search_page(self, search, page=1):
        """Return a page of what is found: rows with marked words, how many there are.

        :return: dict: ``rows`` · ``total`` · ``total_words``: it, or “100+”
        """
        articles_sudo, total, terms = self._find(search, PAGE, (page - 1) * PAGE)
        return {
            "rows": articles_sudo._get_found_rows(terms),
            "total": min(total, MAX_FOUND),
            "total_words": str(total) if total < MAX_FOUND else f"{MAX_FOUND}+",
        }

    def _get_found_rows(self, terms):
        """Return these (sudo) articles as results: plain values, marked words."""
        pattern = compile_terms(terms)
        # sudo: helpdesk.article.index - of articles that the reader finds
        texts = self.env["helpdesk.article.index"].sudo()._fetch_texts(self.ids)
        self.fetch(["name", "category_ids", "category_id"])
        folders = self._get_visible_folders()
        rows = []
        for article in self:
            own = article.category_ids & folders
            main = article.category_id
            folder = main if main in own else own[:1]
            text = texts.get(article.id, "")
            rows.append(
                {
                    "id": article.id,
                    "url": article.website_url,
                    "title": to_html(search_words.mark(article.name, pattern)),
                    "excerpt": to_html(search_words.excerpt(text, pattern)),
                    # the reader's: another one may be none of their business
                    "folder": folder.name or "",
                }
            )
        return rows

    def _get_short_url(self):
        """Return an address without the folder, which leads to the article's own."""
        self.ensure_one()
        return f"/support/articles/{self.env['ir.http']._slug(self)}"

    @api.model
    def _suggest(self, search, limit=SUGGESTIONS):
        """Return titles and addresses for what is being typed, how many there are."""
        articles_sudo, total, terms = self._find(
            search, limit, is_typing=True, in_titles=True
        )
        articles_sudo.fetch(["name", "seo_name"])
        pattern = compile_terms(terms)
        return [
            {
                "id": article.id,
                "url": article._get_short_url(),
                "title": search_words.mark(article.name, pattern),
            }
            for article in articles_sudo
        ], total

    def _find_similar(self, limit=4):
        """Return what the reader finds by this title, without itself, as sudo."""
        self.ensure_one()
        articles_sudo, _total, _terms = self._find(self.name, limit + 1)
        return (articles_sudo - self.sudo())[:limit]
