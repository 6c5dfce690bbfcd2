# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
from datetime import timedelta

from odoo import fields, http
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from .access_common import PNG
from .article_common import ArticleCase

FEEDBACK = (
    "Comments sent. We appreciate your initiative and will try to fix the article"
)


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
        page = self.open(self.article)
        self.assertTrue(page.xpath("//button[contains(@class, 'o_hsp_print')]"))
        for name in ("same_folder", "edit"):
            for node in page.xpath(f"//section[@name='{name}']"):
                self.assertTrue(node.xpath("ancestor::*[contains(@class, 'd-print')]"))

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


@tagged("post_install", "-at_install")
class TestArticleVotes(ArticleCase):
    """Helpful or not."""

    def _section(self):
        return self.open(self.article).xpath("//section[@id='helpful']")[0]

    def test_yes(self):
        """S2-17 "Can be rated ('Was this article helpful?')". S2-18 "Yes → 'Great!
        Thanks for your feedback'".
        """
        self.assertIn("Was this article helpful?", self.words(self._section()))
        self.assertNotIn("Great!", self.words(self._section()))
        response = self.vote(helpful="yes")
        self.assertEqual(response.status_code, 303)
        self.assertIn("Great! Thanks for your feedback", self.words(self._section()))
        self.assertEqual(self.article.rating_ids.rating, 5)

    def test_no_with_a_comment(self):
        """S2-19 "No → 'Sorry we could not be helpful' + comment box; after sending
        'Comments sent. We appreciate your initiative and will try to fix the article'".
        The comment is kept as rating feedback, never public.
        """
        self.sign_in(self.ana)
        self.vote(helpful="no")
        section = self._section()
        self.assertIn("Sorry we could not be helpful", self.words(section))
        self.assertTrue(section.xpath(".//textarea[@name='feedback']"))
        self.vote(feedback="Step 3 is missing")
        self.assertIn(FEEDBACK, self.words(self._section()))
        rating = self.article.rating_ids
        self.assertEqual(rating.feedback, "Step 3 is missing")
        self.assertEqual(rating.partner_id, self.ana.partner_id)
        self.assertFalse(self.article.message_ids.filtered("rating_ids"))
        for user in (self.ana, self.luis, None):
            self.sign_in(user)
            page = self.url_open(self.article.website_url)
            self.assertNotIn("Step 3 is missing", page.text)

    def test_one_vote_per_person_changeable(self):
        """One vote per person, changeable."""
        for answers in (("yes", "no"), ("no", "no", "yes")):
            self.sign_in(self.ana)
            for answer in answers:
                self.vote(helpful=answer)
            self.assertEqual(len(self.article.rating_ids), 1)
            self.assertEqual(
                self.article.rating_ids.rating, 5 if answers[-1] == "yes" else 1
            )
        self.sign_in(self.luis)
        self.vote(helpful="no")
        self.assertEqual(len(self.article.rating_ids), 2)
        self.assertEqual(self.article.rating_count, 2)

    def test_visitors_vote_once_per_session(self):
        """One vote per person: of visitors, per session."""
        self.sign_in()
        self.vote(helpful="yes")
        self.vote(helpful="no")
        self.assertEqual(len(self.article.rating_ids), 1)
        self.sign_in()
        self.vote(helpful="yes")
        self.assertEqual(len(self.article.rating_ids), 2)

    def test_the_question_is_set_by_folder(self):
        """S4-35 "'Did this answer your question?' reaction at the end": its text is
        set on a folder and holds for those inside.
        """
        self.channel.question = "Did this answer your question?"
        section = self._section()
        self.assertIn("Did this answer your question?", self.words(section))
        following = section.xpath("preceding-sibling::div[@name='text']")
        self.assertTrue(following, "the reaction comes after the text")

    def test_a_vote_on_what_is_hidden(self):
        """Nobody votes on an article they do not find."""
        self.article.is_published = False
        self.assertEqual(self.vote(helpful="no").status_code, 404)
        self.assertFalse(self.article.rating_ids)

    def test_feedback_reaches_the_inbox(self):
        """Inbox of votes: what did not help, and what was said, until it changes."""
        self.sign_in(self.ana)
        self.vote(helpful="no")
        self.vote(feedback="Step 3 is missing")
        line = self.env["helpdesk.article.inbox"].search([("kind", "=", "vote")])
        self.assertEqual(line.article_id, self.article)
        self.assertEqual(line.text, "Step 3 is missing")
        self.vote(helpful="yes")
        self.assertFalse(line.exists())


