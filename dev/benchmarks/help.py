# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Searching in a full help center, against the bare SQL and Odoo's empty home page."""

from urllib.parse import urlencode

from environment import step

from .databases import prepare, run
from .meter import Call, Server, Visitor
from .portal import SMALL, Course, run_courses, start_mail_sink
from .seeding import PASSWORD
from .table import Result, tell

ARTICLES = 20_000
FEW = 200
WORDS = {
    "reservas no llegan": "two words, many articles",
    "cobrar tarjeta virtual expedia": "four words",
    "reserba duplicda": "typing errors",
    "zqxzqx": "nothing found",
}
TYPED = "reservas cancel"


class HelpDesk:
    """A seeded database, its server, and a customer."""

    def __init__(self, env, articles, smtp_port):
        if articles:
            self.database, _told = prepare(
                env, True, articles, kind="help", seed="helping.seed"
            )
        else:
            self.database, _told = prepare(env, False, SMALL)
        self.server = Server(env, self.database, smtp_port)
        self.visitors = {}

    def open(self):
        self.server.wait_until_it_answers()
        visitor = Visitor(self.server, "some@hotel.example", PASSWORD)
        self.visitors["some"] = visitor.sign_in()


def measure(env, options):
    """The results of searching; the figures are told on the way."""
    smtp_port = start_mail_sink(env)
    desks = {
        "full": HelpDesk(env, ARTICLES, smtp_port),
        "few": HelpDesk(env, FEW, smtp_port),
        "base": HelpDesk(env, 0, smtp_port),
    }
    samples = run_courses(desks, lambda: make_courses(desks), options.rounds)
    with step("Searching with bare SQL, and without pages"):
        bare = run(env, desks["full"].database, "helping.compare(env)")
    tell_samples(samples, bare)
    return judge(samples, bare)


def make_courses(desks):
    """By the desk and what is asked there."""
    courses = {("base", "/my"): Course(desks["base"], "some", lambda: (Call("/my"),))}
    calls = {
        f"search: {what}": Call(f"/support/search?{urlencode({'search': words})}")
        for words, what in WORDS.items()
    }
    calls |= {
        "suggestions": Call(f"/support/suggest?{urlencode({'search': TYPED})}"),
        "hints": Call(f"/support/hints?{urlencode({'subject': TYPED})}"),
        "home": Call("/support"),
    }
    for what, call in calls.items():
        for key in ("full", "few"):
            courses[key, what] = Course(
                desks[key], "some", lambda call=call: (call,), find_check(what)
            )
    return courses


def has(sign):
    """A check that a page holds a sign of what it is."""
    return lambda _visitor, text: sign in text


def find_check(what):
    """The check of a course, by its name up to the colon."""
    return CHECKS[what.split(":")[0]]


CHECKS = {
    "search": has("o_hsp_kb_search"),
    "suggestions": has('"url": "/support/'),
    "hints": has("o_hsp_hint_line"),
    "home": has("o_hsp_kb_hero"),
}


def tell_samples(samples, bare):
    rows = [
        (f"{key}: {what}", f"{found.milliseconds:.1f} ms", found.statements[-1])
        for (key, what), found in samples.items()
    ]
    rows += [(name, f"{1000 * seconds:.1f} ms", "") for name, seconds in bare.items()]
    head = ("request", "CPU", "SQL")
    tell(f"CPU and statements, {ARTICLES:,} and {FEW:,} articles", head, rows)


def judge(samples, bare):
    """The results, against the targets."""
    floor = samples["base", "/my"]
    results = [
        Result(
            "search: CPU against bare SQL", bare["ours_all"] / bare["bare_all"], " ×", 2
        )
    ]
    for what in WORDS.values():
        found, few = (
            samples["full", f"search: {what}"],
            samples["few", f"search: {what}"],
        )
        results += [
            Result(f"search, {what}: CPU against /my", found.times(floor), " ×", 3),
            Result(
                f"search, {what}: statements more than at {FEW}",
                found.statements[-1] - few.statements[-1],
                "",
                0,
            ),
        ]
    page = samples["full", f"search: {[*WORDS.values()][0]}"]
    for what in ("suggestions", "hints"):
        found = samples["full", what]
        results += [
            Result(
                f"{what}: CPU against a page of results", found.times(page), " ×", 0.5
            ),
            Result(f"{what}: CPU against /my", found.times(floor), " ×"),
        ]
    home = samples["full", "home"].times(floor)
    return [*results, Result("home: CPU against /my", home, " ×", 3)]
