# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""In Odoo's process: our module is installed, old tickets are filled, and it goes."""

import contextlib
import time

from odoo import sql_db

from .inside import answer
from .processor import cpu_seconds

MODULE = "helpdesk_service_portal"


@contextlib.contextmanager
def measured(env):
    """What it took: CPU of this process and of its connections, statements, seconds."""
    found = {}
    before, count = cpu_of_all(env.cr.dbname), sql_db.sql_counter
    begin = time.monotonic()
    yield found
    found["cpu"] = cpu_of_all(env.cr.dbname) - before
    found["statements"] = sql_db.sql_counter - count
    found["seconds"] = time.monotonic() - begin


def cpu_of_all(name):
    """CPU of this process and of PostgreSQL's that work for this database."""
    with sql_db.db_connect("postgres").cursor() as cr:
        cr.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [name])
        pids = [pid for (pid,) in cr.fetchall()]
    return time.process_time() + sum(map(cpu_seconds, pids))


def install(env):
    module = env["ir.module.module"].search([("name", "=", MODULE)])
    with measured(env) as found:
        module.button_immediate_install()
        env.cr.commit()
    answer(**found)


def back_fill(env):
    """All batches, as the cron does them."""
    with measured(env) as found:
        env["helpdesk.backfill"]._run_all()
        env.flush_all()
        env.cr.commit()
    left = [row for row in env["helpdesk.backfill"]._get_progress() if row[3] != "done"]
    assert not left, left
    answer(**found)


def uninstall(env):
    module = env["ir.module.module"].search([("name", "=", MODULE)])
    with measured(env) as found:
        module.button_immediate_uninstall()
        env.cr.commit()
    answer(**found)
