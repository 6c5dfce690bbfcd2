# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Databases full of tickets, with our module and with the base only, kept for reuse."""

import contextlib
import json
import subprocess

from environment import (
    DEV,
    STATE,
    Child,
    Stop,
    make_folder,
    module_digest,
    remove,
    step,
)


def prepare(env, ours, tickets, kind="portal", seed="seeding.seed"):
    """The name of a seeded database and what seeding told, up to date with the code.

    :param str seed: function that fills it, given the environment and a number
    """
    name = f"bench_{kind if ours else 'base'}_{tickets}"
    databases = env.databases
    told = databases.marked(name)
    if not told.startswith("{"):
        told = fill(env, name, ours, tickets, seed)
    told = json.loads(told)
    current = module_digest()
    if ours and told["digest"] != current:
        databases.update(name, current)
        told["digest"] = current
        databases.mark(name, json.dumps(told))
    return name, told


def fill(env, name, ours, tickets, seed="seeding.seed"):
    """Make and seed a database; half of one does not stay."""
    databases = env.databases
    databases.drop(name)
    try:
        if ours:
            digest = databases.make(name, demo=False)
        else:
            databases.make_base(name)
            digest = ""
        with step(f"Seeding {tickets:,} tickets into {name}"):
            told = run(env, name, f"{seed}(env, {tickets})")
            databases.server.query("VACUUM ANALYZE", name)
        text = json.dumps({**told, "digest": digest})
        databases.mark(name, text)
        return text
    except BaseException:
        with contextlib.suppress(Stop):
            databases.drop(name)
        raise


@contextlib.contextmanager
def duplicate(env, name):
    """A copy to change, gone at the end."""
    copy = f"{name}_copy"
    with step(f"Copying {name}"):
        env.databases.drop(copy)
        env.databases.duplicate(name, copy)
    try:
        yield copy
    finally:
        env.databases.drop(copy)


def run(env, name, call):
    """Run one function, `module.function(env, ...)`, in Odoo's shell; its answer."""
    log = make_folder(STATE / "log") / f"{name}.log"
    env.free_ports()
    lines = (
        "import sys",
        f"sys.path.insert(0, {str(DEV)!r})",
        "from benchmarks import exporting, forming, helping, moving_in, receiving",
        "from benchmarks import scoping, seeding, timing_out",
        call,
    )
    with open(log, "wb") as errors:
        child = Child(
            env.odoo_command(["shell", "-d", name, "--no-http"]),
            env=env.environ(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
        )
        try:
            output, _errors = child.process.communicate("\n".join(lines).encode())
        finally:
            child.end()
    for line in output.decode().splitlines():
        if line.startswith("bench "):
            return json.loads(line.removeprefix("bench "))
    words = log.read_text(errors="replace").splitlines()
    raise Stop(
        f"Odoo failed, see above; all of it is in {log}.", "\n".join(words[-25:])
    )


def drop_all(env):
    for name in env.databases.names():
        if name.startswith("bench_"):
            env.databases.drop(name)
            remove(STATE / "log" / f"{name}.log")
