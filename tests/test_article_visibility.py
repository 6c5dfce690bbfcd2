# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import base64
from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import new_test_user, tagged

from .access_common import PNG
from .article_common import ArticleCase


@tagged("post_install", "-at_install")
class TestArticleVisibility(ArticleCase):
    """Visibility: public, signed-in, country, product, company; in lists, search,
    suggestions, counters, sitemap, feeds, files alike.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.visitor = cls.env.ref("base.public_user")
        cls.engine = cls.env["helpdesk.ticket.product"].create({"name": "Engine"})
        cls.location.product_ids = cls.engine
        signed_in = {"visibility": "connected"}
        folder = cls._create_folder
        cls.articles = {}
        for name, folders, vals in (
            ("for all", cls.folder, {}),
            ("in Mexico, public", folder("Mexico", country_id=cls.mexico.id), {}),
            ("signed in", folder("Customers", **signed_in), {}),
            ("signed in by itself", cls.folder, signed_in),
            ("below", folder("Below", parent_id=cls._gated("Gate").id), {}),
            ("Mexico", cls._gated("Rules", country_id=cls.mexico.id), {}),
            ("Spain", cls._gated("Normas", country_id=cls.spain.id), {}),
            ("Engine", cls._gated("Engine", product_id=cls.engine.id), {}),
            (
                "Hotel Luna",
                cls._gated("Luna", partner_ids=[Command.link(cls.other_hotel.id)]),
                {},
            ),
            (
                "article for Mexico",
                cls.folder,
                {"country_ids": [Command.link(cls.mexico.id)]},
            ),
            (
                "article for Engine",
                cls.folder,
                {"product_ids": [Command.link(cls.engine.id)]},
            ),
            (
                "article for Hotel Sol",
                cls.folder,
                {"partner_ids": [Command.link(cls.hotel.id)]},
            ),
            ("draft", cls.folder, {"is_published": False}),
            ("archived", cls.folder, {"active": False}),
            (
                "tomorrow",
                cls.folder,
                {"publish_date": fields.Datetime.now() + timedelta(days=1)},
            ),
            ("in a closed folder", folder("Closed", is_published=False), {}),
            (
                "in a closed and an open one",
                folder("Shut", is_published=False) | cls.folder,
                {},
            ),
            ("in another company", cls.folder, {}),
            (
                "on another website",
                cls.folder,
                {"website_id": cls.env["website"].create({"name": "Other"}).id},
            ),
        ):
            cls.articles[name] = cls._create_article(name, folders, **vals)
        elsewhere = cls.env["res.company"].create({"name": "Other"})
        cls.articles["in another company"].company_id = elsewhere
        cls.env.flush_all()
        public = {
            "Connect a channel",
            "for all",
            "in Mexico, public",
            "in a closed and an open one",
        }
        signed_in = public | {"signed in", "signed in by itself", "below"}
        cls.expected = {
            cls.visitor: public,
            cls.ana: signed_in
            | {
                "Mexico",
                "Engine",
                "article for Mexico",
                "article for Engine",
                "article for Hotel Sol",
            },
            cls.eva: signed_in | {"Spain", "Hotel Luna"},
        }

    @classmethod
    def _gated(cls, name, **vals):
        return cls._create_folder(name, visibility="connected", **vals)

    def test_who_finds_what(self):
        """Visibility is decided by the record rule, for each kind of reader."""
        for user, names in self.expected.items():
            with self.subTest(user=user.name):
                self.assertEqual(self.names_for(user), names)
                Article = self.env["helpdesk.article"].with_user(user)
                self.assertEqual(Article.search_count([]), len(names), "counters")
                for name, article in self.articles.items():
                    theirs = article.with_user(user)
                    self.assertEqual(theirs.has_access("read"), name in names, name)
                    self.assertEqual(
                        theirs.sudo().with_user(user).sudo().is_visible,
                        name in names,
                        name,
                    )

    def test_who_writes(self):
        """In the matrix: who works here reads what is published, editors write all."""
        published = self.articles["Spain"]
        draft = self.articles["draft"]
        for user in (self.ines, self.laura, self.sam):
            self.assertTrue(published.with_user(user).has_access("read"))
            self.assertFalse(draft.with_user(user).has_access("read"))
            for user_record in (published, self.folder):
                with self.assertRaises(AccessError):
                    user_record.with_user(user).write({"name": "Changed"})
        for user in (self.edith, self.mora):
            draft.with_user(user).write({"name": "draft", "is_published": False})
        for user in (self.visitor, self.ana):
            with self.assertRaises(AccessError):
                self.articles["for all"].with_user(user).write({"name": "Mine"})

    def test_whom_it_is_for_is_not_told(self):
        """Whom an article is for, its earlier texts and votes stay the editors'."""
        theirs = self.articles["article for Hotel Sol"].with_user(self.ana)
        theirs.read(["name", "body", "website_url"])
        for name in (
            "partner_ids",
            "html_field_history",
            "rating_avg",
            "publish_date",
            "message_ids",
        ):
            with self.assertRaises(AccessError, msg=name):
                theirs.read([name])
        Article = self.env["helpdesk.article"].with_user(self.ana)
        with self.assertRaises(AccessError):
            Article.search([("partner_ids", "=", self.hotel.id)])

    def test_pages(self):
        """… in lists: a folder's page and its address."""
        for user in (None, self.ana, self.eva):
            self.sign_in(user)
            names = self.expected[user or self.visitor]
            page = self.open(self.folder)
            listed = page.xpath("//section[@name='articles']//li/a/text()")
            inside = {
                name
                for name, article in self.articles.items()
                if self.folder in article.category_ids
            }
            self.assertEqual(set(listed), {"Connect a channel", *inside} & names)
            for name, article in self.articles.items():
                status = 200 if name in names else 404
                self.assertEqual(
                    self.url_open(article.with_user(self.edith).website_url).status_code
                    if name in names
                    else self.url_open(article.website_url).status_code,
                    status,
                    name,
                )
            for name, status in (("Mexico", "Mexico"), ("Spain", "Spain")):
                folder = self.articles[name].category_id
                self.open(folder, 200 if status in names else 404)

    def test_counters_of_folders(self):
        """… counters: a folder counts what its reader finds."""
        for user, count in ((None, 2), (self.ana, 6), (self.eva, 3)):
            self.sign_in(user)
            child = self.open(self.channel).xpath("//ul[@name='folders']//a")[0]
            names = self.expected[user or self.visitor]
            inside = {
                name
                for name, article in self.articles.items()
                if self.folder in article.category_ids and name in names
            } | {"Connect a channel"}
            self.assertIn(f"Articles: {len(inside)}", self.words(child))
            self.assertGreaterEqual(len(inside), count)

    def test_sitemap(self):
        """… sitemap: what everybody finds, and nothing else, whoever asks."""
        self.env["ir.attachment"].search([("url", "like", "/sitemap%")]).unlink()
        self.sign_in(self.ana)
        text = self.url_open("/sitemap.xml").text
        for name, article in self.articles.items():
            is_listed = f"-{article.id}<" in text
            self.assertEqual(is_listed, name in self.expected[self.visitor], name)
        self.assertIn(f"{self.channel.website_url}<", text)
        self.assertNotIn(f"{self.articles['Spain'].category_id.website_url}<", text)

    def test_feed(self):
        """… feeds: what everybody finds, whoever asks."""
        self.sign_in(self.ana)
        response = self.url_open("/support/feed.xml")
        self.assertIn("application/atom+xml", response.headers["Content-Type"])
        feed = etree.fromstring(response.content)
        titles = feed.xpath(
            "//a:entry/a:title/text()", namespaces={"a": feed.nsmap[None]}
        )
        self.assertEqual(set(titles), self.expected[self.visitor])

    def test_feed_in_another_language(self):
        """… feeds: a reader's language leads to pages in that language."""
        lang = self.env["res.lang"]._activate_lang("es_MX")
        self.env["website"].get_current_website().language_ids += lang
        response = self.url_open("/es_MX/support/feed.xml")
        feed = etree.fromstring(response.content)
        names = {"a": feed.nsmap[None]}
        links = feed.xpath("//a:link/@href", namespaces=names)
        self.assertTrue(links)
        for link in links:
            self.assertIn("/es_MX/support", link)

    def test_search_box_of_the_website(self):
        """… search, suggestions: by the website's own box, too."""
        for user, names in self.expected.items():
            website = self.env["website"].get_current_website().with_user(user)
            _count, results, _fuzzy = website._search_with_fuzzy(
                "helpdesk_articles",
                "how it is done",
                limit=50,
                order="name asc",
                options={"allowFuzzy": False},
            )
            self.assertEqual(set(results[0]["results"].mapped("name")), names)

    def test_files(self):
        """… files alike: pictures of the text and files open for who finds the
        article; a token that was once read opens nothing later.
        """
        raw = base64.b64decode(PNG)
        article = self.articles["Spain"]
        article.with_user(
            self.edith
        ).body = f'<p><img src="data:image/png;base64,{PNG}"></p>'
        picture = self.env["ir.attachment"].search(
            [("res_model", "=", "helpdesk.article"), ("res_id", "=", article.id)]
        )
        self.assertEqual(picture.raw, raw)
        self.assertIn(f"/web/image/{picture.id}/", article.body)
        token = picture.generate_access_token()[0]
        article.cover = base64.b64encode(raw)
        covers = {}
        for user in (None, self.ana, self.eva, self.edith):
            self.sign_in(user)
            opens = user in (self.eva, self.edith)
            for path in (
                f"/web/content/{picture.id}",
                f"/web/content/{picture.id}?access_token={token}",
                f"/web/image/{picture.id}?access_token={token}",
            ):
                response = self.url_open(path)
                self.assertEqual(response.content == raw, opens, (path, user))
            path = f"/web/image/helpdesk.article/{article.id}/cover"
            covers[user] = self.url_open(path).content
        for user in (None, self.ana):
            self.assertNotEqual(covers[user], covers[self.edith])
        self.assertEqual(covers[self.eva], covers[self.edith])

    def test_a_draft_is_seen_by_editors_only(self):
        """Editor role without website rights: opens drafts, which count no readers."""
        draft = self.articles["draft"]
        self.assertFalse(
            self.edith.has_group("website.group_website_restricted_editor")
        )
        self.sign_in(self.edith)
        page = self.open(draft)
        self.assertTrue(page.xpath("//p[@name='not_shown']"))
        self.assertFalse(page.xpath("//article[@data-counted]"))
        draft.with_user(self.edith).action_publish()
        self.assertTrue(draft.is_published)
        self.sign_in()
        self.open(draft)

    def test_scheduled(self):
        """Scheduled publishing: not a moment before."""
        article = self.articles["tomorrow"]
        self.assertEqual(article.state, "scheduled")
        with self.clock(days=1, minutes=1):
            self.assertIn("tomorrow", self.names_for(self.visitor))
        self.assertNotIn("tomorrow", self.names_for(self.visitor))

    def test_changes_reach_what_is_inside(self):
        """A folder that is closed, opened or moved takes its articles along."""
        self.channel.is_published = False
        self.assertNotIn("for all", self.names_for(self.ana))
        self.channel.is_published = True
        self.channel.visibility = "connected"
        self.assertNotIn("for all", self.names_for(self.visitor))
        self.assertIn("for all", self.names_for(self.ana))
        self.channel.country_id = self.spain
        self.assertNotIn("for all", self.names_for(self.ana))
        self.assertIn("for all", self.names_for(self.eva))
        self.folder.parent_id = False
        self.assertIn("for all", self.names_for(self.visitor))
        self.folder.active = False
        self.assertNotIn("for all", self.names_for(self.visitor))

    def test_a_folder_for_customers_is_not_for_everybody(self):
        with self.assertRaises(ValidationError):
            self.folder.partner_ids = self.hotel

    def test_who_manages_hotels_abroad(self):
        """Country: those of the customer, and of the locations they manage."""
        abroad = self.env["helpdesk.ticket.location"].create(
            {
                "name": "Hotel Sol Madrid",
                "country_id": self.spain.id,
                "manager_ids": [Command.link(self.luis.partner_id.id)],
            }
        )
        self.assertEqual(abroad.country_id, self.spain)
        self.assertTrue({"Spain", "Mexico"} <= self.names_for(self.luis))


