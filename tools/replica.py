# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Reading one's own writes from a standby that is a little behind.

Who wrote carries the number of the transaction along in a cookie. A page is read from
the standby once it knows that transaction; until then it is read from the primary.
"""

from odoo.tools import config

COOKIE = "helpdesk_written"
SECONDS = 600
MAX_NUMBER = 2**63


def is_used():
    """Whether pages are read from another server than the one written to."""
    return bool(config["db_replica_host"]) or "replica" in config["dev_mode"]


def parse_mark(value):
    """The number in a cookie, None when it is none of ours.

    >>> parse_mark("1234"), parse_mark("-1"), parse_mark("x"), parse_mark(None)
    (1234, None, None, None)
    >>> parse_mark("9" * 30) is None
    True
    """
    if not value or not value.isascii() or not value.isdigit() or len(value) > 19:
        return None
    number = int(value)
    return number if number < MAX_NUMBER else None


def get_mark(cr):
    """The number of the transaction of ``cr`` if it wrote, else None."""
    cr.execute("SELECT pg_current_xact_id_if_assigned()::text")
    return cr.fetchone()[0]


def has_arrived(cr, number):
    """Whether what the transaction wrote is seen by ``cr``.

    On a standby the list of running transactions is empty, its lower end tells.
    """
    cr.execute(
        """
        SELECT CASE WHEN pg_is_in_recovery()
                    THEN %(number)s::text::xid8
                         < pg_snapshot_xmin(pg_current_snapshot())
                    ELSE pg_visible_in_snapshot(
                         %(number)s::text::xid8, pg_current_snapshot())
               END
        """,
        {"number": str(number)},
    )
    return cr.fetchone()[0]
