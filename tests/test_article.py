# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .access_common import PNG
from .article_common import ArticleCase


@tagged("post_install", "-at_install")
class TestArticlePage(ArticleCase):
    """What a collection, a folder and an article show."""

    def test_collections_hold_folders_by_country_and_product(self):
        """S2-07 "Collections by country (rules and services of each region)". S2-08
        "Inside each country, folders by product".
        """
        product = self.env["helpdesk.ticket.product"].create({"name": "Engine"})
        country = self._create_folder("Mexico", country_id=self.mexico.id)
        inside = self._create_folder(
            "Engine in Mexico", parent_id=country.id, product_id=product.id
        )
        self._create_article("CFDI 4.0", inside, kind="regulation")
        page = self.open(country)
        folders = page.xpath("//ul[@name='folders']//a")
        self.assertEqual([a.get("href") for a in folders], [inside.website_url])
        self.assertIn("Articles: 1", self.words(folders[0]))
        crumbs = self.open(inside).xpath("//nav[@aria-label='Breadcrumb']//li")
        self.assertEqual(
            [self.words(crumb) for crumb in crumbs],
            ["Help center", "Mexico", "Engine in Mexico"],
        )

    def test_a_base_shows_all_its_articles(self):
        """S0-43 "Two bases: 'Channel KB' (everything on the channel) and 'Engine KB'
        (articles specific to the booking engine)". S0-46 "Clicking the highlighted
        (bold) name of a base shows all its articles".
        """
        deep = self._create_folder("Deeper", parent_id=self.folder.id)
        self._create_article("Rates", self.channel)
        self._create_article("Mapping", deep)
        engine = self._create_folder("Engine")
        self._create_article("Widget", engine)
        page = self.open(self.channel)
        listed = page.xpath("//section[@name='articles']//li/a/text()")
        self.assertEqual(listed, ["Rates", "Connect a channel", "Mapping"])

    def test_all_kinds(self):
        """S0-47 "The KB holds articles, FAQs and user manuals". S2-09 "Product
        information articles". S2-10 "Regulatory articles for each product". S2-11
        "Product how-tos for customers and end users". S2-12 "Self-help articles: quick
        fixes for common errors".
        """
        kinds = {
            "product": "About a product",
            "regulation": "Regulation",
            "guide": "How-to",
            "self_help": "Self-help",
            "faq": "Question and answer",
            "news": "News",
        }
        self.article.unlink()
        for kind in kinds:
            article = self._create_article(f"This one is {kind}", kind=kind)
            head = self.open(article).xpath("//article//*[@name='kind']")[0]
            self.assertEqual(self.words(head), kinds[kind])
        listed = self.open(self.folder).xpath("//section[@name='articles']//li")
        self.assertEqual(
            [self.words(entry) for entry in listed],
            [f"This one is {kind} {words}" for kind, words in kinds.items()],
        )

    def test_date_author_duration(self):
        """S2-13 "Shows the date the content was updated". S4-33 "author with photo;
        'updated … ago'". S4-34 "Duration of the guide, introduction, scope, steps,
        images".
        """
        self.article.write(
            {
                "duration_minutes": 7,
                "summary": "For hotels that sell on Booking",
                "body": "<h2>Scope</h2><p>All</p><h2>Steps</h2><ol><li>Open</li></ol>"
                '<p><img src="/web/image/website/1/logo"></p>',
            }
        )
        self.article.content_date = fields.Datetime.now() - timedelta(days=22)
        page = self.open(self.article)
        self.assertIn("Edith Roca", self.words(page.xpath("//*[@name='author']")[0]))
        photo = page.xpath("//img[contains(@class, 'o_hsp_kb_photo')]/@src")[0]
        response = self.url_open(photo)
        self.assertEqual(response.status_code, 200)
        self.assertIn("image/", response.headers["Content-Type"])
        updated = page.xpath("//*[@name='updated']")[0]
        self.assertEqual(self.words(updated), "Updated 3 weeks ago")
        self.assertIn(
            self.env["helpdesk.article"]._get_date_words(self.article.content_date),
            page.text_content(),
        )
        self.assertIn("7 min", self.words(page.xpath("//*[@name='duration']")[0]))
        self.assertIn("For hotels that sell on Booking", page.text_content())
        links = page.xpath("//nav[contains(@class, 'o_hsp_kb_contents')]//a")
        self.assertEqual([a.text for a in links], ["Scope", "Steps"])
        for link in links:
            target = link.get("href")[1:]
            self.assertEqual(len(page.xpath(f"//h2[@id='{target}']")), 1)
        self.assertTrue(page.xpath("//div[@name='text']//img[@alt='']"))

    def test_breadcrumb_and_skip_link(self):
        """S4-33 "'Skip to main content' link; breadcrumb of collections"."""
        page = self.open(self.article)
        skip = page.xpath("//a[contains(@class, 'o_skip_to_content')]")[0]
        self.assertEqual(skip.text.strip(), "Skip to main content")
        self.assertTrue(page.xpath(f"//*[@id='{skip.get('href')[1:]}']"))
        crumbs = page.xpath("//nav[@aria-label='Breadcrumb']//a")
        self.assertEqual(
            [(a.text.strip(), a.get("href")) for a in crumbs],
            [
                ("Help center", "/support"),
                ("Channel", self.channel.website_url),
                ("First steps", self.folder.website_url),
            ],
        )

    def test_print(self):
        """S2-14 "Can be printed directly": a button, and a sheet with nothing else."""
        self._create_article("Remove a channel")
        self.sign_in(self.edith)
        page = self.open(self.article)
        self.assertTrue(page.xpath("//button[contains(@class, 'o_hsp_print')]"))
        for name in ("same_folder", "edit"):
            (node,) = page.xpath(f"//section[@name='{name}']")
            self.assertTrue(node.xpath("ancestor::*[contains(@class, 'd-print-none')]"))

    def test_same_folder_and_related(self):
        """S2-15 "Lists other articles of the same folder". S2-16 "Lists complementary
        related articles": chosen ones, else similar ones.
        """
        same = self._create_article("Remove a channel")
        other = self._create_folder("Mapping", parent_id=self.channel.id)
        similar = self._create_article("Connect a channel to rates", other)
        page = self.open(self.article)
        listed = page.xpath("//section[@name='same_folder']//li/a/text()")
        self.assertEqual(listed, [same.name])
        related = page.xpath("//section[@name='related']//li/a/text()")
        self.assertEqual(related, [similar.name])
        chosen = self._create_article("Fiscal data", other)
        hidden = self._create_article("Hidden", other, is_published=False)
        self.article.related_ids = chosen | hidden
        page = self.open(self.article)
        related = page.xpath("//section[@name='related']//li/a/text()")
        self.assertEqual(related, [chosen.name])

    def test_one_article_in_several_folders_has_one_address(self):
        """One text stands in several folders; other addresses lead to its own."""
        second = self._create_folder("Also here")
        self.article.category_ids |= second
        listed = self.open(second).xpath("//section[@name='articles']//li/a/@href")
        self.assertEqual(listed, [self.article.website_url])
        slug = self.article.website_url.rpartition("/")[2]
        response = self.url_open(f"{second.website_url}/{slug}", allow_redirects=False)
        self.assertEqual(response.status_code, 301)
        self.assertTrue(response.headers["Location"].endswith(self.article.website_url))
        old = f"{self.folder.website_url}/an-old-title-{self.article.id}"
        self.assertEqual(self.url_open(old, allow_redirects=False).status_code, 301)

    def test_counted_once_in_several_folders(self):
        """Counters: an article that stands in two folders of a collection is one."""
        for name in ("Rates", "Rooms"):
            folder = self._create_folder(name, parent_id=self.folder.id)
            self.article.category_ids |= folder
        child = self.open(self.channel).xpath("//ul[@name='folders']//a")[0]
        self.assertIn("Articles: 1", self.words(child))

    def test_search_engines(self):
        """SEO: the introduction and the cover are told to search engines."""
        self.article.write({"summary": "For hotels on Booking", "cover": PNG})
        page = self.open(self.article)
        for name in ("name='description'", "property='og:description'"):
            told = page.xpath(f"//meta[@{name}]/@content")
            self.assertEqual(told, ["For hotels on Booking"])
        picture = page.xpath("//meta[@property='og:image']/@content")[0]
        self.assertTrue(picture.endswith(f"/{self.article.id}/cover"))
        self.article.website_meta_description = "Chosen"
        told = self.open(self.article).xpath("//meta[@name='description']/@content")
        self.assertEqual(told, ["Chosen"])

    def test_dead_and_hidden_addresses(self):
        """Dead or hidden links answer a friendly 404 with a search."""
        self.article.is_published = False
        for path in (
            self.article.website_url,
            "/support/no-such-folder-99999",
            "/support/nonsense/nonsense",
            "/support/channel-99999999999999999999/x-1",
            f"{self.folder.website_url}/x-0",
        ):
            page = self.open(path, status=404)
            form = page.xpath("//main//form[@action='/support/search']")
            self.assertTrue(form, path)
            self.assertTrue(page.xpath("//a[contains(@href, '/web/login?redirect=')]"))
        page = self.open(self.article.website_url, status=404)
        self.assertEqual(
            page.xpath("//main//input[@name='search']/@value"), ["connect a channel"]
        )

    def test_bad_addresses_and_forms(self):
        """Bad input: no page, number or form whatever makes a page fail."""
        self.sign_in(self.ana)
        for path in (
            f"{self.folder.website_url}?page=x&category=9&article=%00",
            f"{self.folder.website_url}/page/0",
            f"{self.folder.website_url}/page/{'9' * 25}",
            f"{self.article.website_url}?page=[]&article=9&category=-1",
            "/support/%00-1/%00-2",
            f"/support/{'é' * 40}/²-１",
        ):
            self.assertIn(self.url_open(path).status_code, (200, 404), path)
        junk = ("\x00", "\ud7ff\uffff", "x" * 20_000, "' OR 1=1", "9" * 25, "²", "-1")
        number = self.article.id
        for path, names in (
            (f"/support/article/{number}/vote", ("helpful", "feedback")),
            (f"/support/article/{number}/comment", ("comment", "parent")),
            (f"/support/article/{number}/read", ("article_id",)),
            ("/support/search/vain", ("words",)),
            ("/support/preview", ("as", "back")),
        ):
            for name in names:
                for value in junk:
                    response = self.post(path, **{"comment": "x", name: value})
                    self.assertLess(response.status_code, 500, (path, name, value))

    def test_files(self):
        """An article has files to download."""
        file = self.env["ir.attachment"].create(
            {"name": "manual.pdf", "raw": b"%PDF-1.4 manual"}
        )
        self.article.attachment_ids = file
        page = self.open(self.article)
        address = page.xpath("//section[@name='files']//a/@href")[0]
        self.assertEqual(self.url_open(address).content, b"%PDF-1.4 manual")

    def test_posted_text_is_sanitised(self):
        """HTML is sanitised like anywhere else."""
        self.article.body = (
            '<p onclick="x()">Hi</p><script>alert(1)</script>'
            '<a href="javascript:x">l</a><form action="/x"><input name="a"></form>'
        )
        text = self.open(self.article).xpath("//div[@name='text']")[0]
        self.assertFalse(text.xpath(".//script|.//form|.//input|.//@onclick"))
        self.assertFalse(text.xpath(".//a[starts-with(@href, 'javascript')]"))

    def test_publishing_needs_a_folder(self):
        with self.assertRaises(ValidationError):
            self.env["helpdesk.article"].create({"name": "Lost", "is_published": True})
