# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Much work in small transactions, beside others who write too."""

from odoo.service.model import PG_CONCURRENCY_EXCEPTIONS_TO_RETRY

#: how often in a row a batch is begun again that met somebody else's writing
CONFLICTS = 5


def run_batches(env, run_batch):
    """Call ``run_batch`` and commit, until nothing or no time is left.

    Outside a cron there is always time. A batch that meets somebody who writes the
    same records is rolled back and done again.

    :param run_batch: does the next records; returns how many it did and how many are
        left, 0 for none
    :raise Exception: what ``run_batch`` raised; a conflict only when too many follow
        each other
    """
    conflicts, left, seconds = 0, 1, 1
    while left and seconds:
        try:
            count, left = run_batch()
            seconds = env["ir.cron"]._commit_progress(count, remaining=left)
        except PG_CONCURRENCY_EXCEPTIONS_TO_RETRY:
            env.cr.rollback()
            conflicts += 1
            if conflicts > CONFLICTS:
                raise
            left = 1
        else:
            conflicts = 0
