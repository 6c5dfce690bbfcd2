# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .access_common import PNG
from .article_common import ArticleCase


@tagged("post_install", "-at_install")
class TestArticleText(ArticleCase):
    """Texts: dates, languages, pictures, versions, links."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for lang in ("es_ES", "es_MX"):
            cls.env["res.lang"]._activate_lang(lang)

    def _in(self, lang, article=None):
        return (article or self.article).with_context(lang=lang)

    def _age(self, days=10):
        self.article.content_date = fields.Datetime.now() - timedelta(days=days)
        self.article.flush_recordset()
        return self.article.content_date

    def test_a_minor_change_leaves_the_date(self):
        """S2-13 "Shows the date the content was updated": "updated ... ago" (a "minor
        change" leaves the date).
        """
        old = self._age()
        with Form(self.article.with_user(self.edith)) as form:
            form.summary = "A typo less"
            form.is_minor_change = True
        self.assertEqual(self.article.content_date, old)
        with Form(self.article.with_user(self.edith)) as form:
            form.summary = "Something new"
        self.assertGreater(self.article.content_date, old)

    def test_what_is_not_text_leaves_the_date(self):
        old = self._age()
        self.article.write({"kind": "faq", "sequence": 3, "name": self.article.name})
        self.assertEqual(self.article.content_date, old)

    def test_missing_translations_fall_back(self):
        """Missing translations fall back: to the original, and within one language to
        what another country's readers have.
        """
        self._in("es_MX").write({"name": "Conectar un canal", "body": "<p>Así</p>"})
        self.assertEqual(self._in("es_ES").name, "Conectar un canal")
        self.assertEqual(self._in("es_ES").body, "<p>Así</p>")
        self.assertEqual(self._in("en_US").name, "Connect a channel")
        other = self._create_article("Only English")
        self.assertEqual(self._in("es_MX", other).name, "Only English")
        self._in("es_MX").name = "Conectar un canal de venta"
        self.assertEqual(self._in("es_ES").name, "Conectar un canal de venta")
        self._in("es_ES").name = "Conecte un canal"
        self._in("es_MX").name = "Otra vez"
        self.assertEqual(self._in("es_ES").name, "Conecte un canal")

    def test_each_language_has_its_own_structure(self):
        """Translations: a text is translated as a whole."""
        self._in("es_MX").body = "<h2>Uno</h2><p>Dos</p><p>Tres</p>"
        self.assertIn("how it is done", self._in("en_US").body)
        self._in("en_US").body = "<p>One</p>"
        self.assertEqual(self._in("es_MX").body, "<h2>Uno</h2><p>Dos</p><p>Tres</p>")

    def test_outdated_translations(self):
        """Inbox of outdated translations: the original went on, the other did not."""
        Inbox = self.env["helpdesk.article.inbox"]
        found = [("kind", "=", "translation"), ("article_id", "=", self.article.id)]
        with self.clock(minutes=1):
            self._in("es_MX").body = "<p>Así</p>"
        self.assertFalse(self.article.outdated_langs)
        with self.clock(minutes=2):
            self._in("en_US").body = "<p>Another way</p>"
        self.assertEqual(self.article.outdated_langs, "es_MX")
        self.assertFalse(Inbox.search(found).is_done)
        with self.clock(minutes=3):
            self._in("es_MX").body = "<p>De otra manera</p>"
        self.assertFalse(self.article.outdated_langs)
        self.assertTrue(Inbox.search(found).is_done)

    def test_write_in_another_language(self):
        wizard = self.env["helpdesk.article.translate.wizard"].with_user(self.edith)
        action = wizard.create(
            {"article_id": self.article.id, "lang": "es_MX"}
        ).action_open()
        self.assertEqual(action["context"], {"lang": "es_MX"})
        self.assertEqual(action["res_id"], self.article.id)

    def test_earlier_versions(self):
        """Html history: earlier versions of the text come back."""
        first = self.article.body
        article = self.article.with_user(self.edith)
        article.body = "<p>Second</p>"
        article.body = "<p>Third</p>"
        versions = article.html_field_history_metadata["body"]
        self.assertEqual(len(versions), 2)
        oldest = versions[-1]["revision_id"]
        self.assertEqual(
            article.html_field_history_get_content_at_revision("body", oldest), first
        )

    def test_pasted_pictures_become_files(self):
        """Clean paste from Word with its images: they are files of the article."""
        source = f'<p>A<img src="data:image/png;base64,{PNG}">B</p>'
        article = self._create_article("Pictures", body=source)
        pictures = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.article"), ("res_id", "=", article.id)]
        )
        self.assertEqual(len(pictures), 1)
        self.assertNotIn("data:", article.body)
        self.assertFalse(pictures.public)
        article.body = f"{article.body}{source}"
        self.assertEqual(article.body.count("/web/image/"), 2)

    def test_a_copied_text_has_its_own_pictures(self):
        """A picture opens for the readers of its article: a copied text copies it."""
        source = f'<p><img src="data:image/png;base64,{PNG}"></p>'
        article = self._create_article("Pictures", body=source)
        copy = self._create_article("Copy", body=article.body)
        self.assertNotEqual(copy.body, article.body)
        picture = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.article"), ("res_id", "=", copy.id)]
        )
        self.assertIn(f"/web/image/{picture.id}/", copy.body)

    def test_unpublishing_says_what_links_here(self):
        """Unpublishing says what links here."""
        link = f'<p><a href="{self.article.website_url}#steps">steps</a></p>'
        linking = self._create_article("Linking", body=link)
        related = self._create_article("Pointing", related_ids=[(4, self.article.id)])
        self.env["mail.canned.response"].create(
            {
                "source": "channel",
                "substitution": f"See https://h.example{self.article.website_url}",
            }
        )
        self.assertEqual(self.article.linking_ids, linking)
        article = self.article.with_user(self.edith)
        action = article.action_unpublish()
        self.assertEqual(action["target"], "new")
        self.assertTrue(article.is_published, "not before it was confirmed")
        for name in ("Linking", related.name, "channel"):
            self.assertIn(name, article.incoming_text)
        article.with_context(confirmed=True).action_unpublish()
        self.assertFalse(article.is_published)
        self.assertIn("Linking", article.message_ids[0].body)
        linking.body = "<p>no link</p>"
        self.assertFalse(self.article.linking_ids)
        lonely = self._create_article("Lonely").with_user(self.edith)
        self.assertFalse(lonely.action_unpublish())
        self.assertFalse(lonely.is_published)

    def test_review_date(self):
        """Review date: the editors' inbox asks whether the text still holds, once."""
        Inbox = self.env["helpdesk.article.inbox"]
        self.article.review_date = fields.Date.today() + timedelta(days=3)
        Inbox._cron_collect()
        found = [("kind", "=", "review"), ("article_id", "=", self.article.id)]
        self.assertFalse(Inbox.search(found))
        with self.clock(days=4):
            Inbox._cron_collect()
            line = Inbox.search(found)
            self.assertEqual(line.count, 1)
            line.action_done()
            Inbox._cron_collect()
            self.assertTrue(line.is_done)
            line.action_reopen()
            self.article.with_user(self.edith).action_reviewed()
            self.assertTrue(line.is_done)
        self.assertGreater(self.article.review_date, fields.Date.today())

    def test_the_inbox_opens_what_a_line_is_about(self):
        Inbox = self.env["helpdesk.article.inbox"]
        Inbox._add("review", "x", "text", article=self.article)
        line = Inbox.search([("key", "=", "x")])
        self.assertEqual(line.action_open_article()["res_id"], self.article.id)
        Inbox._add("search", "y", "text")
        self.assertFalse(Inbox.search([("key", "=", "y")]).action_open_article())

    def test_cycles_of_folders(self):
        with self.assertRaises(UserError):
            self.channel.parent_id = self.folder
