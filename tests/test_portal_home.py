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
            "/my/profile": "Details Hotel Sol · Receptionist · ana@test.example",
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
        self.assertIn(", Ana Hotel Sol Nuevo Vallarta", self.text)

    def test_greeting_of_the_hour(self):
        """S0-09 The portal can be entered by its own public URL (home): it greets by
        the hour of the reader's own zone, else of the hotel's."""
        self.location.tz = "America/Bahia_Banderas"
        self.sign_in()
        hours = {18: "Good afternoon, Ana", 2: "Good evening, Ana"}
        for zone, greetings in (
            ("Europe/Madrid", {7: "Good morning, Ana", 13: "Good afternoon, Ana"}),
            (False, hours),
        ):
            self.ana.tz = zone
            self.env.flush_all()
            for hour, greeting in greetings.items():
                with self.subTest(zone=zone, hour=hour):
                    self.assertEqual(self._greet(hour), greeting)

    def test_greeting_of_a_shared_mailbox(self):
        """D-04 Under a shared mailbox nobody is greeted by the name of somebody."""
        self.ana.partner_id.helpdesk_is_shared = True
        self.assertEqual(self._greet(9), "Good morning")

    def _greet(self, hour):
        """Return how home greets Ana at an hour of UTC."""
        Ticket = self.env["helpdesk.ticket"].with_user(self.ana)
        partner = self.ana.partner_id
        zone = Ticket._portal_home_zone(partner, Ticket._portal_locations(partner))
        with self.clock(f"2026-11-20 {hour:02}:00:00"):
            return Ticket._portal_greeting(partner, zone)

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
        """S3-07 Shows … Ticket panel: what waits for the customer's answer, what ends
        soonest first, with its number."""
        self.sign_in()
        self._create_ticket(name="With support")
        self.get("/my")
        self.assertIn("Nothing is waiting for you.", self.text)
        for name, date in (
            ("Later", "2099-03-01"),
            ("Rates", "2099-01-01"),
            ("Soon", "2099-02-01"),
        ):
            ticket = self._create_ticket(name=name)
            ticket.action_wait_customer("The exact name of the rate plan")
            ticket.auto_close_date = f"{date} 18:00:00"
        self.get("/my")
        self.assertEqual(self._waiting(), ["Rates", "Soon"])
        self.assertIn("Waiting for your answer (3)", self.text)
        self.assertIn("Answer by Jan 1, 2099, 6:00 PM.", self.text)
        self.assertIn("All that wait for you", self.text)

    def test_what_waits_for_a_shared_mailbox(self):
        """S3-07 what waits …: of one's hotels for a mailbox of several people, and for
        who sees more than their own."""
        self.ana.partner_id.helpdesk_location_ids = self.location
        ticket = self._create_ticket(
            self.luis, name="Luis asked", location_id=self.location.id
        )
        ticket.action_wait_customer("The exact name of the rate plan")
        self.sign_in()
        self.assertEqual(self._waiting(), [])
        for scope in ("location", "company"):
            with self.subTest(scope=scope):
                self.ana.partner_id.helpdesk_scope = scope
                self.assertEqual(self._waiting(), ["Luis asked"])
        self.ana.partner_id.helpdesk_scope = "own"
        self.env["helpdesk.ticket.participant"].create(
            {
                "ticket_id": ticket.id,
                "partner_id": self.ana.partner_id.id,
                "source": "agent",
            }
        )
        self.assertEqual(self._waiting(), [])
        self.ana.partner_id.helpdesk_is_shared = True
        self.assertEqual(self._waiting(), ["Luis asked"])

    def _waiting(self):
        """Return the subjects of the cards that wait for the reader."""
        self.env.flush_all()
        cards = self.get("/my").xpath("//*[contains(@class,'o_hsp_waiting_subject')]")
        return [self.words(card).removeprefix("New: ") for card in cards]

    def test_first_visit(self):
        """S0-25 "Tickets" is reachable from home: who has none is told what to do."""
        self.sign_in()
        self.get("/my")
        self.assertIn("You will see your tickets here.", self.text)
        self.assertIn(HELP, self.text)

    def test_strip_of_hotels(self):
        """S0-25 it lists all tickets: who has several hotels goes to one of them, first
        to where something waits."""
        second = self.location.copy({"name": "Hotel Sol Cancún", "code": False})
        first = self._create_ticket(location_id=self.location.id)
        self.sign_in()
        self.assertFalse(self.get("/my").xpath("//*[@name='places']"))
        self._create_ticket(location_id=second.id).action_solve()
        ticket = self._create_ticket(location_id=second.id)
        ticket.action_wait_customer("The exact name of the rate plan")
        places = self.get("/my").xpath("//*[@name='places']//a")
        self.assertEqual(
            [(place.get("href"), self.words(place)) for place in places],
            [
                (
                    f"/my/tickets?location={second.id}",
                    "Hotel Sol Cancún Open: 1 Waiting for you: 1",
                ),
                (
                    f"/my/tickets?location={self.location.id}",
                    f"{first.location_id.name} Open: 1",
                ),
            ],
        )

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
        words = self.words(sections[-1])
        state = "Two-step authentication Two-step authentication: disabled "
        self.assertEqual(words[: len(state)], state)
        self.assertTrue(words.endswith("Enable two-step authentication"), words)
        self.assertNotIn("wo-factor", self.text)
        for name in ("old", "new1", "new2"):
            self.assertTrue(tree.xpath(f"//input[@name='{name}']"))

    def test_search_from_home(self):
        """S3-07 Shows … Ticket panel: with a search box over tickets and articles."""
        self.sign_in()
        forms = self.get("/my").xpath(
            "//form[@role='search'][@action='/support/search']"
        )
        self.assertTrue(forms[0].xpath(".//input[@name='search']"))
