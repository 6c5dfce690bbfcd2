# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The export of a long list, against the plain SQL of the same rows."""

from pathlib import Path
from statistics import median

from environment import Stop, step

from .databases import prepare, run
from .meter import Call, Server, Visitor, form_call
from .portal import FormReader, start_mail_sink
from .seeding import PASSWORD
from .table import Result, tell

TICKETS = 50_000
FORMATS = ("csv", "xlsx")
ROUNDS = 3
MEGABYTE = 1024**2


def measure(env, _options):
    """The results of both formats; the table of the raw figures is told before."""
    name, _told = prepare(env, True, TICKETS, kind="export", seed="exporting.seed")
    server = Server(env, name, start_mail_sink(env))
    with step("Reading the rows by plain SQL"):
        call = f"exporting.read_plainly(env, {ROUNDS})"
        plain = median(run(env, name, call)["cpu"])
    with step("Starting Odoo"):
        server.wait_until_it_answers()
        visitor = Visitor(server, "many@hotel.example", PASSWORD).sign_in()
        visitor.send(Call("/my/tickets"))
        export(server, visitor, "csv", "?filterby=customer&search=zqxzqx")
        server.look_for_backends()
    idle = memory(server, "VmRSS")
    found = {}
    for kind in FORMATS:
        with step(f"Exporting {TICKETS:,} tickets as {kind.upper()}"):
            rounds = [export(server, visitor, kind) for _round in range(ROUNDS)]
        found[kind] = {
            "cpu": median(cpu for cpu, _size in rounds),
            "size": rounds[-1][1],
            "memory": memory(server, "VmHWM") - idle,
        }
    server.end()
    rows = [
        (kind, f"{one['cpu']:.1f} s", f"{one['size'] / MEGABYTE:.1f} MB")
        + (f"{one['memory'] / MEGABYTE:.0f} MB",)
        for kind, one in found.items()
    ]
    head = ("what", "CPU", "size", "memory above idle")
    tell(f"{TICKETS:,} tickets", head, [("plain SQL", f"{plain:.1f} s", "", ""), *rows])
    return [result for kind in FORMATS for result in judge(kind, found[kind], plain)]


def judge(kind, found, plain):
    more = (found["cpu"] - plain) / (TICKETS / 10_000)
    return [
        Result(
            f"export, {kind.upper()}: CPU more than SQL, 10,000 rows",
            1000 * more,
            " ms",
            1000,
        ),
        Result(
            f"export, {kind.upper()}: memory above idle",
            found["memory"] / MEGABYTE,
            " MB",
            100,
        ),
    ]


def export(server, visitor, kind, query=""):
    """Export all of the list; the CPU it takes and the length of what comes."""
    page = visitor.send(Call(f"/my/tickets/export{query}"))
    values = FormReader("/my/tickets/export", page).values
    if "csrf_token" not in values:
        raise Stop(f"There is nothing to export: see {server.log}.")
    server.databases.query("DELETE FROM helpdesk_rate_limit", server.database)
    before = server.cpu()
    values |= {"format": kind, "month": ""}
    text = visitor.send(form_call("/my/tickets/export", values))
    if kind == "csv" and not query and text.count("\n") < TICKETS:
        raise Stop(f"Not all is exported: see {server.log}.")
    return server.cpu() - before, len(text)


def memory(server, name):
    """Bytes of the server's memory: ``VmRSS`` now, ``VmHWM`` at most."""
    for line in Path(f"/proc/{server.pid}/status").read_text().splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1]) * 1024
    raise Stop("The server is gone.")
