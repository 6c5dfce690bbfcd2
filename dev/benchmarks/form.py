# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The form of a new ticket: long lists against short ones, every field and a file."""

from .databases import duplicate, prepare, run
from .forming import FEW, MANY
from .meter import Call, Server
from .portal import (
    SMALL,
    Course,
    Desk,
    is_sent,
    run_courses,
    start_mail_sink,
)
from .table import Result, tell

FORM = "form"
SUBMIT = "submit, file of 200 kB"
EXTRA = {
    "copies": "colleague@hotel.example",
    "vat": "XAXX010101000",
    "company": "Hotel Sol",
    "phone": "+52 322 123 4567",
    "area": "Reception",
    "extension": "104",
}


class FormDesk(Desk):
    """A seeded database with lists of one length."""

    def __init__(self, env, name, smtp_port, more=()):
        self.ours = True
        self.more = dict(more)
        self.server = Server(env, name, smtp_port)
        self.visitors = {}


def measure(env, options):
    """The results; the table of the raw figures is told on the way."""
    smtp_port = start_mail_sink(env)
    few, _told = prepare(env, True, SMALL, kind="formfew", seed="forming.seed_few")
    many, _told = prepare(env, True, SMALL, kind="formmany", seed="forming.seed_many")
    with duplicate(env, many) as full:
        run(env, full, "forming.ask_everything(env)")
        desks = {
            "few": FormDesk(env, few, smtp_port),
            "many": FormDesk(env, many, smtp_port),
            "full": FormDesk(env, full, smtp_port, EXTRA),
            "base": Desk(env, False, SMALL, smtp_port),
        }
        samples = run_courses(desks, lambda: make_courses(desks), options.rounds)
    rows = [
        (f"{key}: {what}", f"{found.milliseconds:.1f} ms")
        + (f"{found.statements[-1]:.0f}",)
        for (key, what), found in samples.items()
    ]
    tell("CPU and statements of the form", ("request", "CPU", "SQL"), rows)
    return judge(samples)


def make_courses(desks):
    """By the desk and what is asked there."""
    courses = {
        (key, FORM): Course(desk, "some", lambda: (Call("/new/ticket"),))
        for key, desk in desks.items()
    }
    for key in ("full", "base"):
        desk = desks[key]
        courses[key, SUBMIT] = Course(desk, "some", desk.submission, is_sent)
    return courses


def judge(samples):
    """The results, against the targets."""
    many, few = samples["many", FORM], samples["few", FORM]
    submit, theirs = samples["full", SUBMIT], samples["base", SUBMIT]
    lists = "/".join(map(str, MANY)), "/".join(map(str, FEW))
    return [
        Result(
            f"form, {lists[0]} places/categories against {lists[1]}: CPU",
            many.times(few),
            " ×",
            1.2,
        ),
        Result("form, long lists: statements", many.statements[-1], "", 22),
        Result(
            "submit, every field and 200 kB: CPU against the base",
            submit.times(theirs),
            " ×",
            1.0,
        ),
        Result("submit, every field: statements", submit.statements[-1], ""),
    ]
