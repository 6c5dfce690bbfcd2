from datetime import timedelta

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, tagged, users
from odoo.tools.safe_eval import safe_eval

from .common import HelpdeskCommon

MODULE = "helpdesk_service_portal"
QUEUES = ("my_turn", "unassigned", "customer", "other")


class BackendCommon(HelpdeskCommon):
    """The backend as an engineer meets it: actions, views and menus."""

    def _action(self, name):
        return self.env.ref(f"{MODULE}.helpdesk_ticket_action_{name}")

    def _list(self, name, user):
        """Return the tickets an action lists, in the order of its list."""
        action = self._action(name)
        Ticket = self.env["helpdesk.ticket"].with_user(user)
        order = self._arch(name, "list", user).get("default_order")
        return Ticket.search(safe_eval(action.domain, {"uid": user.id}), order=order)

    def _arch(self, name, view_type, user):
        action = self._action(name)
        view_id = dict((kind, view) for view, kind in action.views)[view_type]
        Ticket = self.env["helpdesk.ticket"].with_user(user)
        return etree.fromstring(Ticket.get_view(view_id, view_type)["arch"])


@tagged("post_install", "-at_install")
class TestQueue(BackendCommon):
    """The default list is the queue "My turn": what waits for the agent who looks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_team = cls._create_team("Other desk", cls.mora)
        cls.mine = cls._create_ticket(name="Mine", user_id=cls.laura.id)
        cls.free = cls._create_ticket(name="Free")
        cls.martas = cls._create_ticket(name="Marta's", user_id=cls.marta.id)
        cls.elsewhere = cls._create_ticket(
            name="Free in another team", team_id=cls.other_team.id
        )
        cls.asked = cls._create_ticket(name="Asked", user_id=cls.laura.id)
        cls.asked.action_wait_customer("Please send us a picture of the screen")
        cls.provider = cls._create_ticket(name="Provider", user_id=cls.laura.id)
        cls.provider.action_wait_other("Booking", "BK-1")
        cls.solved = cls._create_ticket(name="Solved", user_id=cls.laura.id)
        cls.solved.action_solve()

    def test_it_holds_mine_and_what_nobody_took_in_my_teams(self):
        """ "Me toca": open tickets whose turn is us, assigned to me, or unassigned in
        my teams; agents of all levels and managers likewise."""
        expected = {
            self.laura: self.mine | self.free,
            self.marta: self.martas | self.free,
            self.sam: self.free,
            self.mora: self.elsewhere,
        }
        for user, tickets in expected.items():
            with self.subTest(user=user.name):
                self.assertEqual(self._list("my_turn", user) & self._all(), tickets)

    def _all(self):
        return (
            self.mine
            | self.free
            | self.martas
            | self.elsewhere
            | self.asked
            | self.provider
            | self.solved
        )

    def test_the_count_in_the_menu_is_the_length_of_the_list(self):
        """The count stands in the menu."""
        for user in (self.laura, self.marta, self.sam, self.mora):
            with self.subTest(user=user.name):
                count = self.env["helpdesk.ticket"].with_user(user).get_my_turn_count()
                self.assertEqual(count, len(self._list("my_turn", user)))
        self.assertEqual(
            self.env["helpdesk.ticket"].with_user(self.laura).get_my_turn_count(), 2
        )

    def test_action_filter_and_method_ask_for_the_same(self):
        """A view cannot call a method: three places say the same sentence."""
        search = self.env["helpdesk.ticket"].get_view(view_type="search")
        arch = etree.fromstring(search["arch"])
        domains = [
            self._action("my_turn").domain,
            arch.find(".//filter[@name='my_turn']").get("domain"),
        ]
        for user in (self.laura, self.marta, self.mora):
            Ticket = self.env["helpdesk.ticket"].with_user(user)
            expected = Ticket.search(Ticket._get_my_turn_domain())
            for domain in domains:
                domain = safe_eval(domain, {"uid": user.id})
                self.assertEqual(Ticket.search(domain), expected)

    def test_filters_tell_whose_turn_it_is_and_what_is_late(self):
        """S1-17 the department is working on it; S1-18 we wait for you; S1-19 waiting
        for a third party. D-03 the date by which we answer. D-05 a chase date."""
        now = fields.Datetime.now()
        late = self._create_ticket(name="Late")
        late.answer_due_date = now - timedelta(hours=1)
        self.mine.answer_due_date = now + timedelta(days=3)
        self.provider.chase_date = now - timedelta(hours=1)
        later = self._create_ticket(name="Provider, later")
        later.action_wait_other("Booking", chase_date=now + timedelta(days=3))
        expected = {
            "turn_us": self.mine | self.free | self.martas | self.elsewhere | late,
            "turn_customer": self.asked,
            "turn_other": self.provider | later,
            "answer_overdue": late,
            "to_chase": self.provider,
        }
        Ticket = self.env["helpdesk.ticket"]
        arch = etree.fromstring(Ticket.get_view(view_type="search")["arch"])
        for name, tickets in expected.items():
            with self.subTest(filter=name):
                domain = arch.find(f".//filter[@name='{name}']").get("domain")
                found = Ticket.search(safe_eval(domain, {"uid": self.laura.id}))
                self.assertEqual(found & (self._all() | late | later), tickets)

    def test_nobody_else_is_counted_for(self):
        """No cost for users without helpdesk group; a portal user learns nothing."""
        Ticket = self.env["helpdesk.ticket"]
        for user in (self.ines, self.ana):
            Ticket.with_user(user).get_my_turn_count()  # groups are cached now
            with self.assertQueryCount(0):
                self.assertEqual(Ticket.with_user(user).get_my_turn_count(), 0)

    def test_earliest_promise_first_then_who_waits_longest(self):
        """Our turn, earliest answer due first, then the longest-waiting customer."""
        now = fields.Datetime.now()
        team = self._create_team("Ordered desk", self.sam)
        late, soon, old, new = (
            self._create_ticket(name=name, team_id=team.id)
            for name in ("late", "soon", "old", "new")
        )
        late.answer_due_date = now + timedelta(hours=5)
        soon.answer_due_date = now + timedelta(hours=1)
        old.queue_date = now - timedelta(days=9)
        new.queue_date = now - timedelta(minutes=9)
        queue = self._list("my_turn", self.sam)
        listed = (queue & (late | soon | old | new)).mapped("name")
        self.assertEqual(listed, ["soon", "late", "old", "new"])

    def test_an_answer_to_an_old_ticket_brings_it_back(self):
        """The base sorts newest first, so an answer to an old ticket never rises."""
        self.assertNotIn(self.asked, self._list("my_turn", self.laura))
        self._answer(self.asked, self.ana, "Here is the picture")
        self.assertIn(self.asked, self._list("my_turn", self.laura))
        self.assertNotIn(self.asked, self._list("customer", self.laura))

    def test_the_other_tabs_hold_what_they_say(self):
        """Unassigned, with customers, with third parties."""
        ours = self._all()
        self.assertEqual(
            self._list("unassigned", self.sam) & ours, self.free | self.elsewhere
        )
        self.assertEqual(self._list("customer", self.sam) & ours, self.asked)
        self.assertEqual(self._list("other", self.sam) & ours, self.provider)

    def test_a_longer_list_costs_no_more_statements(self):
        """List and kanban read nothing record by record."""
        for name in QUEUES:
            for view_type in ("list", "kanban"):
                with self.subTest(action=name, view=view_type):
                    self._check_statements(name, view_type)

    def _check_statements(self, name, view_type):
        arch = self._arch(name, view_type, self.sam)
        names = {node.get("name") for node in arch.iter("field")}
        Ticket = self.env["helpdesk.ticket"].with_user(self.sam)
        specification = {
            field: {"fields": {"display_name": {}}}
            if Ticket._fields[field].relational
            else {}
            for field in names
        }
        domain = [("id", "in", self._all().ids)]
        for _turn in range(2):  # what is cached once belongs to nobody
            short = self._count_statements(Ticket, domain, specification, 2)
        self.assertLessEqual(
            self._count_statements(Ticket, domain, specification, 7), short
        )

    def _count_statements(self, Ticket, domain, specification, limit):
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        rows = Ticket.web_search_read(domain, specification, limit=limit)
        self.assertEqual(len(rows["records"]), limit)
        return self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestHints(BackendCommon):
    """What forms say only where it is true."""

    def _is_hidden(self, record, name, **values):
        view = etree.fromstring(record.get_view(view_type="form")["arch"])
        condition = view.find(f".//*[@name='{name}']").get("invisible")
        return bool(safe_eval(condition, values))

    def test_a_team_that_lacks_stages_is_told_in_its_form(self):
        """S1-20 SOLVED: a team without such a stage could solve nothing."""
        for warning in ("This team has no stage of the kind: Solved.", False):
            hidden = self._is_hidden(self.team, "stage_warning", stage_warning=warning)
            self.assertEqual(hidden, not warning)

    def test_the_form_says_what_the_priority_promises(self):
        """S4-14 Priority decides response and resolution time and this is visible."""
        for words in ("We answer within 1 h.", False):
            hidden = self._is_hidden(
                self.env["helpdesk.ticket"], "priority_meaning", priority_meaning=words
            )
            self.assertEqual(hidden, not words)

    def test_thanks_are_shown_with_a_way_to_reopen(self):
        """S2-32 can be reopened if the customer needs it: the agent decides."""
        for kind, date, shown in (
            ("solved", "2026-11-27 12:00:00", True),
            ("solved", False, False),
            ("in_progress", "2026-11-27 12:00:00", False),
        ):
            hidden = self._is_hidden(
                self.env["helpdesk.ticket"],
                "hint_thanked",
                stage_kind=kind,
                thanked_date=date,
            )
            self.assertEqual(hidden, not shown)
        view = self.env["helpdesk.ticket"].get_view(view_type="form")["arch"]
        hint = etree.fromstring(view).find(".//div[@name='hint_thanked']")
        self.assertIsNotNone(hint.find(".//button[@name='action_reopen']"))


@tagged("post_install", "-at_install")
class TestTurnLine(BackendCommon):
    """The line on top of the form says who has to act, and until when."""

    def _line(self, ticket):
        ticket.invalidate_recordset(["turn_text"])
        return ticket.with_context(lang="en_US", tz="UTC").turn_text

    def test_our_turn_names_the_promise(self):
        with self.clock("2026-11-27 12:00:00"):
            ticket = self._create_ticket(user_id=self.laura.id)
            ticket.answer_due_date = "2026-11-27 18:00:00"
            self.assertEqual(
                self._line(ticket),
                "We answer before Friday, November 27, 2026, 6:00 PM.",
            )
            ticket.answer_due_date = "2026-11-27 09:00:00"
            self.assertEqual(
                self._line(ticket),
                "The answer was due on Friday, November 27, 2026, 9:00 AM.",
            )

    def test_our_turn_without_a_promise(self):
        """Times nobody configured are not shown."""
        ticket = self._create_ticket()
        ticket.write({"answer_due_date": False, "queue_date": False})
        self.assertEqual(
            self._line(ticket),
            "We are working on it; no answer is due. Nobody is assigned yet.",
        )
        ticket.queue_date = "2026-03-06 09:00:00"
        self.assertIn("has been waiting for an answer since Friday", self._line(ticket))

    def test_the_customers_turn_says_what_we_need(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        ticket.action_wait_customer("The number of the booking")
        self.assertIn("The number of the booking", self._line(ticket))

    def test_a_third_party_is_named_with_reference_and_chase_date(self):
        """D-05 A ticket waiting for a third party has that party, its reference and a
        chase date."""
        ticket = self._create_ticket(user_id=self.laura.id)
        ticket.action_wait_other("Booking", "BK-1")
        self.assertIn("Booking (BK-1)", self._line(ticket))
        self.assertIn("No date to chase is set.", self._line(ticket))
        with self.clock("2026-11-20 09:00:00"):
            ticket.chase_date = "2026-11-27 09:00:00"
            self.assertIn("We chase on Friday, November 27, 2026", self._line(ticket))

    def test_done_says_when(self):
        ticket = self._create_ticket(user_id=self.laura.id)
        with self.clock("2026-11-27 12:00:00"):
            ticket.action_solve()
        self.assertEqual(
            self._line(ticket),
            "Solved on Friday, November 27, 2026, 12:00 PM; an answer from the "
            "customer reopens it.",
        )
        with self.clock("2026-11-28 12:00:00"):
            ticket.action_close()
        self.assertEqual(
            self._line(ticket), "Closed on Saturday, November 28, 2026, 12:00 PM."
        )


@tagged("post_install", "-at_install")
class TestTicketForm(BackendCommon):
    """An engineer writes tickets by hand, in the form."""

    def _form(self, user, ticket=None):
        record = ticket or self.env["helpdesk.ticket"]
        return Form(record.with_user(user))

    def test_an_agent_of_each_level_opens_a_ticket(self):
        for user in (self.laura, self.marta, self.sam, self.mora):
            with self.subTest(user=user.name):
                form = self._form(user)
                form.name = "Wifi is down"
                form.description = "<p>At the reception</p>"
                form.partner_id = self.ana.partner_id
                form.team_id = self.team
                ticket = form.save()
                self.assertEqual(ticket.partner_email, "ana@test.example")
                self.assertEqual(ticket.participant_ids.partner_id, self.ana.partner_id)
                self.assertEqual(ticket.stage_kind, "new")
                self.assertNotEqual(ticket.number, "/")

    def test_choosing_a_type_never_empties_the_team(self):
        """Choosing a type can empty the team (trap of the base)."""
        other = self._create_team("Other", self.sam)
        free, bound = self.env["helpdesk.ticket.type"].create(
            [{"name": "Free"}, {"name": "Bound", "team_ids": [(6, 0, other.ids)]}]
        )
        with self._form(self.sam, self._create_ticket()) as form:
            form.type_id = free
            self.assertEqual(form.team_id, self.team)
            form.type_id = bound
            self.assertEqual(form.team_id, other)
            form.type_id = self.env["helpdesk.ticket.type"]
            self.assertTrue(form.team_id)

    def test_teams_that_list_no_types_can_be_chosen(self):
        """The base's view hides every team that does not list the type."""
        listed, unlisted = self.env["helpdesk.ticket.type"].create(
            [{"name": "Listed"}, {"name": "Unlisted"}]
        )
        team = self._create_team("Only listed", self.sam)
        team.type_ids = listed
        arch = etree.fromstring(self.env["helpdesk.ticket"].get_view()["arch"])
        domain = arch.find(".//group[@name='handling']/field[@name='team_id']").get(
            "domain"
        )
        for chosen, expected in (
            (listed, team | self.team),
            (unlisted, self.team),
            (unlisted.browse(), team | self.team),
        ):
            values = {"type_id": chosen.id, "company_id": self.env.company.id}
            offered = team.search(safe_eval(domain, values))
            self.assertEqual(offered & (team | self.team), expected)

    def test_waiting_for_the_customer_needs_the_instructions(self):
        """S0-32 (derived: cannot be set without a message containing the
        instructions.)"""
        form = self._form(self.laura, self._create_ticket(user_id=self.laura.id))
        form.stage_id = self.stages["waiting_customer"]
        with self.assertRaisesRegex(AssertionError, "customer_request"):
            form.save()
        form.customer_request = "Please send us a picture of the screen"
        ticket = form.save()
        self.assertEqual(ticket.turn, "customer")
        self.assertEqual(ticket.customer_request, form.customer_request)

    def test_waiting_for_a_third_party_is_written_in_the_form(self):
        form = self._form(self.laura, self._create_ticket(user_id=self.laura.id))
        form.stage_id = self.stages["waiting_other"]
        form.waiting_party = "Booking"
        form.waiting_reference = "BK-1"
        form.chase_date = "2026-11-30 10:00:00"
        ticket = form.save()
        self.assertEqual((ticket.turn, ticket.waiting_party), ("other", "Booking"))

    def test_an_agent_adds_a_person(self):
        """S2-24 Requester and people in copy, from the backend."""
        ticket = self._create_ticket(user_id=self.laura.id)
        with self._form(self.laura, ticket) as form:
            with form.participant_ids.new() as line:
                line.partner_id = self.luis.partner_id
        row = ticket.participant_ids.filtered(
            lambda p: p.partner_id == self.luis.partner_id
        )
        self.assertEqual((row.source, row.included), ("agent", True))
        self.assertEqual(row.added_by_id, self.laura.partner_id)

    def test_a_ticket_being_written_has_a_name(self):
        self.assertEqual(self.env["helpdesk.ticket"].new({}).display_name, "New ticket")
        ticket = self._create_ticket()
        self.assertEqual(ticket.display_name, f"{ticket.number} - {ticket.name}")


