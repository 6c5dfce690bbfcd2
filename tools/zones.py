# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Time zones to choose from, by the names of countries and cities: pure functions."""

import unicodedata
from functools import lru_cache

import pytz

from .dates import parse_lang, parse_zone, zone_city

#: zone -> country
_PLACES = {
    zone: code for code, zones in pytz.country_timezones.items() for zone in zones
}


def country_zones(country_code):
    """Return the zones of a country, [] where it has none.

    >>> country_zones("ES"), country_zones(None)
    (['Europe/Madrid', 'Africa/Ceuta', 'Atlantic/Canary'], [])
    """
    return list(pytz.country_timezones.get(country_code or "", []))


def is_zone(zone):
    """Tell whether a zone may be chosen.

    >>> is_zone("America/Cancun"), is_zone("Mars/Base"), is_zone("UTC")
    (True, False, True)
    """
    return zone == "UTC" or zone in _PLACES


@lru_cache(maxsize=8)
def all_zones(lang):
    """Return every zone with its name, in the order of that language's names.

    >>> zones = all_zones("es_MX")
    >>> dict(zones)["America/Bahia_Banderas"], dict(zones)["Europe/Madrid"]
    ('México (Bahía de Banderas)', 'España (Madrid)')
    >>> dict(zones)["America/Argentina/Buenos_Aires"]
    'Argentina (Buenos Aires)'
    >>> zones[0], len(zones) > 400
    (('Asia/Kabul', 'Afganistán (Kabul)'), True)
    """
    locale = parse_lang(lang)
    cities = {zone: zone_city(parse_zone(zone), locale) for zone in _PLACES}
    names = {
        zone: f"{locale.territories.get(code, code)} ({cities[zone]})"
        for zone, code in _PLACES.items()
    }
    return tuple(sorted(names.items(), key=lambda row: (_sort_key(row[1]), row[0]))) + (
        ("UTC", "UTC"),
    )


def _sort_key(name):
    plain = unicodedata.normalize("NFKD", name)
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()
