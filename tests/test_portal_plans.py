from uuid import uuid4

from odoo import http
from odoo.tests import HttpCase, tagged

from .bulk import copy_ticket
from .common import HelpdeskCommon
from .figures import FiguresCase
from .statements import find_scans, recorded_statements, summary

TABLES = (
    "helpdesk_ticket",
    "helpdesk_ticket_participant",
    "mail_followers",
    "mail_message",
)
SEARCH_INDEX = "helpdesk_ticket_search_idx"
TICKETS = 20_000
CUSTOMERS = 200
PAGES = (
    "/my",
    "/my/tickets",
    "/my/tickets/page/2",
    "/my/tickets?filterby=customer",
    "/my/tickets?filterby=waiting_other&groupby=stage",
    "/my/tickets?sortby=number",
    "/my/tickets?sortby=update&groupby=category",
    "/my/tickets?sortby=name&groupby=location&period=30",
    "/my/tickets?search=bookings",
    "/my/tickets?search=bookings%20missing%2077",
    "/my/tickets?search=zqxzqx",
    "/new/ticket",
)
SCOPE_PAGES = (
    "/my",
    "/my/tickets",
    "/my/tickets?filterby=waiting_other&groupby=stage",
    "/my/tickets?sortby=name&groupby=location&period=30",
    "/my/tickets?search=bookings%20missing%2077",
    "/my/tickets?search=zqxzqx",
)


