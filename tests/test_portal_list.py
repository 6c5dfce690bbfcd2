import re

from odoo import fields
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
        self.wifi.answer_due_date = "2099-11-27 18:00:00"
        tree = self.get("/my/tickets?search=recepcion")
        head = self.words(tree.xpath("//*[@class='o_hsp_thead']")[0])
        self.assertEqual(
            head,
            "Ref. Subject Status Hotel Sent by Last answer Messages Assigned to",
        )
        row = self.words(tree.xpath("//*[contains(@class,'o_hsp_row')]")[0])
        self.assertEqual(
            re.sub(r"\d+ min", "1 min", row),
            f"#{self.wifi.number} New: Sin conexión en Recepción Desk: in_progress "
            "We answer by Nov 27, 2099, 6:00 PM. Hotel Sol Nuevo Vallarta Ana Pérez "
            "1 min ago 1 min ago 2 messages Laura Díaz",
        )

    def test_what_comes_next(self):
        """S0-29 Each row shows the status: in words, with what comes next and when."""
        dates = {
            "answer_due_date": "2099-11-27 18:00:00",
            "auto_close_date": "2099-11-28 18:00:00",
            "closed_date": "2026-11-01 18:00:00",
            "waiting_party": "Booking",
        }
        expected = {
            "new": "We answer by Nov 27, 2099, 6:00 PM.",
            "waiting_customer": "Answer by Nov 28, 2099, 6:00 PM.",
            "waiting_other": "We wait for Booking.",
            "solved": "Closes on Nov 28, 2099.",
            "closed": "Closed on Nov 1, 2026.",
        }
        now = self.env["helpdesk.ticket"]._now()
        for kind, words in expected.items():
            with self.subTest(kind=kind):
                ticket = self._create_ticket(stage_id=self.stages[kind].id)
                ticket.write(dates)
                self.assertEqual(ticket._get_due_line(now, "UTC"), words)

    def test_time_left_in_words(self):
        """S0-29 … until when we wait for the customer: today, tomorrow, or a date; a
        date that has passed is none."""
        self.rates.auto_close_date = "2026-11-20 18:00:00"
        expected = {
            "2026-11-20 09:00:00": "Answer by today, 6:00 PM.",
            "2026-11-19 23:00:00": "Answer by tomorrow, 6:00 PM.",
            "2026-11-18 09:00:00": "Answer by Nov 20, 2026, 6:00 PM.",
            "2026-11-20 19:00:00": "",
        }
        for now, words in expected.items():
            with self.subTest(now=now):
                moment = fields.Datetime.to_datetime(now)
                self.assertEqual(self.rates._get_due_line(moment, "UTC"), words)

    def test_origin(self):
        """S2-20 List of tickets created by the user with number, status and origin."""
        self.wifi.channel_id = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web")
        tree = self.get("/my/tickets?search=recepcion")
        origin = tree.xpath("//*[@class='o_hsp_origin']")[0]
        self.assertEqual(self.words(origin), self.wifi.channel_id.name)

    def test_unread_is_marked(self):
        """S0-28 messages exchanged: what the reader has not read yet stands out, not by
        weight alone."""
        self.assertFalse(self._unread())
        self._answer(self.wifi, self.laura)
        self.assertEqual(self._unread(), ["New: Sin conexión en Recepción"])
        self._answer(self.wifi, self.ana)
        self.assertFalse(self._unread())

    def _unread(self):
        rows = self.get("/my/tickets").xpath("//*[contains(@class,'o_hsp_unread')]")
        return [self.words(row.xpath(".//a")[0]) for row in rows]

    def test_status_has_its_meaning(self):
        """S0-30 to S0-36 Each status of the desk has its meaning shown."""
        tree = self.get("/my/tickets")
        chip = tree.xpath("//*[@role='cell']/*[contains(@class,'chip_customer')]")[0]
        self.assertEqual(chip.get("title"), "Meaning of waiting_customer")
        legend = self.words(tree.xpath("//*[@class='o_hsp_legend']")[0])
        self.assertIn("What the statuses mean", legend)
        for stage in self.stages.values():
            with self.subTest(stage=stage.name):
                self.assertIn(f"{stage.name} Meaning of {stage.kind}", legend)

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
                "Tickets in stage: Desk: new (1)",
                "Tickets in stage: Desk: waiting_customer (1)",
                "Tickets in stage: Desk: solved (1)",
            ],
        )

    def test_a_desk_groups_its_list(self):
        """S3-24 Group by stage: the desk's own default, until one chooses otherwise."""
        self.team.list_groupby = "stage"
        self.get("/my/tickets")
        self.assertIn("Tickets in stage: Desk: new (1)", self.text)
        self.get("/my/tickets?groupby=none")
        self.assertNotIn("Tickets in stage", self.text)
        self.get("/my/tickets")
        self.assertNotIn("Tickets in stage", self.text)

    def test_group_by_location_category_type(self):
        """S3-24 Group by …, with group heading."""
        headings = {
            "location": "Hotel: Hotel Sol Cancún (1)",
            "category": "Tickets in category: Invoices (1)",
            "type": "Tickets of type: Question (1)",
        }
        for groupby, heading in headings.items():
            with self.subTest(groupby=groupby):
                self.get(f"/my/tickets?groupby={groupby}")
                self.assertIn(heading, self.text)

    def test_chips_with_counts(self):
        """S3-23 Filter by (default all): one press away, each with its number."""
        self.assertEqual(
            self._chips("/my/tickets"),
            [
                "All 3",
                "Waiting for me 1",
                "With support 1",
                "With third parties 0",
                "Resolved 1",
            ],
        )
        self.assertIn("All 1", self._chips(f"/my/tickets?type={self.question.id}"))
        tree = self.get("/my/tickets?filterby=customer")
        current = tree.xpath("//main//*[@aria-current='true']")
        self.assertEqual([self.words(chip) for chip in current], ["Waiting for me 1"])

    def _chips(self, path):
        chips = self.get(path).xpath("//*[contains(@class,'o_hsp_turn_chip')]")
        return [self.words(chip) for chip in chips]

    def test_active_filters_are_written_out(self):
        """S3-23 Filter by: what narrows the list is said, and taken away one by one."""
        location = f"location={self.second.id}"
        query = f"search=rates&filterby=customer&{location}&period=30"
        tree = self.get(f"/my/tickets?{query}")
        active = tree.xpath("//*[contains(@class,'o_hsp_active')]")
        self.assertEqual(
            [self.words(link).removesuffix(" Remove the filter") for link in active],
            ["“rates”", "Waiting for me", "Hotel Sol Cancún", "Last 30 days"],
        )
        without_place = "search=rates&filterby=customer&period=30"
        self.assertEqual(active[2].get("href"), f"/my/tickets?{without_place}")
        tree = self.get("/my/tickets?filterby=waiting_customer")
        self.assertIn("Waiting for the customer", self.text)
        plain = self.get("/my/tickets?filterby=all")
        self.assertFalse(plain.xpath("//*[contains(@class,'o_hsp_active')]"))

    def test_my_activities(self):
        """S1-08 At the top, "My activities" opens all requests the user reported or
        that we reported to him, each with its status."""
        self.ana.partner_id.helpdesk_scope = "company"
        self._create_ticket(self.luis, name="Of Luis")
        shared = self._create_ticket(self.luis, name="Of Luis, with Ana")
        self.env["helpdesk.ticket.participant"].create(
            [
                {
                    "ticket_id": shared.id,
                    "partner_id": person.partner_id.id,
                    "included": person == self.ana,
                }
                for person in (self.ana, self.eva)
            ]
        )
        tree = self.get("/my/tickets")
        self.assertIn("Of Luis", self.rows(tree))
        address = tree.xpath("//*[@name='my_activities']/@href")[0]
        self.assertEqual(tree.xpath("//*[@name='mine']/@href")[0], address)
        mine = self.get(address)
        self.assertEqual(
            self.rows(mine),
            [
                "Of Luis, with Ana",
                "Booking rates",
                "Invoice of March",
                "Sin conexión en Recepción",
            ],
        )
        self.assertIn("Desk: new", self.words(mine))
        self.assertTrue(
            mine.xpath("//select[@name='mine']/option[@value='1'][@selected]")
        )
        self.assertIn("My activities", self.words(mine.xpath("//*[@role='status']")[0]))
        self.sign_in(self.eva)
        self.assertEqual(self.rows(self.get(address)), ["Foreign ticket"])

    def test_my_part_in_it(self):
        """S1-06 The user sees the status of requests from mails sent from his address
        and of those where he is in copy: each by itself."""
        self.ana.partner_id.helpdesk_scope = "company"
        self._create_ticket(self.luis, name="Of Luis")
        shared = self._create_ticket(self.luis, name="Of Luis, with Ana")
        self.env["helpdesk.ticket.participant"].create(
            {"ticket_id": shared.id, "partner_id": self.ana.partner_id.id}
        )
        tree = self.get("/my/tickets?mine=copy")
        self.assertEqual(self.rows(tree), ["Of Luis, with Ana"])
        self.assertIn("I am in copy Remove the filter", self.text)
        self.assertEqual(
            self.rows(self.get("/my/tickets?mine=asked")),
            ["Booking rates", "Invoice of March", "Sin conexión en Recepción"],
        )
        self.assertEqual(len(self.rows(self.get("/my/tickets?mine=gone"))), 5)

    def test_filter_by_origin_and_status(self):
        """S2-20 … number, status and origin. S2-21 Search filters: by each of them, and
        by several together."""
        phone = self.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_phone")
        (self.wifi | self.invoice).channel_id = phone
        solved = self.stages["solved"]
        expected = {
            f"origin={phone.id}": ["Invoice of March", "Sin conexión en Recepción"],
            f"stage={solved.id}": ["Invoice of March"],
            f"origin={phone.id}&stage={solved.id}": ["Invoice of March"],
            f"origin={phone.id}&filterby=us": ["Sin conexión en Recepción"],
            f"origin={phone.id}&filterby=customer": [],
        }
        for query, names in expected.items():
            with self.subTest(query=query):
                self.assertEqual(self.rows(self.get(f"/my/tickets?{query}")), names)
        tree = self.get(f"/my/tickets?origin={phone.id}&stage={solved.id}")
        chosen = tree.xpath("//select/option[@selected]")
        words = [self.words(option) for option in chosen]
        self.assertIn(phone.name, words)
        self.assertIn(solved.name, words)
        offered = tree.xpath("//select[@name='stage']/option")
        self.assertEqual(
            [self.words(option) for option in offered],
            ["All", *(self.stages[k].name for k in ("new", "waiting_customer"))]
            + [solved.name],
        )

    def test_last_filters_are_remembered(self):
        """S2-21 Search filters: the list opens as it was left on this device, and says
        so; "Show all tickets" leaves it plain again."""
        everything = self.rows(self.get("/my/tickets"))
        query = f"filterby=customer&location={self.second.id}&search=rates"
        self.get(f"/my/tickets?{query}")
        cookies = {cookie.name: cookie for cookie in self.opener.cookies}
        # also where the address begins with a language
        self.assertEqual(cookies["helpdesk_list"].path, "/")
        tree = self.get("/my/tickets")
        self.assertEqual(self.rows(tree), ["Booking rates"])
        self.assertIn("As you left it.", self.part(tree, "recalled"))
        self.assertIn("Hotel Sol Cancún", self.text)
        # words answer a question of the moment
        self.assertFalse(tree.xpath("//input[@name='search'][@value='rates']"))
        for link in tree.xpath("//*[@name='recalled']//a/@href"):
            self.assertEqual(self.rows(self.get(link)), everything)
        tree = self.get("/my/tickets")
        self.assertEqual(self.rows(tree), everything)
        self.assertFalse(self.part(tree, "recalled"))

    def test_remembered_filters_are_of_one_person(self):
        """S0-02 an account on a device others use: what one person chose is not what
        the next one finds."""
        self.get("/my/tickets?filterby=done")
        cookie = self.opener.cookies.get("helpdesk_list", path="/")
        self.sign_in(self.eva)
        self.opener.cookies.set("helpdesk_list", cookie, path="/")
        self.assertEqual(self.rows(self.get("/my/tickets")), ["Foreign ticket"])

    def test_remembered_filter_that_exists_no_longer(self):
        """S3-23 Filter by (default all): what was remembered and is gone is all."""
        everything = self.rows(self.get("/my/tickets"))
        self.get(f"/my/tickets?location={self.second.id}")
        self.rates.location_id = False
        tree = self.get("/my/tickets")
        self.assertEqual(self.rows(tree), everything)
        self.assertFalse(self.part(tree, "dropped"))
        self.assertFalse(self.part(tree, "recalled"))

    def test_filter_that_exists_no_longer(self):
        """S3-23 Filter by (default all): a link to what is gone shows all, and says so;
        what only the search words hide stays."""
        everything = self.rows(self.get("/my/tickets"))
        self.assertFalse(self.part(self.get("/my/tickets"), "dropped"))
        foreign = self.foreign.location_id.create({"name": "Hotel Luna"})
        for query in (
            "location=999999",
            f"location={foreign.id}",
            "category=999999",
            "type=999999",
            "filterby=gone",
        ):
            with self.subTest(query=query):
                tree = self.get(f"/my/tickets?{query}")
                self.assertEqual(self.rows(tree), everything)
                self.assertIn("exists no longer", self.part(tree, "dropped"))
                self.assertNotIn("Hotel Luna", self.text)
        tree = self.get(f"/my/tickets?search=invoice&location={self.second.id}")
        self.assertEqual(self.rows(tree), [])
        self.assertFalse(self.part(tree, "dropped"))
        self.assertIn("Hotel Sol Cancún Remove the filter", self.text)

    def test_strip_of_hotels(self):
        """S0-25 it lists all tickets: who has several hotels narrows it to one."""
        tree = self.get(f"/my/tickets?location={self.second.id}&filterby=done")
        places = tree.xpath("//*[@name='places']//a")
        self.assertEqual(
            [self.words(place) for place in places],
            [
                "Hotel Sol Cancún Open: 1 Waiting for you: 1",
                "Hotel Sol Nuevo Vallarta Open: 1",
            ],
        )
        self.assertEqual(places[0].get("aria-current"), "true")

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
            attachments=[("plano.pdf", b"%PDF-1.4")],
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
        self.assertEqual(
            tree.xpath("//*[@name='empty']//a/@href"),
            [
                "/my/tickets?search=wifi",
                "/support/search?search=wifi",
                "/my/tickets?filterby=all",
            ],
        )

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
