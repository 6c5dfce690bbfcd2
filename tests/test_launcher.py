# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
import json
import re

from odoo.tests import tagged

from .figures import FiguresCase
from .statements import recorded_statements
from .test_visitor import VisitorCase

SCRIPT = "/support/launcher.js"
OWN = "/support/launcher/tickets"
MOST_BYTES = 15_000


@tagged("post_install", "-at_install")
class TestLauncherScript(FiguresCase, VisitorCase):
    """S0-10 "The portal can be entered from inside the customer's system by a
    “Contact Support” button"; S4-02: the icon "offers “Create a ticket”, opening the
    same types": one line for other sites."""

    def config(self, query="", **headers):
        """Return what the script is told, and keep its answer."""
        self.response = self.url_open(f"{SCRIPT}{query}", headers=headers)
        self.assertEqual(self.response.status_code, 200)
        told = re.search(r";helpdeskLauncher\((\{.*\})\)\}\)\(\);$", self.response.text)
        return json.loads(told[1])

    def test_it_is_small_public_and_without_cookies(self):
        config = self.config()
        size = len(self.response.content)
        self.tell(f"script of the help button: {size} bytes")
        self.assertLess(size, MOST_BYTES)
        self.assertFalse(self.response.cookies)
        self.assertNotIn("Set-Cookie", self.response.headers)
        self.assertIn("public", self.response.headers["Cache-Control"])
        self.assertIn("javascript", self.response.headers["Content-Type"])
        for word in ("innerHTML", "eval(", "document.cookie", "localStorage", "http:"):
            self.assertNotIn(word, self.response.text.replace("http://www.w3.org", ""))
        self.assertIn("question", [row["code"] for row in config["types"]])

    def test_it_names_nobody(self):
        """Caches may keep it: it is the same for who is signed in and who is not."""
        public = self.url_open(SCRIPT).text
        self.sign_in()
        self.assertEqual(self.url_open(SCRIPT).text, public)

    def test_it_is_asked_for_again_only_when_it_changed(self):
        self.config()
        etag = self.response.headers["ETag"]
        again = self.url_open(SCRIPT, headers={"If-None-Match": etag})
        self.assertEqual(again.status_code, 304)
        self.question.description = "Another one"
        again = self.url_open(SCRIPT, headers={"If-None-Match": etag})
        self.assertEqual(again.status_code, 200)

    def test_types_are_those_visitors_may_choose(self):
        """S4-02 "opening the same types"; with many of them it stays small."""
        self.question.visitor_form = False
        codes = [row["code"] for row in self.config()["types"]]
        self.assertNotIn("question", codes)
        self.assertIn("incident", codes)
        Type = self.env["helpdesk.ticket.type"]
        Type.create(
            [
                {
                    "name": f"Type {number}",
                    "code": f"type-{number}",
                    "description": "What it is good for, in one long sentence. " * 2,
                }
                for number in range(30)
            ]
        )
        self.assertLessEqual(len(self.config()["types"]), 8)
        self.assertLess(len(self.response.content), MOST_BYTES)

    def test_words_are_in_the_readers_language(self):
        self.env["res.lang"]._activate_lang("es_MX")
        spanish = self.env["res.lang"]._get_data(code="es_MX")
        website = self.env["website"].get_current_website()
        website.language_ids |= self.env["res.lang"].browse(spanish.id)
        self.question.with_context(lang="es_MX").name = "Pregunta"
        for query, headers in (
            ("?lang=es_MX", {}),
            ("", {"Accept-Language": "es-CO,es;q=0.9,en;q=0.5"}),
            ("?lang=es", {"Accept-Language": "en"}),
        ):
            config = self.config(query, **headers)
            self.assertTrue(config["lang"].startswith("es"), query)
        config = self.config("?lang=es_MX")
        self.assertIn("Pregunta", [row["name"] for row in config["types"]])
        self.assertEqual(self.response.headers["Vary"], "Accept-Language")
        for query in ("?lang=xx", "?lang=%27", "?lang="):
            config = self.config(query, **{"Accept-Language": "zz"})
            self.assertEqual(config["lang"], "en-US")

    def test_what_editors_typed_cannot_leave_its_text(self):
        bad = "</script><b>\u2028\\\"'); alert(1);//"
        self.question.write({"name": bad, "description": bad})
        self.env.company.email_secondary_color = "red}*{display:none"
        config = self.config()
        self.assertIn(
            bad.replace("\u2028", " "), [row["name"] for row in config["types"]]
        )
        self.assertNotIn("\u2028", self.response.text)
        self.assertNotIn("red}", config["css"])

    def test_contact_is_the_companys(self):
        """S0-05 an address to write to, also where nobody is signed in."""
        urls = [row["url"] for row in self.config()["contact"]]
        self.assertIn("mailto:help@desk.example", urls)