@tagged("post_install", "-at_install")
class TestPortalPlans(FiguresCase, HelpdeskCommon, HttpCase):
    """With 20,000 tickets no page reads all tickets, messages or followers."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ticket = cls._create_ticket(
            cls.ana, name="Bookings are missing", user_id=cls.laura.id
        )
        cls._answer(cls, cls.ticket, cls.laura)
        companies = cls.env["res.partner"].create(
            [
                {"name": f"Hotel {number}", "is_company": True}
                for number in range(CUSTOMERS)
            ]
        )
        stages = cls.team._get_applicable_stages()
        other_team = cls._create_team("Other desk", cls.sam)
        other = cls._create_ticket(cls.eva, team_id=other_team.id, user_id=cls.sam.id)
        copy_ticket(cls.ticket, 200, cls.ana.partner_id, stages)
        copy_ticket(cls.ticket, TICKETS // 10, companies, stages)
        copy_ticket(
            other, TICKETS, companies, other_team._get_applicable_stages(), messages=3
        )
        for table in TABLES:
            cls.env.cr.execute(f"ANALYZE {table}")
        cls.env.cr.execute("SELECT count(*) FROM helpdesk_ticket")
        cls.tell(f"Plans looked at with {cls.env.cr.fetchone()[0]} tickets")

    def _assert_no_scans(self, user, doors):
        """Check the plans of all statements that the requests of ``user`` run."""
        self.authenticate(user.login, user.login)
        scans, seen = [], set()
        for name, door in doors.items():
            door()  # fills the caches, whose plans are other pages' business
            with recorded_statements() as statements:
                response = door()
            self.assertEqual(response.status_code, 200, name)
            self.assertNotIn('"error"', response.text[:200], name)
            for statement in statements:
                if not any(table in statement for table in TABLES):
                    continue
                seen.add(statement)
                lines = find_scans(self.env.cr, statement, TABLES)
                if lines:
                    scans.append(f"{name}: {lines}\n{summary([statement])}")
        self.tell(f"Plans of {user.name}: {len(seen)} statements, {len(scans)} scans")
        self.assertTrue(seen)
        self.assertFalse(scans, "\n".join(scans))

    def test_pages(self):
        """Home, list, search and form read what is the customer's, by an index."""
        self._assert_no_scans(
            self.ana, {page: lambda p=page: self.url_open(p) for page in PAGES}
        )

    def test_shared(self):
        """So they do for somebody in copy of some tickets, with none of their own."""
        tickets = self.env["helpdesk.ticket"].search(
            [("partner_id", "=", self.ana.partner_id.id)], limit=5
        )
        self.env["helpdesk.ticket.participant"].create(
            [
                {"ticket_id": ticket.id, "partner_id": self.luis.partner_id.id}
                for ticket in tickets
            ]
        )
        self._assert_no_scans(
            self.luis, {page: lambda p=page: self.url_open(p) for page in PAGES}
        )

    def test_scopes(self):
        """So they do for each scope, with private categories and with threads that are
        seen in part: the rule stays a condition that an index serves.
        """
        private = self.env["helpdesk.ticket.category"].create(
            {"name": "Staff", "is_private": True}
        )
        tickets = self.env["helpdesk.ticket"].search(
            [("partner_id", "=", self.ana.partner_id.id)]
        )
        self.env.cr.execute(
            "UPDATE helpdesk_ticket SET location_id = %s,"
            " category_id = CASE WHEN id %% 5 = 0 THEN %s END WHERE id = ANY(%s)",
            [self.location.id, private.id, tickets.ids],
        )
        self.env.cr.execute("ANALYZE helpdesk_ticket")
        other = self.env["helpdesk.ticket"].search(
            [("partner_id", "!=", self.ana.partner_id.id)], limit=5
        )
        luis = self.luis.partner_id
        self.env["helpdesk.ticket.participant"].create(
            [
                {
                    "ticket_id": ticket.id,
                    "partner_id": luis.id,
                    "sees_from": ticket.create_date,
                }
                for ticket in other
            ]
        )
        self.location.manager_ids = luis
        counters = self.build_rpc_payload({"counters": ["ticket_count"]})
        doors = {page: lambda p=page: self.url_open(p) for page in SCOPE_PAGES}
        doors["part"] = lambda: self.url_open(f"/my/ticket/{other[0].id}")
        doors["counter"] = lambda: self.url_open("/my/counters", json=counters)
        for scope in ("location", "company"):
            luis.helpdesk_scope = scope
            with self.subTest(scope=scope):
                self._assert_no_scans(self.luis, doors)

    def test_ticket(self):
        """The page with its thread, what is new there, and the counter of home."""
        counters = self.build_rpc_payload({"counters": ["ticket_count"]})
        page = f"/my/ticket/{self.ticket.id}"
        self._assert_no_scans(
            self.ana,
            {
                "page": lambda: self.url_open(page),
                "news": lambda: self.url_open(f"{page}/live?after=1"),
                "counter": lambda: self.url_open("/my/counters", json=counters),
            },
        )

    def test_writing(self):
        """Keeping a draft, sending a ticket and answering one."""
        page = f"/my/ticket/{self.ticket.id}"
        forms = {
            "draft": ("/my/draft/save", {"subject": "No WiFi"}),
            "answer": (f"{page}/message", {"message": "Still nothing"}),
            "sending": (
                "/submitted/ticket",
                {
                    "subject": "No WiFi",
                    "description": "None since this morning.",
                    "location": str(self.location.id),
                },
            ),
        }
        self._assert_no_scans(
            self.ana,
            {
                name: lambda path=path, form=form: self._send(path, form)
                for name, (path, form) in forms.items()
            },
        )

    def _send(self, path, form):
        token = http.Request.csrf_token(self)
        form = {**form, "csrf_token": token, "submission_key": uuid4().hex}
        return self.url_open(path, data=form)

    def test_queue(self):
        """The queue of an agent with own tickets, and its number in the menu."""
        action = self.env.ref(
            "helpdesk_service_portal.helpdesk_ticket_action_my_turn"
        ).sudo()
        domain = [
            ("turn", "=", "us"),
            *("|", ("user_id", "=", self.laura.id)),
            *("&", ("user_id", "=", False), ("team_id.user_ids", "in", self.laura.id)),
        ]
        self.assertIn("'turn', '=', 'us'", action.domain)
        self._assert_no_scans(
            self.laura,
            {
                "queue": lambda: self._call(
                    "web_search_read",
                    [domain],
                    {
                        "specification": {"number": {}, "name": {}, "queue_date": {}},
                        "order": "answer_due_date, queue_date, id",
                        "limit": 80,
                    },
                ),
                "count": lambda: self._call("get_my_turn_count", [], {}),
            },
        )

    def test_desk(self):
        """So does the desk: its tabs, a search, and a ticket beside them."""
        doors = {
            tab: lambda t=tab: self._call(
                "desk_queue", [t], {"open_id": self.ticket.id}
            )
            for tab in ("mine", "free", "customer", "other")
        }
        # what autovacuum does: many rows just inserted make the index look dear
        self.env.cr.execute("SELECT gin_clean_pending_list(%s)", [SEARCH_INDEX])
        doors["search"] = lambda: self._call("desk_queue", ["mine", "zqxzqx"], {})
        doors["ticket"] = lambda: self._call("desk_page", [self.ticket.ids], {})
        doors["next"] = lambda: self._call("desk_take_next", [], {})
        self._assert_no_scans(self.laura, doors)

    def _call(self, method, args, kwargs):
        params = {"model": "helpdesk.ticket", "method": method}
        return self.url_open(
            f"/web/dataset/call_kw/helpdesk.ticket/{method}",
            json=self.build_rpc_payload({**params, "args": args, "kwargs": kwargs}),
        )
