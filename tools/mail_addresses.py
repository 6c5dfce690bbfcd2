# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Addresses in the heads of mails: pure functions, no ORM."""

from odoo.tools.mail import email_normalize, email_split_tuples

#: whoever has an address of these works anywhere; by their first word
PUBLIC_PROVIDERS = frozenset(
    """
    gmail googlemail outlook hotmail live msn yahoo ymail rocketmail icloud aol gmx
    proton protonmail zoho yandex fastmail tutanota tuta hushmail inbox terra arnet
    fibertel speedy ciudad telefonica movistar adinet vtr cantv etb une prodigy
    prodigymovil telmex infinitum megacable izzi cablevision axtel att comcast verizon
    sbcglobal bellsouth cox charter earthlink orange wanadoo free laposte libero
    virgilio tiscali web t-online bol uol ig qq sina naver hanmail rediffmail
    mailinator ono jazztel euskaltel vodafone
    """.split()
)
PUBLIC_DOMAINS = frozenset(
    {"me.com", "mac.com", "mail.com", "mail.ru", "pm.me", "163.com"}
)


def split_addresses(value):
    """Return the addresses of a header in order, as pairs of name and address.

    Each address once, in small letters; what is none is left out.

    >>> split_addresses("Ana <Ana@hotel.example>, x, ana@hotel.example, b@x.example")
    [('Ana', 'ana@hotel.example'), ('', 'b@x.example')]
    """
    found = {}
    for name, address in email_split_tuples(str(value or "")):
        address = email_normalize(address)
        if address and address not in found:
            found[address] = name.strip()
    return [(name, address) for address, name in found.items()]


def untag(address):
    """Return an address without what stands behind a plus sign.

    >>> untag("support+hotel12@desk.example"), untag("ana@hotel.example")
    ('support@desk.example', 'ana@hotel.example')
    >>> untag("+1@desk.example")
    '+1@desk.example'
    """
    local, at, domain = (address or "").partition("@")
    plain = local.partition("+")[0]
    return f"{plain}{at}{domain}" if plain else address


def domain_of_company(address):
    """Return the domain that tells where somebody works, "" for a public provider.

    >>> domain_of_company("ana@HotelSol.example"), domain_of_company("ana@yahoo.com.mx")
    ('hotelsol.example', '')
    >>> domain_of_company("ana@mail.ru"), domain_of_company("ana@live.hotel.example")
    ('', 'live.hotel.example')
    >>> domain_of_company(False)
    ''
    """
    domain = (address or "").partition("@")[2].lower()
    words = domain.split(".")
    is_country = len(words) == 3 and len(words[1]) <= 3 and len(words[2]) == 2
    provider = words[0] if len(words) == 2 or is_country else ""
    if domain in PUBLIC_DOMAINS or provider in PUBLIC_PROVIDERS or len(words) < 2:
        return ""
    return domain
