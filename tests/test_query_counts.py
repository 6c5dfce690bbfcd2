from odoo import http
from odoo.tests import HttpCase, tagged

from .bulk import add_messages, copy_ticket
from .common import PORTAL, HelpdeskCommon
from .figures import FiguresCase
from .statements import recorded_statements, summary

SIZES = (1, 10, 80)
LISTS = (
    "",
    "?filterby=customer",
    "?filterby=waiting_customer",
    "?groupby=stage",
    "?groupby=location&sortby=number",
    "?groupby=category&sortby=update",
    "?groupby=type&sortby=name",
    "?search=bookings",
    "?period=30&filterby=customer&groupby=stage&search=bookings",
    "?search=zqxzqx",
)
LIST = 16
HOME = 18  # what the empty home of the portal takes
FORM = 22  # what the base takes
COUNTER = 4
PAGE = 45
SUBMIT = 44


@tagged("post_install", "-at_install")
class TestQueryCounts(FiguresCase, HelpdeskCommon, HttpCase):
    """A page takes as many SQL statements for 80 tickets as for one, in a desk of
    two thousand as in one of a hundred.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.category = cls.env["helpdesk.ticket.category"].create({"name": "Bookings"})
        cls.type = cls.env.ref("helpdesk_service_portal.type_incident")
        cls.template = cls._create_full_ticket(cls.eva)
        cls.people = {
            size: cls._create_person(f"Guest {size}", f"guest{size}", PORTAL, cls.hotel)
            for size in SIZES
        }
        stages = cls.team._get_applicable_stages()
        cls.tickets = {}
        for size, user in cls.people.items():
            ticket = cls._create_full_ticket(user)
            cls.tickets[size] = ticket
            if size > 1:
                copy_ticket(ticket, size - 1, user.partner_id, stages)
            ticket.action_wait_customer("The exact name of the rate plan")
        cls._add_others(100)

    @classmethod
    def _create_full_ticket(cls, user):
        """Create a ticket that has everything a row or a page may show."""
        ticket = cls._create_ticket(
            user,
            name="Bookings are missing",
            location_id=cls.location.id,
            category_id=cls.category.id,
            type_id=cls.type.id,
            user_id=cls.laura.id,
        )
        for author, name in ((cls.laura, "log.txt"), (user, "list.pdf")):
            ticket.with_user(author).message_post(
                body="See the file",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                attachments=[(name, b"file")],
            )
        return ticket

    @classmethod
    def _add_others(cls, count):
        stages = cls.team._get_applicable_stages()
        copy_ticket(cls.template, count, cls.eva.partner_id, stages)
        cls.env.cr.execute("ANALYZE helpdesk_ticket")

    def _count(self, door):
        """Return the statements of a request; a first one fills the caches."""
        door()
        with recorded_statements() as statements:
            response = door()
        self.assertLess(response.status_code, 400, response.url)
        return statements

    def _by_size(self, make_door):
        """Return the statements of one request of each of the people."""
        statements = {}
        for size, user in self.people.items():
            self.authenticate(user.login, user.login)
            statements[size] = self._count(make_door(size))
        return statements

    def _assert_constant(self, what, make_door, limit):
        """Check the number with 1, 10, 80 tickets, at 100 and at 2,000 others."""
        few = self._by_size(make_door)
        with self.env.cr.savepoint() as savepoint:
            self._add_others(1900)
            many = self._by_size(make_door)
            savepoint.rollback()
        counts = [len(statements) for statements in (*few.values(), *many.values())]
        self.tell(f"Statements of {what}: {sorted(set(counts))}, at most {limit}")
        most, least = many[max(SIZES)], few[min(SIZES)]
        self.assertEqual(
            len(set(counts)),
            1,
            f"{what}: {counts}\nfewest:\n{summary(least)}\nmost:\n{summary(most)}",
        )
        self.assertLessEqual(counts[0], limit, f"{what}:\n{summary(most)}")

    def test_list(self):
        """The list takes at most 16 statements, whatever the filters and groups."""
        for query in LISTS:
            with self.subTest(query):
                self._assert_constant(
                    f"the list {query}",
                    lambda size, q=query: lambda: self.url_open(f"/my/tickets{q}"),
                    LIST,
                )

    def test_home(self):
        """Home takes the same number of statements for everybody."""
        self._assert_constant("home", lambda size: lambda: self.url_open("/my"), HOME)

    def test_counter(self):
        """The counter of home takes at most 4 statements."""
        payload = self.build_rpc_payload({"counters": ["ticket_count"]})
        self._assert_constant(
            "the counter of home",
            lambda size: lambda: self.url_open("/my/counters", json=payload),
            COUNTER,
        )

    def test_form(self):
        """The form takes the same number of statements for everybody."""
        self._assert_constant(
            "the form", lambda size: lambda: self.url_open("/new/ticket"), FORM
        )

    def test_page(self):
        """The page with its thread takes at most 45 statements, of 2 or 80 messages."""
        self._assert_constant("the page", lambda size: self._open_page(size), PAGE)
        self.authenticate(self.people[1].login, self.people[1].login)
        short = self._count(self._open_page(1))
        add_messages(self.tickets[1], 78)
        long = self._count(self._open_page(1))
        self.assertEqual(len(short), len(long), summary(long))

    def _open_page(self, size):
        return lambda: self.url_open(f"/my/ticket/{self.tickets[size].id}")

    def test_submit(self):
        """Sending a ticket with a file of 200 kB takes at most 44 statements."""
        self._assert_constant("sending", lambda size: self._submit, SUBMIT)

    def _submit(self):
        user = self.env["res.users"].browse(self.session.uid)
        options = self.env["helpdesk.ticket"].with_user(user)._portal_form_options()
        form = {
            "csrf_token": http.Request.csrf_token(self),
            "subject": "Bookings are missing",
            "description": "None since this morning.",
            "location": str(options["locations"][:1].id),
            "category": str(options["categories"][:1].id),
            "type": str(options["types"][:1].id),
        }
        files = {"attachment": ("list.pdf", b"%PDF-1.4\n" + b"0123456789" * 20_000)}
        response = self.url_open(
            "/submitted/ticket", data=form, files=files, allow_redirects=False
        )
        self.assertIn("/my/ticket/", response.headers.get("Location", ""))
        return response
