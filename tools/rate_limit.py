# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""How often something may be asked at each door, and where a request comes from."""

import ipaddress
from contextlib import contextmanager
from contextvars import ContextVar

from odoo.http import request

#: Hits and seconds by door. A system parameter ``helpdesk_service_portal.limit.<door>``
#: written as "hits/seconds" goes before; "0/0" opens a door for good.
LIMITS = {
    # failures of one account from one network, from anywhere, and of one network
    "sign_in": (8, 15 * 60),
    "sign_in_account": (60, 3600),
    "sign_in_network": (60, 15 * 60),
    "sign_in_device": (8, 15 * 60),
    "api_key": (20, 15 * 60),
    "api_key_network": (60, 15 * 60),
    # mails with a link: to one address, asked for by one network
    "mail_link": (3, 3600),
    "mail_link_network": (30, 3600),
    # what one account or, signed out, one network may do
    "submit": (30, 3600),
    "message": (60, 15 * 60),
    "upload": (200, 3600),
    # votes on articles and what is said with them; searches that found nothing
    "feedback": (120, 3600),
    "export": (20, 3600),
    "sign_up_network": (10, 3600),
    # requests of visitors: in the name of one address, and from one network
    "visitor": (3, 3600),
    "visitor_network": (20, 3600),
    "invite": (30, 3600),
    # addresses nobody knew here, put in copy of a ticket
    "copy": (20, 3600),
    # the password once more before a sensitive act, and a copy of all one has
    "password": (10, 15 * 60),
    "personal_data": (3, 3600),
}
PARAMETER = "helpdesk_service_portal.limit."

_network = ContextVar("helpdesk_network", default=None)


def parse_limit(text):
    """Read "hits/seconds"; what is not written so is None.

    >>> parse_limit("20/600"), parse_limit("0/0"), parse_limit("many"), parse_limit("")
    ((20, 600), (0, 0), None, None)
    """
    hits, _slash, seconds = (text or "").partition("/")
    if hits.strip().isdecimal() and seconds.strip().isdecimal():
        return int(hits), int(seconds)
    return None


def get_network(address):
    """Return what counts as one network: an IPv4 address, the /64 of an IPv6 one.

    >>> get_network("203.0.113.9"), get_network("::ffff:203.0.113.9")
    ('203.0.113.9', '203.0.113.9')
    >>> get_network("2001:db8:1:2:aaaa::1"), get_network("unknown"), get_network(None)
    ('2001:db8:1:2::/64', 'unknown', '')
    """
    try:
        address = ipaddress.ip_address(address or "")
    except ValueError:
        return address or ""
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False))


def current_network():
    """Return the network this call comes from, "" for crons and the shell."""
    if request:
        return get_network(request.httprequest.remote_addr)
    return _network.get() or ""


@contextmanager
def calls_come_from(address):
    """Keep the network while the core's RPC doors hide the request."""
    token = _network.set(get_network(address))
    try:
        yield
    finally:
        _network.reset(token)
