# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json

from odoo.tests import tagged

from .article_common import ArticleCase


@tagged("post_install", "-at_install")
class TestHelpHome(ArticleCase):
    """The home of the help center, and its parts elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["helpdesk.article.category"].search([]).home_section = False
        cls.company = cls.env.ref("base.main_company")
        cls.company.write(
            {
                "helpdesk_team_id": cls.team.id,
                "helpdesk_email": "help@desk.example",
                "helpdesk_phone": "+52 55 1000 2000",
                "helpdesk_whatsapp": "+52 55 1000 3000",
            }
        )
        cls.channel.home_section = "bases"
        cls.engine = cls._create_folder("Engine", home_section="bases")

    def section(self, tree, name):
        nodes = tree.xpath(f"//*[@name='{name}']")
        return nodes[0] if nodes else None

    def links(self, node):
        return {self.words(a): a.get("href") for a in node.xpath(".//a")}

    def test_ways_to_it(self):
        """S0-40 "KB reachable by a shortcut in the home menu". S0-42 "KB reachable from
        the main top menu (right side)"."""
        self.sign_in(self.ana)
        home = self.open("/my")
        self.assertTrue(home.xpath("//header//a[@href='/support']"))
        card = home.xpath("//main//a[@href='/support']")[0]
        self.assertIn("Knowledge base", self.words(card))

    def test_search_bar_on_home(self):
        """S0-41 "KB searchable by keywords from the search bar on home". S2-01 "Search
        bar that quickly finds KB articles"."""
        self.sign_in(self.ana)
        for path in ("/my", "/support"):
            form = self.open(path).xpath(
                "//main//form[@role='search'][@action='/support/search']"
            )[0]
            self.assertTrue(form.xpath(".//input[@name='search']"))
        found = self.section(self.open("/support/search?search=channels"), "results")
        self.assertIn("Connect a channel", self.links(found))

    def test_bases_and_their_full_lists(self):
        """S0-43 Two bases: "Channel KB" (everything on the channel) and "Engine KB"
        (articles specific to the booking engine). S0-46 "Clicking the highlighted
        (bold) name of a base shows all its articles"."""
        bases = self.section(self.open("/support"), "bases")
        bold = {self.words(node): node.getparent() for node in bases.xpath(".//strong")}
        self.assertEqual([*bold], ["Channel", "Engine"])
        address = bold["Channel"].get("href")
        self.assertEqual(address, self.channel.website_url)
        listed = self.section(self.open(address), "articles")
        self.assertIn("Connect a channel", self.links(listed))
        self.assertIn("First steps", self.links(bases))

    def test_recent_and_popular(self):
        """S0-44 "Below, recent articles". S0-45 "Below, popular articles (most viewed
        and read)"."""
        old = self._create_article("Old and read by all", content_date="2020-01-01")
        new = self._create_article("New and unread", content_date="2099-01-01")
        lately = self._create_article("Read these days", content_date="2019-01-01")
        some = self._create_article("Read by some", content_date="2021-01-01")
        old.sudo().views = 500
        some.sudo().views = 40
        lately.sudo().write({"views": 60, "views_recent": 30})
        tree = self.open("/support")
        recent = [*self.links(self.section(tree, "recent"))]
        popular = [*self.links(self.section(tree, "popular"))]
        self.assertEqual(recent[0], new.name)
        self.assertEqual(popular, [lately.name, old.name, some.name])

    def test_announcements_have_their_place(self):
        """S2-02 "Informative banner for news, relevant announcements, or notices of
        service intermittence"."""
        self.assertIsNotNone(self.section(self.open("/support"), "announcements"))

    def test_countries_hold_products(self):
        """S2-03 "KB articles grouped by country"."""
        mexico = self._create_folder(
            "Mexico", country_id=self.mexico.id, home_section="countries"
        )
        self._create_folder("Engine in Mexico", parent_id=mexico.id)
        countries = self.section(self.open("/support"), "countries")
        self.assertEqual([*self.links(countries)], ["Mexico", "Engine in Mexico"])

    def test_guides(self):
        """S2-04 "Guides on how to use the portal"."""
        guides = self._create_folder("Guides to this portal", home_section="guides")
        guide = self._create_article("Send a ticket", guides)
        shown = self.links(self.section(self.open("/support"), "guides"))
        self.assertEqual([*shown], [guides.name, guide.name])

    def test_ticket_and_contact(self):
        """S2-05 "Shortcut to create a ticket". S2-06 "Help-service information: contact
        details or important recommendations". S3-42 "Support can be reached at a number
        by call or by WhatsApp message; both are shown in the portal"."""
        self.team.calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "America/Mexico_City",
                "attendance_ids": [
                    (0, 0, {"name": str(day), "dayofweek": str(day), **hours})
                    for day in range(5)
                    for hours in (
                        {"hour_from": 9, "hour_to": 13.5, "day_period": "morning"},
                        {"hour_from": 15, "hour_to": 18, "day_period": "afternoon"},
                    )
                ],
            }
        )
        tree = self.open("/support")
        self.assertTrue(
            tree.xpath("//main//a[@href='/new/ticket'][@name='new_ticket']")
        )
        contact = self.words(self.section(tree, "helpdesk_contact"))
        for words in ("+52 55 1000 2000", "+52 55 1000 3000", "help@desk.example"):
            self.assertIn(words, contact)
        self.assertIn("It is best to open your ticket here yourself", contact)
        hours = self.words(self.section(tree, "hours"))
        self.assertEqual(hours, "Monday–Friday 9:00–13:30, 15:00–18:00")

    def test_section_of_the_department(self):
        """S1-21 "A lower section, named after the department, holds procedures, PMS
        integration, news, FAQ and other information, extended over time"."""
        top = self._create_folder("Any name", home_section="department")
        for name in ("Procedures", "PMS integration", "News", "FAQ"):
            self._create_folder(name, parent_id=top.id)
        section = self.section(self.open("/support"), "department")
        self.assertEqual(self.words(section.xpath(".//h2")[0]), self.team.name)
        links = [*self.links(section)]
        self.assertEqual(
            links, [self.team.name, "Procedures", "PMS integration", "News", "FAQ"]
        )

    def test_community(self):
        """S1-22 "It is entered by 'Community'"."""
        self._create_folder("Community", home_section="community", is_community=True)
        self.assertIn(
            "Community", self.words(self.section(self.open("/support"), "community"))
        )

    def test_hidden_folders_stay_hidden(self):
        """Visibility: nothing on the home page that the reader may not open."""
        top = self._create_folder(
            "Only Spain",
            visibility="connected",
            country_id=self.spain.id,
            home_section="bases",
        )
        article = self._create_article("Only there", top, content_date="2099-01-01")
        article.sudo().views = 900
        for user, sees in ((None, False), (self.ana, False), (self.eva, True)):
            self.sign_in(user)
            for path in ("/support", "/support/block/articles", "/support/block/bases"):
                with self.subTest(user=user and user.name, path=path):
                    text = self.url_open(path).text
                    wanted = "Only there" if "articles" in path else "Only Spain"
                    self.assertEqual(wanted in text, sees)

    def test_blocks_of_the_website_builder(self):
        """Home: editable in Odoo's website builder: drop zones, our blocks as
        snippets."""
        tree = self.open("/support")
        self.assertEqual(len(tree.xpath("//div[contains(@class, 'oe_structure')]")), 3)
        snippets = self.env.ref("website.snippets")._get_combined_arch()
        offered = set(snippets.xpath("//t/@t-snippet"))
        for name in ("search", "bases", "articles", "countries", "guides", "contact"):
            self.assertIn(f"helpdesk_service_portal.s_help_{name}", offered)
        for name in ("bases", "countries", "articles", "department", "contact"):
            self.assertEqual(self.url_open(f"/support/block/{name}").status_code, 200)
        self.assertEqual(self.url_open("/support/block/x").status_code, 404)

    def test_home_of_the_portal_shares_its_blocks(self):
        """Home /support, sharing its blocks with /my so that nobody has two homes."""
        self.sign_in(self.ana)
        blocks = self.open("/my").xpath("//main//@data-help-block")
        self.assertEqual(blocks, ["articles"])

    def test_own_tickets_are_found_too(self):
        """S2-01 "Search bar …": articles and the reader's own tickets."""
        mine = self._create_ticket(name="The channel is down")
        theirs = self._create_ticket(self.eva, name="The channel is slow")
        self.sign_in(self.ana)
        tree = self.open("/support/search?search=channel")
        tickets = self.section(tree, "tickets")
        self.assertIn(mine.name, self.links(tickets))
        self.assertNotIn(theirs.name, self.words(tree))
        self.sign_in()
        self.assertIsNone(
            self.section(self.open("/support/search?search=channel"), "tickets")
        )

    def test_nothing_found(self):
        """S2-05 "Shortcut to create a ticket": a search in vain leads there, with its
        words."""
        tree = self.open("/support/search?search=zqxzqx+%3Cb%3E")
        nothing = self.section(tree, "nothing")
        self.assertIn("zqxzqx <b>", self.words(nothing))
        self.assertEqual(
            self.links(nothing)["Create new ticket"],
            "/new/ticket?subject=zqxzqx+%3Cb%3E",
        )
        self.assertTrue(tree.xpath("//*[@class='o_helpdesk_vain']/@data-words"))

    def test_suggestions(self):
        """S2-01 "Search bar that quickly finds KB articles": while typing."""
        rows = json.loads(self.url_open("/support/suggest?search=connec").text)["rows"]
        self.assertEqual(len(rows), 1)
        # an address that tells no folder, and leads to its own
        page = self.url_open(rows[0]["url"])
        self.assertTrue(page.url.endswith(self.article.website_url))
        self.assertEqual(rows[0]["title"], [["Connect", True], [" a channel", False]])
        rows = json.loads(self.url_open("/support/suggest?search=cha").text)["rows"]
        self.assertEqual(len(rows), 1, "the beginning of a word")
        self.assertFalse(
            json.loads(self.url_open("/support/suggest?search=c").text)["rows"]
        )

    # ------------------------------------------------------------
    # Before the ticket
    # ------------------------------------------------------------

    def test_hints_under_the_subject(self):
        """Before the ticket: under the subject, at most two lines, collapsible."""
        for number in range(3):
            self._create_article(f"Channel number {number}")
        tree = self.open("/support/hints?subject=my+channel+fails")
        self.assertEqual(len(tree.xpath("//details//li/a[@data-hint]")), 2)
        self.assertNotIn(
            "o_hsp_hint", self.url_open("/support/hints?subject=zqxzqx").text
        )
        self.sign_in(self.ana)
        form = self.open("/new/ticket")
        self.assertTrue(form.xpath("//form//div[@name='hints']"))

    def test_sheet_over_the_form(self):
        """Before the ticket: a hint opens in a sheet, if its reader may open it."""
        sheet = self.url_open(f"/support/hints/{self.article.id}")
        self.assertIn("how it is done", sheet.text)
        self.article.is_published = False
        self.assertEqual(
            self.url_open(f"/support/hints/{self.article.id}").status_code, 404
        )

    def test_this_solved_it(self):
        """Before the ticket: "this solved it" is counted, once per reader."""
        path = f"/support/article/{self.article.id}/solved"
        self.sign_in(self.ana)
        for _again in range(2):
            self.assertEqual(self.post(path, subject="No bookings").status_code, 204)
        self.assertEqual(self.article.solved_count, 1)
        self.sign_in(self.luis)
        self.post(path)
        self.article.invalidate_recordset(["solved_count"])
        self.assertEqual(self.article.solved_count, 2)
        self.assertEqual(
            self.article.solved_ids.mapped("subject"), [False, "No bookings"]
        )
        self.assertEqual(self.url_open(path).status_code, 405)

    def test_solved_counts_only_what_its_reader_may_open(self):
        """Visibility: nobody counts for an article that is not theirs."""
        hidden = self._create_article("Hidden", is_published=False)
        self.sign_in(self.ana)
        self.post(f"/support/article/{hidden.id}/solved")
        self.assertFalse(hidden.solved_count)
