# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Installing over a desk that lives, against installing into an empty database."""

from environment import step

from .databases import run
from .table import Result, tell

SMALL = 1_000
PHASES = {
    "install": "install",
    "back_fill": "back-fill",
    "uninstall": "uninstall",
}


def measure(env, options):
    """The results, after the table of the raw figures."""
    found = {
        tickets: move(env, f"bench_moving_{tickets}", tickets)
        for tickets in (0, SMALL, options.tickets)
    }
    rows = [
        (
            f"{PHASES[phase]}, {tickets:,} tickets",
            f"{figures['cpu']:.1f} s",
            f"{figures['statements']:,}",
            f"{figures['seconds']:.0f} s",
        )
        for tickets, phases in found.items()
        for phase, figures in phases.items()
    ]
    tell("Moving in and out", ("what", "CPU", "SQL", "on the clock"), rows)
    return judge(found, options.tickets)


def move(env, name, tickets):
    """Install, fill and uninstall in a database that does not stay."""
    env.databases.drop(name)
    try:
        if tickets:
            env.databases.make_living(name, tickets)
        else:
            env.databases.make_base(name)
        found = {}
        for phase, words in PHASES.items():
            with step(f"{words.capitalize()}, {tickets:,} tickets"):
                found[phase] = run(env, name, f"moving_in.{phase}(env)")
        return found
    finally:
        env.databases.drop(name)


def judge(found, tickets):
    """The results, against the plain installation and the five minutes promised."""
    empty, small, full = found[0], found[SMALL], found[tickets]

    def more(phase, figure):
        return full[phase][figure] / empty[phase][figure]

    batches = full["back_fill"]["cpu"] / tickets
    few = small["back_fill"]["cpu"] / SMALL
    return [
        Result(f"install over {tickets:,}: CPU", more("install", "cpu"), " ×", 3),
        Result(
            f"install over {tickets:,}: statements",
            more("install", "statements"),
            " ×",
            1.5,
        ),
        Result(
            f"install and back-fill of {tickets:,}, on the clock",
            full["install"]["seconds"] + full["back_fill"]["seconds"],
            " s",
            max(300, tickets * 300 / 50_000),
        ),
        Result(
            f"back-fill of a ticket of {tickets:,} against {SMALL:,}",
            batches / few,
            " ×",
            1.5,
        ),
        Result(f"back-fill of a ticket, CPU (ms) of {tickets:,}", 1000 * batches),
        Result(f"uninstall from {tickets:,}: CPU", more("uninstall", "cpu"), " ×", 4),
    ]