@tagged("post_install", "-at_install")
class TestConfiguration(BackendCommon):
    """The administrator reaches every desk by configuration, in forms."""

    def test_a_stage_is_edited_by_its_kind(self):
        """People name stages, the code knows kinds: the base's flags follow."""
        form = Form(self.env["helpdesk.ticket.stage"].with_user(self.mora))
        form.name = "Waiting for PROVIDER"
        form.kind = "waiting_other"
        form.description = "<p>A third party must take part.</p>"
        stage = form.save()
        self.assertFalse(stage.closed or stage.unattended)
        for kind, closed, unattended in (
            ("solved", True, False),
            ("new", False, True),
            ("closed", True, False),
            ("in_progress", False, False),
        ):
            with Form(stage) as form:
                form.kind = kind
            self.assertEqual(
                (stage.kind, stage.closed, stage.unattended), (kind, closed, unattended)
            )

    def test_the_flags_of_the_base_are_not_asked(self):
        arch = etree.fromstring(self.env["helpdesk.ticket.stage"].get_view()["arch"])
        for name in ("closed", "unattended", "close_from_portal"):
            field = arch.find(f".//field[@name='{name}']")
            self.assertIn(field.get("invisible"), ("1", "True"))

    def test_a_team_promises_by_priority(self):
        """S4-14 Priority decides response and resolution time."""
        with Form(self.team.with_user(self.mora)) as form:
            with form.promise_ids.new() as promise:
                promise.priority = "3"
                promise.answer_hours = 1
                promise.solve_hours = 8
        self.assertEqual(self.team._get_promise("3").answer_hours, 1)

    def test_category_and_type_route_and_explain(self):
        with Form(self.env["helpdesk.ticket.category"].with_user(self.mora)) as form:
            form.name = "Reservations"
            form.team_id = self.team
            form.portal_hint = "Bookings that are missing or wrong"
        with Form(self.env["helpdesk.ticket.type"].with_user(self.mora)) as form:
            form.name = "Breakdown"
            form.code = "breakdown"
            form.icon = "fa-bolt"
            form.description = "Something that worked does not"
            form.intro = "We are sorry for the trouble"
            form.team_id = self.team
            form.default_priority = "2"

    def test_locations_lie_within_each_other(self):
        group = self.env["helpdesk.ticket.location"].create(
            {"name": "Grupo Sol", "partner_id": self.hotel.id}
        )
        form = Form(self.env["helpdesk.ticket.location"].with_user(self.mora))
        form.name = "Hotel Sol Cancún"
        form.parent_id = group
        form.partner_id = self.hotel
        form.manager_ids.add(self.ana.partner_id)
        location = form.save()
        self.assertEqual(location.complete_name, "Grupo Sol / Hotel Sol Cancún")
        self.assertEqual(self.ana.partner_id.helpdesk_location_ids, location)

    def test_a_contact_gets_scope_and_locations(self):
        self.mora.group_ids += self.env.ref("base.group_partner_manager")
        with Form(self.ana.partner_id.with_user(self.mora)) as form:
            form.helpdesk_scope = "location"
            form.helpdesk_location_ids.add(self.location)
        self.assertEqual(self.location.manager_ids, self.ana.partner_id)

    def test_the_settings_are_the_companys(self):
        """S0-05, S3-42: the addresses shown in the portal are set in one page."""
        settings = Form(self.env["res.config.settings"])
        settings.helpdesk_team_id = self.team
        settings.helpdesk_email = "help@desk.example"
        settings.helpdesk_phone = "+52 322 123 4567"
        settings.helpdesk_whatsapp = "+52 322 765 4321"
        settings.helpdesk_emergency_phone = "+52 322 000 0000"
        settings.helpdesk_location_word = "hotel"
        settings.save().execute()
        company = self.env.company
        self.assertEqual(company.helpdesk_email, "help@desk.example")
        self.assertEqual(company.helpdesk_emergency_phone, "+52 322 000 0000")
        self.assertEqual(company._get_location_word(), "Hotel")