@tagged("post_install", "-at_install")
class TestArticleComments(ArticleCase):
    """Comments of signed-in people, and the community."""

    def _comment(self, text="Works with Expedia, too?", article=None):
        article = article or self.article
        return self.post(f"/support/article/{article.id}/comment", comment=text)

    def test_only_signed_in_people_comment(self):
        """S1-24 "Articles show '0 comments' (counter) and 'Sign in to leave a comment';
        only signed-in users comment".
        """
        page = self.open(self.article)
        self.assertEqual(
            self.words(page.xpath("//*[@name='comment_count']")[0]), "0 comments"
        )
        link = page.xpath("//p[@name='sign_in']/a")[0]
        self.assertEqual(link.text, "Sign in to leave a comment")
        self.assertIn(self.article.website_url.rpartition("-")[2], link.get("href"))
        self.assertIn("/web/login", self._comment().headers["Location"])
        self.assertFalse(self.env["helpdesk.article.comment"].search([]))
        self.sign_in(self.ana)
        self._comment()
        self.sign_in()
        page = self.open(self.article)
        self.assertEqual(
            self.words(page.xpath("//*[@name='comment_count']")[0]), "1 comment"
        )
        self.assertIn("Works with Expedia, too?", page.text_content())
        self.assertIn("Ana Pérez", page.text_content())

    def test_moderated(self):
        """Comments moderated if set: others see one once an editor has read it."""
        self.folder.comment_policy = "moderated"
        self.sign_in(self.ana)
        self._comment()
        self.assertIn("Expedia", self.open(self.article).text_content())
        self.sign_in(self.luis)
        page = self.open(self.article)
        self.assertNotIn("Expedia", page.text_content())
        self.assertIn("0 comments", self.words(page))
        line = self.env["helpdesk.article.inbox"].search([("kind", "=", "comment")])
        line.with_user(self.edith).action_publish_comment()
        self.assertTrue(line.is_done)
        page = self.open(self.article)
        self.assertIn("Expedia", page.text_content())
        self.assertIn("1 comment", self.words(page))

    def test_no_comments(self):
        self.folder.comment_policy = "none"
        self.sign_in(self.ana)
        self.assertFalse(self.open(self.article).xpath("//*[@id='comments']"))
        self._comment()
        self.assertFalse(self.env["helpdesk.article.comment"].search([]))

    def test_comments_are_text(self):
        """Bad input: what is written is shown as it was typed."""
        self.sign_in(self.ana)
        self._comment("<img src=x onerror=alert(1)> & more")
        self._comment("   ")
        self._comment("x" * 5000)
        page = self.open(self.article)
        comments = page.xpath("//p[contains(@class, 'o_hsp_kb_comment')]")
        shown = [p.text_content() for p in comments]
        self.assertEqual(shown, ["<img src=x onerror=alert(1)> & more"])

    def test_community(self):
        """S1-22 "It is entered by 'Community', then the publication or consultation of
        information and procedures". S1-23 "Users can send questions and proposals for
        improvement". An agent turns one into a ticket and back.
        """
        community = self._create_folder("Community", is_community=True)
        self._create_article("House rules", community)
        path = f"/support/folder/{community.id}/comment"
        self.assertIn("/web/login", self.post(path, comment="x").headers["Location"])
        self.sign_in(self.ana)
        self.post(path, comment="A night audit report\nwould help us")
        self.sign_in(self.luis)
        page = self.open(community)
        self.assertIn("House rules", page.text_content())
        self.assertIn("A night audit report", page.text_content())
        comment = self.env["helpdesk.article.comment"].search([])
        self.post(path, comment="Yes, please", parent=str(comment.id))
        self.assertEqual(comment.answer_ids.body, "Yes, please")
        mora = comment.with_user(self.mora)
        mora.action_create_ticket()
        ticket = comment.ticket_id
        self.assertEqual(ticket.partner_id, self.ana.partner_id)
        self.assertEqual(ticket.name, "A night audit report")
        self._answer(ticket, self.mora, "It comes in March")
        action = mora.action_answer_from_ticket()
        answer = comment.browse(action["res_id"])
        self.assertEqual(answer.body, "It comes in March")
        self.assertNotIn("March", self.open(community).text_content())
        answer.with_user(self.mora).action_publish()
        page = self.open(community)
        self.assertIn("It comes in March", page.text_content())
        self.assertNotIn(ticket.number, page.text_content())
        self.sign_in(self.ana)
        self.assertIn(ticket.number, self.open(community).text_content())

    def test_a_folder_that_is_no_community_takes_none(self):
        self.sign_in(self.ana)
        path = f"/support/folder/{self.folder.id}/comment"
        self.assertEqual(self.post(path, comment="x").status_code, 404)

    def test_the_thread_is_the_editors(self):
        """The thread of an article, its comments apart, is nobody's outside."""
        message = self.article.message_post(
            body="secret remark", subtype_xmlid="mail.mt_comment"
        )
        theirs = message.with_user(self.ana)
        with self.assertRaises(AccessError):
            theirs.read(["body"])
        found = theirs.search([("model", "=", "helpdesk.article")])
        self.assertFalse(found)


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
