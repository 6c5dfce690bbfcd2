# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from odoo.addons.helpdesk_service_portal.tools import search_words

from .article_common import ArticleCase


@tagged("post_install", "-at_install")
class TestHelpSearch(ArticleCase):
    """S2-01 "Search bar that quickly finds KB articles": whatever the form of the
    words, and nothing that is not the reader's.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("es_MX")
        cls.missing = cls._create_article(
            "A reservation did not arrive",
            body="<h2>Steps</h2><p>Look for the <b>booking</b> number.</p>",
        )
        cls.missing.with_context(lang="es_MX").write(
            {
                "name": "Una reservación no llegó",
                "body": "<p>Busque el número de la conexión.</p>",
            }
        )
        cls.rates = cls._create_article(
            "Rates of the season",
            body="<p>Prices change. A reservation keeps its price.</p>",
            website_meta_keywords="precios, tarifas",
        )

    def found(self, search, user=None, **kw):
        """Return the names of what a reader (a visitor) finds, best first."""
        user = user or self.env.ref("base.public_user")
        Article = self.env["helpdesk.article"].with_user(user)
        articles_sudo, total, _terms = Article._find(search, **kw)
        self.assertEqual(total, len(articles_sudo))
        return articles_sudo.mapped("name")

    def test_accents_and_case(self):
        """S0-41 "KB searchable by keywords from the search bar on home": accents and
        case do not matter, on either side."""
        for search in ("conexión", "conexion", "CONEXIÓN", "Conéxion"):
            with self.subTest(search=search):
                self.assertEqual(self.found(search), [self.missing.name])

    def test_word_forms(self):
        """S2-01 "Search bar that quickly finds KB articles": by Spanish and English
        word forms."""
        for search in ("reservaciones", "reservacion", "conexiones", "reservations"):
            with self.subTest(search=search):
                self.assertIn(self.missing.name, self.found(search))
        self.assertEqual(self.found("price changing"), [self.rates.name])
        self.assertEqual(self.found("tarifa"), [self.rates.name])

    def test_typing_errors(self):
        """S2-01 "Search bar that quickly finds KB articles": with a letter missing, too
        many, wrong or swapped; two of them in a long word."""
        for search in ("conexin", "conexxion", "comexion", "conexoin", "reserbasion"):
            with self.subTest(search=search):
                self.assertIn(self.missing.name, self.found(search))
        self.assertEqual(self.found("zqxzqx"), [])

    def test_without_the_extension(self):
        """S2-01 "Search bar that quickly finds KB articles": where PostgreSQL may not
        have pg_trgm, one error is still forgiven, and an administrator is told."""
        with patch.object(self.env.registry, "has_trigram", False):
            for search in ("conexin", "conexoin", "reservacion", "conexiones"):
                with self.subTest(search=search):
                    self.assertIn(self.missing.name, self.found(search))
            self.assertTrue(
                self.env["helpdesk.article.index"]._is_typo_search_limited()
            )
            settings = self.env["res.config.settings"].create({})
            self.assertIn("pg_trgm", settings.helpdesk_search_notice)
        settings = self.env["res.config.settings"].create({})
        self.assertFalse(settings.helpdesk_search_notice)

    def test_any_order_and_the_title_first(self):
        """S2-01 "Search bar that quickly finds KB articles": words in any order; what
        has them in its title stands before what has them in its text."""
        names = [self.missing.name, self.rates.name]
        self.assertEqual(self.found("arrive reservation"), names)
        self.assertEqual(self.found("reservation arrive"), names)
        self.assertEqual(self.found("reservation"), names)

    def test_small_talk_is_no_word(self):
        """S2-01 "Search bar that quickly finds KB articles": how one asks does not
        matter."""
        self._create_article("Please how to do it: hello, help")
        self.assertEqual(
            self.found("Hello, please help: how do rates change?")[0], self.rates.name
        )

    def test_nothing_breaks_it(self):
        """S2-01 "Search bar …": signs, nothing, and far too much."""
        for search in ("", "  ", "'", "a & b | !c :*", "<->", "\\", "%_", "x" * 5000):
            with self.subTest(search=search[:20]):
                self.found(search)
        self.assertEqual(self.found("':* | season"), [self.rates.name])

    def test_while_typing(self):
        """S2-01 "Search bar that quickly finds KB articles": suggestions by the
        beginning of the last word."""
        self.assertEqual(self.found("the sea", is_typing=True), [self.rates.name])
        self.assertEqual(self.found("the sea"), [])

    def test_nobody_finds_what_they_may_not_read(self):
        """Visibility: public, signed-in, country, product, company; in search,
        suggestions and counters alike."""
        tomorrow = fields.Datetime.now() + timedelta(days=1)
        for name, vals in (
            ("Secret draft", {"is_published": False}),
            ("Secret later", {"publish_date": tomorrow}),
            ("Secret connected", {"visibility": "connected"}),
            (
                "Secret Spain",
                {"country_ids": self.spain.ids, "visibility": "connected"},
            ),
            (
                "Secret Luna",
                {"partner_ids": self.other_hotel.ids, "visibility": "connected"},
            ),
        ):
            self._create_article(name, **vals)
        expected = {
            None: set(),
            self.ana: {"Secret connected"},
            self.eva: {"Secret connected", "Secret Spain", "Secret Luna"},
        }
        for user, names in expected.items():
            with self.subTest(user=user and user.name):
                self.assertEqual(set(self.found("secret", user)), names)
                Article = self.env["helpdesk.article"].with_user(
                    user or self.env.ref("base.public_user")
                )
                rows, total = Article._suggest("secr")
                self.assertEqual(total, len(names))
                self.assertEqual(len(rows), len(names))
                self.assertEqual(Article._search_page("secret")["total"], len(names))
                hints = Article._get_hints("secret")
                self.assertLessEqual({hint["title"] for hint in hints}, names)

    def test_folders_of_others_are_not_named(self):
        """Visibility: what is found is shown in a folder of the reader's."""
        luna = self._create_folder(
            "Contract of Hotel Luna",
            visibility="connected",
            partner_ids=self.other_hotel.ids,
        )
        self._create_article("Blackout", luna | self.folder, category_id=luna.id)
        for user, name in ((self.eva, luna.name), (self.ana, self.folder.name)):
            with self.subTest(user=user.name):
                Article = self.env["helpdesk.article"].with_user(user)
                (row,) = Article._search_page("blackout")["rows"]
                self.assertEqual(row["folder"], name)
                if user == self.ana:
                    self.assertNotIn("luna", row["url"])
                    self.assertNotIn("luna", str(Article._suggest("blackout")).lower())

    def test_changed_texts_are_found_at_once(self):
        """S2-13 "Shows the date the content was updated": and the search knows."""
        self.rates.body = "<p>Blackout dates</p>"
        self.assertEqual(self.found("blackout"), [self.rates.name])
        self.assertEqual(self.found("prices"), [])
        self.rates.website_meta_keywords = "overbooking"
        self.assertEqual(self.found("overbooking"), [self.rates.name])

    def test_translations_loaded_from_files_are_found(self):
        """S2-01 "Search bar that quickly finds KB articles": in the language of a file
        that was loaded past the forms."""
        self.env.flush_all()
        self.env.cr.execute(
            """UPDATE helpdesk_article SET name = name || '{"es_MX": "Temporada"}'
                WHERE id = %s""",
            [self.rates.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.found("temporadas"), [])
        self.env["ir.module.module"]._load_module_terms([], ["es_MX"])
        self.assertEqual(self.found("temporadas"), [self.rates.name])

    def test_forgotten_words_correct_nothing(self):
        """Words of texts that are gone are forgotten."""
        Word = self.env["helpdesk.article.word"]
        self.rates.body = "<p>Hippopotamus</p>"
        self.assertTrue(Word.search([("name", "=", "hippopotamus")]))
        self.rates.body = "<p>Elephant</p>"
        self.env["helpdesk.article.index"]._gc_stale()
        self.assertFalse(Word.search([("name", "=", "hippopotamus")]))
        self.assertTrue(Word.search([("name", "=", "elephant")]))

    def test_excerpts_show_where_it_is(self):
        """S2-01 "Search bar …": the words found are marked, in the reader's language,
        and a text never becomes markup."""
        self.rates.write(
            {"body": f"<p>{'word ' * 100} &lt;script&gt; cancellation</p>"}
        )
        Article = self.env["helpdesk.article"].with_user(self.ana)
        (row,) = Article._search_page("cancellations")["rows"]
        self.assertIn("<mark>cancellation</mark>", row["excerpt"])
        self.assertIn("&lt;script&gt;", row["excerpt"])
        self.assertTrue(row["excerpt"].startswith("… "))
        spanish = Article.with_context(lang="es_MX")._search_page("llego")["rows"][0]
        self.assertIn("<mark>llegó</mark>", spanish["title"])
        self.assertIn("Busque el número", spanish["excerpt"])

    def test_similar_articles(self):
        """S2-16 "Lists complementary related articles": by the words of the title."""
        other = self._create_article("Reservation twice")
        similar = other._find_similar(3)
        self.assertEqual(similar[:1], self.missing)
        self.assertNotIn(other, similar)

    def test_errors_are_counted_as_people_make_them(self):
        self.assertEqual(search_words.count_errors("abcd", "abdc"), 1)
        self.assertEqual(search_words.count_errors("", "abc"), 3)
        self.assertEqual(search_words.count_errors("tarifa", "tarifas"), 1)
