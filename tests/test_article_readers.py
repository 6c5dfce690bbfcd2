# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from odoo import http
from odoo.tests import tagged

from .article_common import ArticleCase


@tagged("post_install", "-at_install")
class TestArticleReaders(ArticleCase):
    """Readers are counted."""

    def _read(self, agent="Mozilla/5.0 Firefox/140", article=None):
        article = article or self.article
        return self.url_open(
            f"/support/article/{article.id}/read",
            data={"csrf_token": http.Request.csrf_token(self)},
            headers={"User-Agent": agent},
        )

    def _count(self):
        self.env["helpdesk.article.view"]._count()
        self.article.invalidate_recordset()
        return self.article.views

    def test_once_per_session(self):
        """Readers counted without locks, once per session."""
        self.sign_in()
        self.open(self.article)
        self.assertEqual(self._count(), 0, "looking at a page writes nothing")
        self.assertEqual(self._read().status_code, 204)
        self._read()
        self.assertEqual(self._count(), 1)
        self.assertEqual(self.article.views_recent, 1)
        self.sign_in(self.ana)
        self._read()
        self.assertEqual(self._count(), 2)

    def test_bots_editors_and_hidden_articles_do_not_count(self):
        """… bots excluded."""
        self.sign_in()
        self._read("Googlebot/2.1 (+http://www.google.com/bot.html)")
        self.sign_in(self.edith)
        self._read()
        self.sign_in(self.ana)
        hidden = self._create_article("Hidden", is_published=False)
        self.assertEqual(self._read(article=hidden).status_code, 204)
        self.assertFalse(self.env["helpdesk.article.view"].search([]))

    def test_old_readers_are_no_longer_recent(self):
        """Popular are the articles read lately; the total stays."""
        self.sign_in()
        self._read()
        self._count()
        with self.clock(days=40):
            self._count()
        self.article.invalidate_recordset()
        self.assertEqual((self.article.views, self.article.views_recent), (1, 0))
        self.assertFalse(self.env["helpdesk.article.view"].search([]))

    def test_a_search_without_a_hit(self):
        """Inbox of vain searches: one line per search, counted."""
        for words in ("Wi-Fi  Printer", "wi-fi printer", ""):
            self.post("/support/search/vain", words=words)
        line = self.env["helpdesk.article.inbox"].search([("kind", "=", "search")])
        self.assertEqual((line.text, line.count), ("wi-fi printer", 2))
