# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Log lines worth waking somebody up, or worth a look in the morning.

All of them begin with the same word and a kind, so that one ``grep`` finds them:
``HELPDESK-ALERT clock_failed: ...``. README.md, *Operations*, says what to do.
"""

import logging

WORD = "HELPDESK-ALERT"
ERROR, WARNING = logging.ERROR, logging.WARNING
#: kind: how serious it is
KINDS = {
    "clock_failed": ERROR,
    "mail_failed": ERROR,
    "mail_held": WARNING,
    "mail_not_kept": ERROR,
    "mail_given_up": WARNING,
    "layout_broken": ERROR,
    "digest_failed": ERROR,
    "announcement_failed": ERROR,
    "invitation_failed": ERROR,
    "invitation_back": WARNING,
    "access_link_failed": WARNING,
    "backfill_failed": ERROR,
    "sign_in_blocked": WARNING,
    "silent": WARNING,
}


def alert(logger, kind, words, *args, exc_info=False):
    """Log one line of a kind, with the traceback where ``exc_info`` is true.

    >>> class Logger:
    ...     def log(self, level, words, *args, exc_info=None):
    ...         print(logging.getLevelName(level), words % args)
    >>> alert(Logger(), "mail_held", "line %s", 7)
    WARNING HELPDESK-ALERT mail_held: line 7
    """
    logger.log(KINDS[kind], f"{WORD} {kind}: {words}", *args, exc_info=exc_info)
