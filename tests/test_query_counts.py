from urllib.parse import urlencode
from uuid import uuid4

from lxml import html

from odoo import http
from odoo.tests import HttpCase, tagged

from .bulk import add_messages, copy_ticket
from .common import PORTAL, HelpdeskCommon
from .figures import FiguresCase
from .statements import recorded_statements, summary

SIZES = (1, 10, 80)
MESSAGES = (1, 10, 80)
LISTS = (
    "",
    "?filterby=customer",
    "?filterby=waiting_customer",
    "?mine=1",
    "?mine=copy",
    "?groupby=stage",
    "?groupby=location&sortby=number",
    "?groupby=category&sortby=update",
    "?groupby=type&sortby=name",
    "?search=bookings",
    "?period=30&filterby=customer&groupby=stage&search=bookings",
    "?search=zqxzqx",
)
LIST = 16
KEY = "a1b2c3d4e5f6a7b8c9d0e1f2"
HOME = 18  # what the empty home of the portal takes
FORM = 22  # what the base takes
COUNTER = 4
PAGE = 45  # with its first look whether something changed
LIVE_QUIET = 10  # such a look
LIVE = 35
SUBMIT = 44
DRAFT = 8
UPLOAD = 12
ANSWER = 44
#: what an answer may take more than a post on a record that is a thread and no more
ANSWER_MORE = 8
DESK_QUEUE = 16
DESK_PAGE = 32


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
            channel_id=cls.env.ref("helpdesk_mgmt.helpdesk_ticket_channel_web").id,
        )
        for author, name in ((cls.laura, "log.pdf"), (user, "list.pdf")):
            ticket.with_user(author).message_post(
                body="See the file",
                message_type="comment",
                subtype_xmlid="mail.mt_comment",
                attachments=[(name, b"%PDF-1.4 file")],
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
        """The page with its first look for news takes at most 45 statements."""
        self._assert_constant("the page", lambda size: self._open_page(size), PAGE)

    def _open_page(self, size):
        path = f"/my/ticket/{self.tickets[size].id}"

        def open_page():
            page = html.fromstring(self.url_open(path).content)
            article = page.xpath("//article[@data-stamp]")[0]
            look = {"stamp": article.get("data-stamp")}
            look["after"] = article.get("data-last")
            return self.url_open(f"{path}/live?{urlencode(look)}")

        return open_page

    def test_live_quiet(self):
        """An open page that looks whether something changed takes little."""
        self._assert_constant("a quiet look", self._look, LIVE_QUIET)

    def _look(self, size):
        address = f"/my/ticket/{self.tickets[size].id}/live"
        stamp = self.url_open(address).json()["stamp"]
        return lambda: self.url_open(f"{address}?stamp={stamp}")

    def test_long_threads(self):
        """Page and live answer take the same, of 1, 10 or 80 messages."""
        self.authenticate(self.people[1].login, self.people[1].login)
        ticket = self.tickets[1]
        doors = {
            "the page": (self._open_page(1), PAGE),
            "a live answer": (
                lambda: self.url_open(f"/my/ticket/{ticket.id}/live?after=1"),
                LIVE,
            ),
        }
        for what, (door, limit) in doors.items():
            counts = []
            with self.env.cr.savepoint() as savepoint:
                for before, count in zip((0, *MESSAGES), MESSAGES, strict=False):
                    add_messages(ticket, count - before)
                    statements = self._count(door)
                    counts.append(len(statements))
                savepoint.rollback()
            self.tell(f"Statements of {what}, {MESSAGES} messages more: {counts}")
            self.assertEqual(len(set(counts)), 1, f"{what}:\n{summary(statements)}")
            self.assertLessEqual(counts[0], limit, summary(statements))

    def test_submit(self):
        """Sending a ticket with a file of 200 kB takes at most 44 statements."""
        self._assert_constant("sending", lambda size: self._submit, SUBMIT)

    def test_draft(self):
        """Keeping what is being typed, and a file, takes the same for everybody."""
        self._assert_constant("keeping a draft", lambda size: self._keep_draft, DRAFT)
        self._assert_constant("uploading a file", lambda size: self._upload, UPLOAD)

    def _keep_draft(self):
        form = {"submission_key": KEY, "subject": "No WiFi", "description": "None"}
        return self.url_open("/my/draft/save", data=self._sign(form))

    def _upload(self):
        file = {"file": ("list.pdf", b"%PDF-1.4\n" + b"0123456789" * 20_000)}
        form = self._sign({"submission_key": KEY})
        return self.url_open("/my/draft/file", data=form, files=file)

    def _sign(self, form):
        return {**form, "csrf_token": http.Request.csrf_token(self)}

    def test_answer(self):
        """Answering takes the same, whatever else there is, and no mail is sent."""
        self._assert_constant("answering", self._answer_page, ANSWER)

    def _answer_page(self, size):
        path = f"/my/ticket/{self.tickets[size].id}/message"

        def answer():
            form = {"message": "Still nothing", "submission_key": uuid4().hex}
            form = self._sign(form)
            response = self.url_open(path, data=form, allow_redirects=False)
            self.assertIn("answered=1", response.headers.get("Location", ""))
            return response

        return answer

    def test_answer_against_bare_thread(self):
        """A customer's answer takes at most 8 statements more than a plain post.

        Both up to the queue of mails, with the engineer as their reader.
        """
        customer = self.people[1]
        ticket = self.tickets[1]
        bare = self.env["mail.blacklist"].create({"email": "bare@test.example"})
        for record in (ticket, bare):
            record.message_subscribe((self.laura | customer).partner_id.ids)
        plain = self._count_post(bare.with_user(customer).sudo())
        answer = self._count_post(ticket.with_user(customer))
        self.tell(f"Statements of an answer: {len(answer)}, of a post: {len(plain)}")
        self.assertLessEqual(
            len(answer),
            len(plain) + ANSWER_MORE,
            f"{summary(answer)}\n\n{summary(plain)}",
        )

    def _count_post(self, record):
        """Return the statements of a post; a first one fills the caches."""
        for _time in range(2):
            self.env.cr.flush()
            self.env.invalidate_all()
            with recorded_statements(own=True) as statements:
                record.with_context(mail_notify_force_send=False).message_post(
                    body="Still nothing",
                    message_type="comment",
                    subtype_xmlid="mail.mt_comment",
                )
                self.env.cr.flush()
        return statements

    def test_desk(self):
        """The engineer's desk takes the same for one ticket and for many."""
        self.authenticate(self.laura.login, self.laura.login)
        calls = {
            "the desk's queue": ("desk_queue", [], DESK_QUEUE),
            "the desk's page": ("desk_page", [self.tickets[1].ids], DESK_PAGE),
        }
        for what, (method, args, limit) in calls.items():
            few = self._count(self._call(method, args))
            with self.env.cr.savepoint() as savepoint:
                self._add_others(500)
                add_messages(self.tickets[1], 60)
                many = self._count(self._call(method, args))
                savepoint.rollback()
            self.tell(f"Statements of {what}: {len(few)}, {len(many)}")
            self.assertEqual(len(few), len(many), f"{what}:\n{summary(many)}")
            self.assertLessEqual(len(many), limit, summary(many))

    def _call(self, method, args):
        params = {"model": "helpdesk.ticket", "method": method}
        payload = self.build_rpc_payload({**params, "args": args, "kwargs": {}})

        def call():
            response = self.url_open(
                f"/web/dataset/call_kw/helpdesk.ticket/{method}", json=payload
            )
            self.assertNotIn("error", response.json())
            return response

        return call

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
