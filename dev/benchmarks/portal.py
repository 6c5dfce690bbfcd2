# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The customer's pages, against Odoo's empty home page and the pages of the base."""

import json
import subprocess
from html.parser import HTMLParser
from urllib.parse import urlsplit

from environment import (
    DEV,
    Child,
    Stop,
    at_end,
    find_chromium,
    free_port,
    make_folder,
    step,
)

from .databases import prepare
from .meter import Call, Server, Visitor, form_call, json_call
from .seeding import PASSWORD, PEOPLE
from .table import Result, Samples, tell

SMALL = 1000
REPETITIONS = 5
FILE = (
    "attachment",
    ("list.pdf", "application/pdf", b"%PDF-1.4\n" + b"0123456789" * 20_000),
)
HIT_NOTHING = "/my/tickets?search=zqxzqx"
COUNTER = json_call("/my/counters", counters=["ticket_count"])


class FormReader(HTMLParser):
    """The values a browser would send with the form of an address."""

    def __init__(self, action, text):
        super().__init__()
        self.action, self.values, self.select, self.inside = action, {}, None, False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        name = attrs.get("name")
        if tag == "form":
            self.inside = attrs.get("action") == self.action
        elif not self.inside:
            return
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select:
            if attrs.get("value") and not self.values.get(self.select):
                self.values[self.select] = attrs["value"]
        elif tag in ("input", "textarea") and name:
            self.read_input(name, attrs)

    def read_input(self, name, attrs):
        kind = attrs.get("type", "text")
        if kind == "hidden" or (kind in ("radio", "checkbox") and "checked" in attrs):
            self.values[name] = attrs.get("value", "on")

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        if tag == "select":
            self.select = None


class Desk:
    """A seeded database, its server, and the people who sign in there."""

    #: what else is typed into the form
    more = {}

    def __init__(self, env, ours, tickets, smtp_port):
        self.ours = ours
        name, told = prepare(env, ours, tickets)
        self.ticket = told["ticket"]
        self.server = Server(env, name, smtp_port)
        self.visitors = {}

    def open(self):
        self.server.wait_until_it_answers()
        for name in PEOPLE:
            visitor = Visitor(self.server, f"{name}@hotel.example", PASSWORD)
            self.visitors[name] = visitor.sign_in()

    def submission(self):
        """Send the form with a file of 200 kB; the key makes it a ticket each time."""
        page = self.visitors["some"].send(Call("/new/ticket"))
        values = FormReader("/submitted/ticket", page).values
        if "csrf_token" not in values:
            raise Stop(f"There is no form on /new/ticket: see {self.server.log}.")
        values |= {"subject": "Bookings", "description": "None since this morning."}
        values |= self.more
        self.forget_submissions()
        return [form_call("/submitted/ticket", values, [FILE])]

    def forget_submissions(self):
        """Who opens many tickets within an hour is a case of its own, and limited."""
        self.server.databases.query(
            "UPDATE helpdesk_ticket SET create_date = create_date - interval '1 day'"
            " WHERE create_date > now() AT TIME ZONE 'UTC' - interval '2 hours'",
            self.server.database,
        )
        if self.ours:
            self.server.databases.query(
                "DELETE FROM helpdesk_rate_limit", self.server.database
            )

    def first_screen(self, env, chromium):
        """All that a browser asks for the page of a ticket."""
        visitor = self.visitors["some"]
        address = f"http://127.0.0.1:{self.server.port}/my/ticket/{self.ticket}"
        done = subprocess.run(
            [
                *(env.venv.python, DEV / "benchmarks/record.py"),
                *(chromium, address, visitor.cookies["session_id"]),
            ],
            stdout=subprocess.PIPE,
            check=True,
            env=env.environ(),
        )
        return [
            Call(**{**request, "body": request["body"].encode()})
            for request in json.loads(done.stdout)
        ]


class Course:
    """What one visitor does, again and again, and what it costs."""

    def __init__(self, desk, person, make_calls, check=None):
        self.server = desk.server
        self.visitor = desk.visitors[person]
        self.make_calls = make_calls
        self.check = check
        self.samples = Samples()

    def run(self, repetitions, counted=True):
        cpu = statements = 0
        for _number in range(repetitions):
            calls = self.make_calls()
            self.server.new_lines()
            before = self.server.cpu()
            for call in calls:
                text = self.visitor.send(call)
            cpu += self.server.cpu() - before
            statements += self.server.statements(len(calls))
        if self.check and not self.check(self.visitor, text):
            raise Stop(f"{calls[-1].path} does not do it: see {self.server.log}.")
        if counted:
            self.samples.cpu.append(cpu / repetitions)
            self.samples.statements.append(statements / repetitions)