@tagged("post_install", "-at_install")
class TestArticlePreview(ArticleCase):
    """Preview as visitor, as a hotel in another country."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        rules = cls._create_folder(
            "Rules", visibility="connected", country_id=cls.mexico.id
        )
        cls.mexican = cls._create_article("CFDI", rules)
        cls.draft = cls._create_article("Draft", is_published=False)
        cls.abroad = cls.env["helpdesk.ticket.location"].create(
            {
                "name": "Hotel Luna Madrid",
                "partner_id": cls.other_hotel.id,
                "country_id": cls.spain.id,
            }
        )

    def _look_as(self, chosen, back="/support"):
        return self.post("/support/preview", **{"as": chosen, "back": back})

    def _statuses(self):
        return [
            self.url_open(article.website_url).status_code
            for article in (self.article, self.mexican, self.draft)
        ]

    def test_preview(self):
        """Preview as visitor, as a hotel in another country."""
        self.sign_in(self.edith)
        self.assertEqual(self._statuses(), [200, 200, 200])
        self._look_as("visitor")
        self.assertEqual(self._statuses(), [200, 404, 404])
        page = self.open(self.article)
        self.assertIn(
            "a visitor", self.words(page.xpath("//*[@name='helpdesk_preview']")[0])
        )
        self._look_as(str(self.abroad.id))
        self.assertEqual(self._statuses(), [200, 404, 404])
        self._look_as(str(self.location.id))
        self.assertEqual(self._statuses(), [200, 200, 404])
        response = self._look_as("", back=self.article.website_url)
        self.assertTrue(response.headers["Location"].endswith(self.article.website_url))
        self.assertEqual(self._statuses(), [200, 200, 200])

    def test_only_editors_look_through_others_eyes(self):
        """A customer who asks for it goes on seeing what is theirs."""
        self.sign_in(self.eva)
        self._look_as(str(self.location.id))
        self.assertEqual(self._statuses(), [200, 404, 404])
        page = self.open(self.article)
        self.assertFalse(page.xpath("//*[@name='helpdesk_preview']"))
        Article = self.env["helpdesk.article"].with_user(self.eva)
        trick = Article.with_context(helpdesk_preview=self.location.id)
        self.assertNotIn("CFDI", trick.search([]).mapped("name"))

    def test_where_it_leads_back(self):
        self.sign_in(self.edith)
        for back in ("https://evil.example", "//evil.example", "/\\evil.example"):
            response = self._look_as("visitor", back=back)
            self.assertTrue(response.headers["Location"].endswith("/support"))

    def test_an_editor_without_helpdesk_level_opens_the_backend(self):
        """Editor role: the menu Help center, and no tickets."""
        Menu = self.env["ir.ui.menu"]
        menu = self.env.ref("helpdesk_service_portal.helpdesk_article_main_menu")
        self.assertIn(menu.id, Menu.with_user(self.edith)._visible_menu_ids())
        other = new_test_user(self.env, "plain@test.example", groups="base.group_user")
        self.assertNotIn(menu.id, Menu.with_user(other)._visible_menu_ids())
