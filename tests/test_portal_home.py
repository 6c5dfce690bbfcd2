from odoo.tests import tagged

from .portal_common import HELP, PortalCommon


@tagged("post_install", "-at_install")
class TestPortalHome(PortalCommon):
    """From home, everything is one or two clicks away."""

    def test_sections(self):
        """S3-07 Shows Details (data of the customer's company), Account security,
        Ticket panel, Documents (= tickets). S3-27 "Account security" → "Edit security
        settings"."""
        self.ana.partner_id.function = "Receptionist"
        self.sign_in()
        tree = self.get("/my")
        expected = {
            "/my/account": "Details Hotel Sol · Receptionist · ana@test.example",
            "/my/security": "Account security Edit security settings. "
            "Two-step authentication: disabled",
            "/my/tickets": "Tickets All your tickets and our answers",
        }
        for href, words in expected.items():
            with self.subTest(href=href):
                card = tree.xpath(f"//main//a[@href='{href}'][.//div]")[0]
                self.assertEqual(self.words(card), words)
        self.assertEqual(
            self.words(tree.get_element_by_id("ticket_panel")), "Ticket panel"
        )

    def test_tickets_in_the_menu(self):
        """S0-11 The home menu has a "Tickets" button. S0-25 "Tickets" is reachable
        from home."""
        self.sign_in()
        links = self.get("/my").xpath("//header//a[@href='/my/tickets']")
        self.assertEqual(self.words(links[0]), "Tickets")

    def test_home_has_its_own_address(self):
        """S0-09 The portal can be entered by its own public URL (home)."""
        self.authenticate(None, None)
        self.get("/my")
        self.assertIn("/web/login?redirect=%2Fmy", self.path)
        self.sign_in()
        self.get("/my")
        self.assertIn("Hello, Ana Pérez Hotel Sol Nuevo Vallarta", self.text)

    def test_name_on_every_page(self):
        """S0-03 The signed-in user's name is at the top right of every portal page; it
        never reads "null"."""
        ticket = self._create_ticket()
        self.sign_in()
        for page in (
            "/my",
            "/my/tickets",
            "/new/ticket",
            f"/my/ticket/{ticket.id}",
            "/my/account",
            "/my/security",
        ):
            with self.subTest(page=page):
                header = self.words(self.get(page).xpath("//header")[0])
                self.assertIn("Ana Pérez", header)
                self.assertNotIn("null", header.lower())

    def test_what_waits_for_the_customer(self):
        """S3-07 Shows … Ticket panel: what waits for the customer's answer."""
        self.sign_in()
        self.get("/my")
        self.assertIn("Nothing is waiting for you.", self.text)
        ticket = self._create_ticket(name="Rates")
        ticket.action_wait_customer("The exact name of the rate plan")
        self._create_ticket(name="With support")
        tree = self.get("/my")
        cards = tree.xpath("//a[@class='o_hsp_waiting_card']/@href")
        self.assertEqual(cards, [f"/my/ticket/{ticket.id}"])

    def test_counter(self):
        """S3-07 … Documents (= tickets), with their number, in four statements."""
        self._create_ticket()
        self.sign_in()
        params = {"counters": ["ticket_count"]}
        self.make_jsonrpc_request("/my/counters", params)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        result = self.make_jsonrpc_request("/my/counters", params)
        self.assertEqual(result, {"ticket_count": 1})
        self.assertLessEqual(self.cr.sql_log_count - before, 4)

    def test_how_to_reach_us(self):
        """S3-42 Support can be reached at a number by call or by WhatsApp message; both
        are shown in the portal. S3-33 the portal shows the address and advises to be as
        explicit and complete as possible."""
        self.sign_in()
        tree = self.get("/my")
        contact = self.part(tree, "helpdesk_contact")
        for words in (HELP, "explicit and complete", "+52 55 1000 2000", "3000"):
            with self.subTest(words=words):
                self.assertIn(words, contact)
        self.company.write(
            {"helpdesk_email": "", "helpdesk_phone": "", "helpdesk_whatsapp": ""}
        )
        self.assertFalse(self.part(self.get("/my"), "helpdesk_contact"))

    def test_help_address_before_signing_in(self):
        """S0-05 An address to write to for access problems is shown, and it can be seen
        without signing in."""
        self.authenticate(None, None)
        tree = self.get("/web/login")
        self.assertIn(HELP, self.part(tree, "helpdesk_help_address"))

    def test_two_step_is_the_last_block(self):
        """S3-28 Change password: current, new, repeat new. S3-29 At the end of the page
        "Two-step authentication" with its state (disabled/enabled)."""
        self.sign_in()
        tree = self.get("/my/security")
        sections = tree.xpath("//main//section")
        self.assertEqual(
            self.words(sections[-1]),
            "Two-step authentication Two-step authentication: disabled "
            "Enable two-step authentication",
        )
        self.assertNotIn("wo-factor", self.text)
        for name in ("old", "new1", "new2"):
            self.assertTrue(tree.xpath(f"//input[@name='{name}']"))

    def test_search_from_home(self):
        """S3-07 Shows … Ticket panel: with a search box over tickets."""
        self.sign_in()
        forms = self.get("/my").xpath("//form[@role='search'][@action='/my/tickets']")
        self.assertTrue(forms[0].xpath(".//input[@name='search']"))