@tagged("post_install", "-at_install")
class TestLauncherTickets(VisitorCase):
    """S4-30 "Follow-up in the Tickets section of the chat icon"."""

    def test_own_tickets_with_status(self):
        mine = self._create_ticket(name="Mine")
        self._create_ticket(self.eva, name="Of Eva")
        self.assertEqual(self.url_open(OWN).json(), {"is_signed_in": False})
        self.sign_in()
        answer = self.url_open(OWN)
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        self.assertNotIn("Access-Control-Allow-Origin", answer.headers)
        rows = answer.json()["tickets"]
        self.assertEqual([row["subject"] for row in rows], ["Mine"])
        self.assertEqual(rows[0]["status"], mine.stage_id.name)
        self.assertEqual(rows[0]["url"], f"/my/ticket/{mine.id}")
        codes = [row["code"] for row in answer.json()["types"]]
        self.assertIn("incident", codes)

    def test_looking_writes_nothing(self):
        self._create_ticket()
        self.sign_in()
        self.url_open(OWN)
        with recorded_statements() as statements:
            self.url_open(OWN)
            self.url_open(SCRIPT)
        writing = re.compile(r"\s*(INSERT|UPDATE|DELETE)")
        self.assertFalse([s for s in statements if writing.match(s)])


@tagged("post_install", "-at_install")
class TestLauncherOnOurSite(VisitorCase):
    """Our website has the button; the portal, which has all of it already, has not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.website = cls.env["website"].get_current_website()
        cls.website.homepage_url = False
        page = cls.env.ref("website.homepage_page", raise_if_not_found=False)
        cls.path = page.url if page else "/"

    def scripts(self, path):
        tree = self.get(path)
        return tree.xpath("//script[contains(@src, '/support/launcher.js')]")

    def test_pages_of_the_website_have_it(self):
        script = self.scripts(self.path)[0]
        self.assertIn("data-site", script.attrib)
        self.assertIn("lang=en_US", script.get("src"))
        for path in ("/support/ticket", "/web/login"):
            self.assertFalse(self.scripts(path), path)
        self.sign_in()
        for path in ("/my", "/my/tickets", "/new/ticket"):
            self.assertFalse(self.scripts(path), path)
        self.website.helpdesk_launcher = False
        self.assertFalse(self.scripts(self.path))

    def test_it_costs_the_page_no_statement(self):
        self.get(self.path)
        counts = []
        for shown in (True, False):
            self.website.helpdesk_launcher = shown
            self.env.flush_all()
            self.get(self.path)
            with recorded_statements() as statements:
                self.get(self.path)
            counts.append(len(statements))
        self.assertEqual(counts[0], counts[1])

    def test_footer_leads_to_the_types(self):
        """S4-01 "The website footer has, in the company's column, “Create a ticket”;
        clicking opens the ticket page with the available types"."""
        tree = self.get(self.path)
        column = tree.xpath("//footer//*[contains(@class, 'o_hsp_footer')]")[0]
        self.assertIn(self.company.name, self.words(column))
        links = {self.words(a): a.get("href") for a in column.xpath(".//a")}
        self.get(links["Create a ticket"])
        self.assertIn("Question", self.text)
        self.assertIn("Incident", self.text)

    def test_settings_tell_the_line_for_other_sites(self):
        settings = self.env["res.config.settings"].create({})
        line = settings.helpdesk_launcher_line
        self.assertRegex(line, r'src="https?://\S+/launcher.js" defer>')
