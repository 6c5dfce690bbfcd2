# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that come in: tickets against a bare model with a thread, in Odoo alone."""

from statistics import median

from environment import step

from .databases import duplicate, prepare, run
from .table import Result, tell

ROUNDS = 5
MAILS = 60
SMALL = 1000
NAMES = {"new": "a new ticket", "reply": "a customer's answer"}
TARGETS = {"new": (75, 85, 48), "reply": (80, 90, 50)}
READ = 200


def measure(env, options):
    """The results, after the table of the raw figures."""
    ours, _told = prepare(env, True, options.tickets)
    small, _told = prepare(env, True, SMALL)
    base, _told = prepare(env, False, SMALL)
    found = {"ours": [], "small": [], "bare": []}
    reading = []
    with (
        duplicate(env, ours) as ours,
        duplicate(env, small) as small,
        duplicate(env, base) as bare,
    ):
        names = {"ours": ours, "small": small, "bare": bare}
        for number in range(ROUNDS):
            with step(f"Receiving mails, round {number + 1} of {ROUNDS}"):
                for which, name in names.items():
                    call = f"receiving.receive(env, {MAILS})"
                    found[which].append(run(env, name, call))
                call = f"receiving.read_only(env, {3 * MAILS})"
                reading.append(run(env, ours, call)["cpu"])
    tell_found(found, options)
    return judge(found, reading)


def cpu(samples, which):
    return [sample[which]["cpu"] for sample in samples]


def tell_found(found, options):
    titles = {
        "bare": "a bare thread",
        "small": f"a ticket among {SMALL:,}",
        "ours": f"a ticket among {options.tickets:,}",
    }
    for which, name in NAMES.items():
        rows = [
            (
                title,
                f"{1000 * median(cpu(found[key], which)):.1f} ms",
                f"{1 / median(cpu(found[key], which)):.0f}",
                median(sample[which]["statements"] for sample in found[key]),
                max(sample[which]["most"] for sample in found[key]),
            )
            for key, title in titles.items()
        ]
        head = ("where", "CPU", "mails per second", "SQL", "at most")
        if which == "new":
            told = median(cpu(found["ours"], "acknowledging"))
            rows.append(
                ("acknowledging, by the cron", f"{1000 * told:.1f} ms", "", "", "")
            )
        tell(f"A mail for {name}", head, rows)


def judge(found, reading):
    results = []
    for which, name in NAMES.items():
        target, stretch, statements = TARGETS[which]
        rates = zip(cpu(found["bare"], which), cpu(found["ours"], which), strict=True)
        rate = 100 * median(bare / ours for bare, ours in rates)
        count = median(sample[which]["statements"] for sample in found["ours"])
        sizes = zip(cpu(found["ours"], which), cpu(found["small"], which), strict=True)
        growth = median(large / small for large, small in sizes)
        results += [
            Result(f"{name}: rate against bare", rate, " %", target, stretch, True),
            Result(f"{name}: statements", count, "", statements),
            Result(f"{name}: all tickets against {SMALL:,}", growth, " ×", 1.25),
        ]
    return [
        *results,
        Result("reading a mail: a second", 1 / median(reading), "", READ, larger=True),
    ]
