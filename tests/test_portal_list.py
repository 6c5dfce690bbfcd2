from odoo.tests import tagged

from .portal_common import HELP, PortalCommon


@tagged("post_install", "-at_install")
class TestPortalList(PortalCommon):
    """A customer finds any of their tickets by what they remember of it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.second = cls.env["helpdesk.ticket.location"].create(
            {"name": "Hotel Sol Cancún", "partner_id": cls.hotel.id}
        )
        cls.category = cls.env["helpdesk.ticket.category"].create({"name": "Invoices"})
        with cls.env.cr.savepoint():
            cls.wifi = cls._create_ticket(
                name="Sin conexión en Recepción", location_id=cls.location.id
            )
            cls.invoice = cls._create_ticket(
                name="Invoice of March",
                category_id=cls.category.id,
                type_id=cls.question.id,
            )
            cls.rates = cls._create_ticket(
                name="Booking rates", location_id=cls.second.id
            )
        cls.rates.action_wait_customer("The exact name of the rate plan")
        cls.invoice.action_solve()
        cls.foreign = cls._create_ticket(cls.eva, name="Foreign ticket")

    def setUp(self):
        super().setUp()
        self.sign_in()

    # ------------------------------------------------------------
    # Rows
    # ------------------------------------------------------------

    def test_all_tickets_of_the_user_newest_first(self):
        """S3-21 Main menu → Tickets shows the list; all are shown by default. S3-22
        Sort by (default newest). S0-25 it lists all tickets generated for the user."""
        self.assertEqual(
            self.rows(self.get("/my/tickets")),
            ["Booking rates", "Invoice of March", "Sin conexión en Recepción"],
        )

    def test_row_says_what_the_customer_needs(self):
        """S0-26 the system ticket number and the subject the customer typed. S0-27 who
        sent it and when. S0-28 the number of interactions. S0-29 the status. S3-26
        Column Ref. (#number) and subject."""
        self.wifi.user_id = self.laura
        self._answer(self.wifi, self.laura)
        tree = self.get("/my/tickets?search=recepcion")
        head = self.words(tree.xpath("//*[@class='o_hsp_thead']")[0])
        self.assertTrue(head.startswith("Ref. Subject Status Hotel Sent by"))
        row = tree.xpath("//*[@class='o_hsp_row']")[0]
        self.assertEqual(
            self.words(row),
            f"#{self.wifi.number} Sin conexión en Recepción Desk: in_progress "
            "Hotel Sol Nuevo Vallarta Ana Pérez 1 min ago 1 min ago 2 Interactions "
            "Laura Díaz",
        )

    def test_status_has_its_meaning(self):
        """S0-29 Each row shows the status (each with its meaning shown, S0-30)."""
        tree = self.get("/my/tickets")
        chip = tree.xpath("//*[contains(@class,'o_hsp_chip_customer')]")[0]
        self.assertEqual(chip.get("title"), "Meaning of waiting_customer")
        self.assertIn("What the statuses mean", self.text)

    def test_total_is_shown(self):
        """S3-26 …; the number of tickets is shown."""
        self.assertEqual(self.part(self.get("/my/tickets"), "total"), "Tickets: 3")
        tree = self.get("/my/tickets?filterby=done")
        self.assertEqual(self.part(tree, "total"), "Tickets: 1")

    def test_pages(self):
        """S3-21 … all are shown: by pages where they are many."""
        for number in range(90):
            self._create_ticket(name=f"Ticket {number}")
        self.assertEqual(len(self.rows(self.get("/my/tickets"))), 80)
        self.assertEqual(len(self.rows(self.get("/my/tickets/page/2"))), 13)
        self.assertEqual(len(self.rows(self.get("/my/tickets/page/999"))), 13)

    # ------------------------------------------------------------
    # Sort, filter, group
    # ------------------------------------------------------------

    def test_sort(self):
        """S3-22 Sort by."""
        names = {
            "name": ["Booking rates", "Invoice of March", "Sin conexión en Recepción"],
            "stage": ["Sin conexión en Recepción", "Booking rates", "Invoice of March"],
            "number": [
                "Booking rates",
                "Invoice of March",
                "Sin conexión en Recepción",
            ],
        }
        for sortby, expected in names.items():
            with self.subTest(sortby=sortby):
                self.assertEqual(
                    self.rows(self.get(f"/my/tickets?sortby={sortby}")), expected
                )

    def test_filter(self):
        """S3-23 Filter by (default all): turn, place, category, type, period."""
        with self.clock(days=-40):
            old = self._create_ticket(name="Old ticket")
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET create_date = now() - interval '40 days'"
            " WHERE id = %s",
            [old.id],
        )
        expected = {
            "filterby=customer": ["Booking rates"],
            "filterby=waiting_customer": ["Booking rates"],
            "filterby=done": ["Invoice of March"],
            f"location={self.second.id}": ["Booking rates"],
            f"category={self.category.id}": ["Invoice of March"],
            f"type={self.question.id}": ["Invoice of March"],
            "period=30": [
                "Booking rates",
                "Invoice of March",
                "Sin conexión en Recepción",
            ],
            f"location={self.second.id}&filterby=done": [],
        }
        for query, names in expected.items():
            with self.subTest(query=query):
                self.assertEqual(self.rows(self.get(f"/my/tickets?{query}")), names)

    def test_group_by_stage(self):
        """S3-24 Group by stage, with group heading "Tickets in stage: …"."""
        tree = self.get("/my/tickets?groupby=stage")
        headings = tree.xpath("//*[@class='o_hsp_group']")
        self.assertEqual(
            [self.words(heading) for heading in headings],
            [
                "Tickets in stage: Desk: new",
                "Tickets in stage: Desk: waiting_customer",
                "Tickets in stage: Desk: solved",
            ],
        )

    def test_group_by_location_category_type(self):
        """S3-24 Group by …, with group heading."""
        headings = {
            "location": "Hotel: Hotel Sol Cancún",
            "category": "Tickets in category: Invoices",
            "type": "Tickets of type: Question",
        }
        for groupby, heading in headings.items():
            with self.subTest(groupby=groupby):
                self.get(f"/my/tickets?groupby={groupby}")
                self.assertIn(heading, self.text)

    # ------------------------------------------------------------
    # Search
    # ------------------------------------------------------------

    def test_search_everything_the_customer_may_read(self):
        """S3-25 Search (in content). D-11 One search box finds tickets by words in
        messages, people, numbers and file names."""
        self._answer(
            self.wifi,
            self.laura,
            "Reiniciamos el módem",
            attachments=[("plano.pdf", b"%P")],
        )
        for words in (
            "recepcion CONEXIÓN",
            "modem",
            "plano.pdf",
            "laura modem",
            f"%23{self.wifi.number}",
            self.wifi.number.lower(),
        ):
            with self.subTest(words=words):
                self.assertEqual(
                    self.rows(self.get(f"/my/tickets?search={words}")),
                    ["Sin conexión en Recepción"],
                )

    def test_search_finds_nothing_internal_and_nothing_foreign(self):
        """D-11 One search box finds tickets …: by what the customer may read."""
        self._note(self.wifi, self.laura, "zebra note")
        for words in ("zebra", "foreign", "100%25", "_"):
            with self.subTest(words=words):
                self.assertEqual(self.rows(self.get(f"/my/tickets?search={words}")), [])

    # ------------------------------------------------------------
    # Empty and hostile
    # ------------------------------------------------------------

    def test_first_visit(self):
        """S0-25 it lists all tickets: and says what to do while there are none."""
        self.sign_in(self.luis)
        self.get("/my/tickets")
        self.assertIn("You will see your tickets here.", self.text)
        self.assertIn(HELP, self.text)

    def test_no_hit_shows_a_way_on(self):
        """S3-25 Search (in content): without a hit it offers to look further."""
        tree = self.get("/my/tickets?search=wifi&filterby=done")
        self.assertIn("No results for “wifi”.", self.text)
        link = tree.xpath("//*[@name='empty']//a")[0]
        self.assertEqual(link.get("href"), "/my/tickets?search=wifi")

    def test_unknown_parameters_fall_back(self):
        """S3-23 Filter by (default all): what means nothing falls back."""
        everything = self.rows(self.get("/my/tickets"))
        for query in (
            "sortby=x&filterby=y&groupby=z&period=0",
            "location=abc&category=-1&type=%00",
            "search_in=all&date_begin=2020-01-01&date_end=x",
            "page=abc",
            "self=1&kw=2",
        ):
            with self.subTest(query=query):
                self.assertEqual(
                    self.rows(self.get(f"/my/tickets?{query}")), everything
                )

    def test_no_parameter_breaks_the_list(self):
        """S3-23 Filter by: whatever is asked ends in a page, never in an error 500."""
        for name in ("search", "sortby", "filterby", "groupby", "location", "period"):
            for value in ("%00", "9" * 400, "☃", "'", "[]", "%F0%9F%98%80", "%ff"):
                with self.subTest(name=name, value=value[:9]):
                    self.get(f"/my/tickets?{name}={value}&{name}=2")

    # ------------------------------------------------------------
    # Cost
    # ------------------------------------------------------------

    def test_list_costs_the_same_whatever_is_asked(self):
        """S0-25 it lists all tickets: 80 at the price of a few, 16 statements at most
        whatever filters and groups."""
        few = self._count_statements("/my/tickets")
        for number in range(80):
            self._create_ticket(name=f"Ticket {number}", user_id=self.laura.id)
        for query in (
            "",
            "?groupby=stage&sortby=name",
            "?groupby=location",
            "?search=ticket",
            f"?location={self.second.id}&filterby=customer&period=30",
            "?groupby=category&filterby=in_progress",
        ):
            with self.subTest(query=query):
                count = self._count_statements(f"/my/tickets{query}")
                self.assertLessEqual(count, max(few, 16))
        self.assertLessEqual(few, 16)

    def _count_statements(self, path):
        self.env.flush_all()
        self.get(path)
        self.env.invalidate_all()
        before = self.cr.sql_log_count
        self.get(path)
        return self.cr.sql_log_count - before
