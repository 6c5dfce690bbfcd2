# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The list and the counter for each kind of scope, at a full desk and a small one."""

from .databases import prepare
from .meter import Call, Server, Visitor
from .portal import COUNTER, SMALL, Course, has_rows, run_courses, start_mail_sink
from .scoping import SCOPES, VISIBLE
from .seeding import PASSWORD
from .table import Result, tell

FLOOR = "/my"
LIST = "list"
COUNT = "counter"


class ScopeDesk:
    """A seeded database, its server, and a person for each scope and number."""

    def __init__(self, env, ours, tickets, smtp_port):
        seed = {"kind": "scope", "seed": "scoping.seed"} if ours else {}
        name, _told = prepare(env, ours, tickets, **seed)
        self.server = Server(env, name, smtp_port)
        self.names = (
            [f"{scope}{count}" for scope in SCOPES for count in VISIBLE]
            if ours
            else ["some"]
        )
        self.visitors = {}

    def open(self):
        self.server.wait_until_it_answers()
        for name in self.names:
            visitor = Visitor(self.server, f"{name}@hotel.example", PASSWORD)
            self.visitors[name] = visitor.sign_in()


def measure(env, options):
    """The results for each scope; the figures are told on the way."""
    smtp_port = start_mail_sink(env)
    desks = {
        "ours": ScopeDesk(env, True, options.tickets, smtp_port),
        "small": ScopeDesk(env, True, SMALL, smtp_port),
        # the floor does not depend on the number of tickets
        "base": ScopeDesk(env, False, SMALL, smtp_port),
    }
    samples = run_courses(desks, lambda: make_courses(desks), options.rounds)
    tell_samples(samples, options.tickets)
    return judge(samples, options.tickets)


def make_courses(desks):
    """By the desk, the person and what is asked there."""
    courses = {
        ("base", "some", FLOOR): Course(desks["base"], "some", lambda: (Call("/my"),))
    }
    for scope in SCOPES:
        for count in VISIBLE:
            name = f"{scope}{count}"
            for what, call in ((LIST, Call("/my/tickets")), (COUNT, COUNTER)):
                check = has_rows if what == LIST else None
                courses["ours", name, what] = Course(
                    desks["ours"], name, lambda call=call: (call,), check
                )
        name = f"{scope}{VISIBLE[0]}"
        courses["small", name, LIST] = Course(
            desks["small"], name, lambda: (Call("/my/tickets"),), has_rows
        )
    return courses


def tell_samples(samples, tickets):
    rows = [
        (f"{key}: {name}, {what}", f"{found.milliseconds:.1f} ms")
        + (f"{found.statements[-1]:.0f}",)
        for (key, name, what), found in samples.items()
    ]
    head = ("request", "CPU", "SQL")
    tell(f"CPU and statements by scope, {tickets:,} tickets", head, rows)


def judge(samples, tickets):
    """The results, against the targets of scopes; shares have none of their own."""
    floor = samples["base", "some", FLOOR]
    results = []
    for scope in SCOPES:
        small = samples["small", f"{scope}{VISIBLE[0]}", LIST]
        bound = scope != "shared"
        for count in VISIBLE:
            found = samples["ours", f"{scope}{count}", LIST]
            counter = samples["ours", f"{scope}{count}", COUNT]
            what = f"{scope}, {count:,} visible"
            growth = found.times(small)
            statements = found.statements[-1]
            results += [
                Result(
                    f"{what}: list, CPU against /my",
                    found.times(floor),
                    " ×",
                    2.2 if bound else None,
                ),
                Result(
                    f"{what}: list at {tickets:,} against {SMALL:,}",
                    growth,
                    " ×",
                    1.25 if bound else None,
                ),
                Result(f"{what}: list, statements", statements, "", 16),
                Result(
                    f"{what}: counter, CPU against /my",
                    counter.times(floor),
                    " ×",
                    0.7 if bound else None,
                ),
            ]
    return results
