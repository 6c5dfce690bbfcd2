"""Which SQL statements a request runs, and how PostgreSQL runs them."""

import re
import threading
from contextlib import contextmanager
from unittest.mock import patch

from odoo.sql_db import Cursor

PLANNED = re.compile(r"\s*(SELECT|WITH|UPDATE|INSERT|DELETE)\b", re.IGNORECASE)


@contextmanager
def recorded_statements(own=False):
    """Give a list that the SQL statements of requests are appended to.

    The test's own ones are not among them, unless it asks for ``own``, nor are the
    savepoints by which tests imitate commits.
    """
    statements = []
    execute = Cursor.execute

    def record(self, query, params=None, log_exceptions=True):
        result = execute(self, query, params, log_exceptions)
        if own or threading.current_thread() is not threading.main_thread():
            statements.append(self._obj.query.decode())
        return result

    with patch.object(Cursor, "execute", record):
        yield statements


def summary(statements):
    """Return statements as short lines, for messages of failing tests."""
    words = [" ".join(statement.split())[:150] for statement in statements]
    return "\n".join(f"{number:3} {word}" for number, word in enumerate(words, 1))


def find_scans(cr, statement, tables):
    """Return the lines of the plan of ``statement`` that scan one of ``tables``.

    Sequential scans of other, small tables are nobody's business.
    """
    if not PLANNED.match(statement):
        return []
    # the statement is one that our own pages just ran, values included
    cr.execute(f"EXPLAIN {statement}")  # pylint: disable=sql-injection
    plan = [row[0] for row in cr.fetchall()]
    pattern = re.compile(rf"Seq Scan on ({'|'.join(tables)})\b")
    return [line.strip() for line in plan if pattern.search(line)]