@tagged("post_install", "-at_install")
class TestMenus(BackendCommon):
    """The helpdesk opens on the queue; configuration is the manager's."""

    def _menus(self, user):
        """Return xmlid -> menu of what the user's web client loads."""
        menus = self.env["ir.ui.menu"].with_user(user).load_menus(False)
        return {menu["xmlid"]: menu for menu in menus.values() if menu.get("xmlid")}

    def test_the_application_opens_on_my_turn(self):
        """The default list is the queue "Me toca"."""
        for user in (self.laura, self.marta, self.sam, self.mora):
            menus = self._menus(user)
            first = menus["helpdesk_mgmt.helpdesk_ticket_main_menu"]["children"][0]
            self.assertEqual(first, menus[f"{MODULE}.helpdesk_my_turn_menu"]["id"])

    def test_configuration_is_the_managers(self):
        names = ("location_menu", "participant_menu")
        for user, expected in ((self.mora, True), (self.sam, False)):
            menus = self._menus(user)
            for name in names:
                self.assertEqual(f"{MODULE}.helpdesk_{name}" in menus, expected)
            self.assertEqual(
                "helpdesk_mgmt.helpdesk_ticket_stage_menu" in menus, expected
            )

    def test_users_without_helpdesk_see_none_of_it(self):
        self.assertFalse([x for x in self._menus(self.ines) if "helpdesk" in x])

    def test_every_page_opens_and_helps_when_empty(self):
        """Menus, configuration pages, empty states."""
        main = self.env.ref("helpdesk_mgmt.helpdesk_ticket_main_menu")
        Menu = self.env["ir.ui.menu"].with_user(self.mora)
        visible = Menu.browse(Menu._visible_menu_ids())
        menus = visible & Menu.sudo().search([("id", "child_of", main.id)])
        actions = [
            menu.action
            for menu in menus.sudo()
            if menu.action
            and menu.action._name == "ir.actions.act_window"
            and menu.action.target != "new"
        ]
        self.assertGreater(len(actions), 10)
        for action in [*actions, self._action("location")]:
            with self.subTest(action=action.name):
                self.assertIn("o_view_nocontent", action.help or "")
                Model = self.env[action.res_model].with_user(self.mora)
                views = Model.get_views([*action.views, (False, "search")])
                self.assertTrue(views["views"])

    def test_what_an_agent_may_not_configure_is_refused(self):
        """Portal config only managers: the menu is not the only lock."""
        for user in (self.laura, self.marta, self.sam):
            for record in (self.location, self.team, self.stages["new"]):
                with self.subTest(user=user.name, record=record._name):
                    with self.assertRaises(AccessError):
                        record.with_user(user).write({"name": "Mine now"})

    @users("laura@test.example")
    def test_the_list_finds_by_what_people_say(self):
        """D-11 One search box finds tickets by words in messages, people, numbers and
        file names, for agents."""
        arch = etree.fromstring(
            self.env["helpdesk.ticket"].get_view(view_type="search")["arch"]
        )
        self.assertEqual(arch.find("field").get("name"), "search_text")
