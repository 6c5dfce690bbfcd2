# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How a reader left the list of tickets, kept on their device and nowhere else.

A cookie, as a page that is only read writes nothing to the database. Words that were
searched for are not kept: they answer a question of the moment.
"""

from urllib.parse import parse_qsl, urlencode

from odoo.http import request

from . import common

COOKIE = "helpdesk_list"
MAX_AGE = 90 * 24 * 3600
FORGOTTEN = ("search",)


def recall():
    """Return the parameters of the list as this user left it on this device."""
    owner, _dot, kept = (request.cookies.get(COOKIE) or "")[:500].partition(".")
    if not kept or owner != common.owner_mark():
        return {}
    return dict(parse_qsl(kept))


def remember(wanted):
    """Keep what the list is narrowed to until it is opened again.

    :param dict wanted: what differs from the plain list; nothing forgets
    """
    kept = {name: value for name, value in wanted.items() if name not in FORGOTTEN}
    response = request.future_response
    if kept:
        value = f"{common.owner_mark()}.{urlencode(kept)}"
        response.set_cookie(
            COOKIE, value, max_age=MAX_AGE, httponly=True, samesite="Lax"
        )
    elif request.cookies.get(COOKIE):
        response.set_cookie(COOKIE, "", max_age=0)
