# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Auto-close with its mail, against the OCA's addon; what a customer's answer takes."""

from statistics import median

from environment import find_bench_addons, step

from .databases import duplicate, prepare, run
from .table import Result, tell

ADDON = "helpdesk_ticket_close_inactive"
ROUNDS = 3
OURS, THEIRS = 500, 60
FEW, MANY = 1_000, 10_000
KINDS = {"waiting_customer": "waiting → solved", "solved": "solved → closed"}
MAILS_PER_POST = 8


def measure(env, options):
    """The results, after the table of the raw figures."""
    ours, _told = prepare(env, True, options.tickets)
    base, _told = prepare(env, False, options.tickets)
    found = {kind: [] for kind in ("", *KINDS)}
    with duplicate(env, ours) as ours, duplicate(env, base) as base:
        with step(f"Installing {ADDON} in a copy of the base"):
            install_addon(env, base)
        for number in range(ROUNDS):
            with step(f"Auto-closing, round {number + 1} of {ROUNDS}"):
                found[""].append(
                    run(env, base, f"timing_out.time_out(env, '', {THEIRS})")
                )
                for kind in KINDS:
                    call = f"timing_out.time_out(env, {kind!r}, {OURS})"
                    found[kind].append(run(env, ours, call))
        memory = {}
        for count in (FEW, MANY):
            with step(f"Auto-closing {count:,}"):
                kilobytes = time_out(env, ours, "solved", count)["memory"]
                memory[count] = kilobytes / 1024
        posts = run(env, ours, "timing_out.count_answer(env)")
    tell_found(found, memory, posts)
    return judge(found, memory, posts)


def install_addon(env, name):
    env.addons_path.append(find_bench_addons(env.venv))
    env.run_logged(["-d", name, "-i", ADDON, "--stop-after-init"], f"{name}.log")


def time_out(env, name, kind, count):
    return run(env, name, f"timing_out.time_out(env, {kind!r}, {count})")


def middle(samples, figure):
    return median(sample[figure] for sample in samples)


def tell_found(found, memory, posts):
    names = {"": "the OCA's addon", **KINDS}
    rows = [
        (
            names[kind],
            f"{1000 * middle(samples, 'cpu'):.1f} ms",
            f"{middle(samples, 'statements'):.1f}",
        )
        for kind, samples in found.items()
    ]
    tell("Auto-close of a ticket", ("what", "CPU", "SQL"), rows)
    rows = [(f"{count:,} due", f"{size:.0f} MB") for count, size in memory.items()]
    tell("Memory at its highest", ("what", "memory"), rows)
    rows = [("on a bare mail.thread", posts["bare"]), ("on a ticket", posts["ticket"])]
    tell("A customer posts", ("what", "SQL"), rows)


def judge(found, memory, posts):
    results = []
    for kind, name in KINDS.items():
        pairs = zip(found[""], found[kind], strict=True)
        faster = median(theirs["cpu"] / ours["cpu"] for theirs, ours in pairs)
        count = middle(found[kind], "statements")
        results += [
            Result(f"{name}: tickets per CPU second", faster, " ×", 5, 10, larger=True),
            Result(f"{name}: statements per ticket", count, "", 20, 12),
        ]
    growth = memory[MANY] / memory[FEW]
    more = posts["ticket"] - posts["bare"]
    return [
        *results,
        Result(f"memory at {MANY:,} due against {FEW:,}", growth, " ×", 1.2),
        Result("customer's answer: more statements than bare", more, "", 8),
    ]