def measure(env, options):
    """The results of all pages; the tables of the raw figures are told on the way."""
    chromium = find_chromium()
    smtp_port = start_mail_sink(env)
    desks = {
        "ours": Desk(env, True, options.tickets, smtp_port),
        "base": Desk(env, False, options.tickets, smtp_port),
        "small": Desk(env, True, SMALL, smtp_port),
    }
    samples = run_courses(
        desks, lambda: make_courses(env, desks, chromium), options.rounds
    )
    tell_samples(samples, options.tickets)
    return judge(samples, options.tickets)


def run_courses(desks, make, rounds):
    """Open the desks, take all courses in turn, and return their samples by name.

    :param make: returns the courses, once the desks are open
    """
    with step("Starting Odoo three times"):
        for desk in desks.values():
            desk.open()
        courses = make()
        for course in courses.values():
            course.run(3, counted=False)
        for desk in desks.values():
            desk.server.look_for_backends()
    with step(f"Measuring {len(courses)} requests in {rounds} rounds"):
        for _round in range(rounds):
            for course in courses.values():
                course.run(REPETITIONS)
    for desk in desks.values():
        desk.server.end()
    return {key: course.samples for key, course in courses.items()}


def start_mail_sink(env):
    """Somewhere for the mails of the base, which it sends at once."""
    port = free_port()
    folder = make_folder(env.temp / "mail")
    sink = Child([env.venv.python, DEV / "mail_sink.py", port, folder], patience=3)
    at_end(sink.end)
    return port


def make_courses(env, desks, chromium):
    """By the desk and what is asked there."""
    courses = {}
    for key, desk in desks.items():

        def add(what, person, *calls, make=None, check=None, desk=desk, key=key):
            make = make or (lambda calls=calls: calls)
            courses[key, what] = Course(desk, person, make, check)

        add("/my", "some", Call("/my"))
        add("list, 200 own", "some", Call("/my/tickets"), check=has_rows)
        if key == "small":
            continue
        add("list, 5,000 own", "many", Call("/my/tickets"), check=has_rows)
        add("list, none own", "none", Call("/my/tickets"))
        add("search without a hit, 5,000 own", "many", Call(HIT_NOTHING))
        add("counter of home, 5,000 own", "many", COUNTER)
        add("form", "some", Call("/new/ticket"))
        add("ticket page", "some", *desk.first_screen(env, chromium))
        add("submit, file of 200 kB", "some", make=desk.submission, check=is_sent)
    return courses


def has_rows(_visitor, text):
    return text.count("/my/ticket/") >= 80


def is_sent(visitor, _text):
    return urlsplit(visitor.location).path.startswith("/my/ticket/")


def tell_samples(samples, tickets):
    rows = []
    for what in dict.fromkeys(what for _desk, what in samples):
        row = [what]
        for key in ("ours", "base", "small"):
            found = samples.get((key, what))
            row.append(f"{found.milliseconds:.1f} ms" if found else "")
            row.append(f"{found.statements[-1]:.0f}" if found else "")
        rows.append(row)
    head = ("request", "ours", "SQL", "base", "SQL", f"ours, {SMALL:,}", "SQL")
    tell(f"CPU and statements of a request, {tickets:,} tickets", head, rows)


def judge(samples, tickets):
    """The results, against the targets."""
    floor = samples["base", "/my"]
    few, many = "list, 200 own", "list, 5,000 own"

    def against_floor(what, target, stretch=None):
        ratio = samples["ours", what].times(floor)
        return Result(f"{what}: CPU against /my", ratio, " ×", target, stretch)

    def against_base(what, target, stretch=None):
        ratio = samples["ours", what].times(samples["base", what])
        return Result(f"{what}: CPU against the base", ratio, " ×", target, stretch)

    def statements(what, target, stretch=None):
        count = samples["ours", what].statements[-1]
        return Result(f"{what}: statements", count, "", target, stretch)

    growth = samples["ours", few].times(samples["small", few])
    page, submit, counter = (
        "ticket page",
        "submit, file of 200 kB",
        "counter of home, 5,000 own",
    )
    return [
        against_floor(few, 2.2, 1.5),
        against_floor(many, 2.2, 1.5),
        Result(f"list at {tickets:,} against {SMALL:,}: CPU", growth, " ×", 1.25, 1.1),
        statements(few, 16, 12),
        statements(many, 16, 12),
        against_floor("list, none own", 1),
        against_floor("search without a hit, 5,000 own", 2, 1),
        against_floor(counter, 0.7),
        statements(counter, 4),
        against_base(page, 0.8),
        statements(page, 45, 30),
        against_base(submit, 1.0, 0.8),
        statements(submit, 44),
    ]
