# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Tables of locations as people make them: pure functions, no ORM."""

import codecs
import csv
import io
import re
import unicodedata
from difflib import get_close_matches
from functools import lru_cache

from .dates import parse_lang
from .zones import all_zones, is_zone

SEPARATORS = (";", ",", "\t", "|")
LANGUAGES = ("en", "es")
#: how people head a column; in English, in Spanish and as Odoo calls the field
HEADINGS = {
    "name": "name, location, location name, hotel, site, nombre, localizacion, "
    "nombre de la localizacion, sitio, sede",
    "code": "code, short name, codigo, clave",
    "parent": "lies within, parent, within, parent_id, dentro de, forma parte de, "
    "se encuentra en",
    "customer": "customer, company, customer company, partner_id, cliente, empresa, "
    "empresa cliente",
    "country": "country, country code, country_id, pais, codigo de pais",
    "tz": "time zone, timezone, tz, zona horaria, huso horario",
    "managers": "managed by, managers, manager, e-mails of managers, manager e-mails, "
    "manager_ids, gestionada por, gestionado por, responsables, responsable, "
    "correos de los responsables, correos electronicos de los responsables",
    "team": "team, team_id, equipo",
    "products": "products, product, product_ids, productos, producto",
    "portal": "shown in the portal, in the portal, show_in_portal, visible en el "
    "portal, en el portal, se muestra en el portal",
    "company": "our company, company_id, nuestra empresa, nuestra compania",
}
YES = {"yes", "y", "si", "s", "true", "verdadero", "1", "x"}
NO = {"no", "n", "false", "falso", "0"}
EXAMPLE = re.compile(r"(?:example|ejemplo)-\d+")
#: 1.2E+05: what spreadsheets make of long numbers
SHORTENED = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
CLEAR = "-"


class UnreadableTable(Exception):
    """The file is no table; the code says why: ``empty``, ``binary``."""


def plain(text):
    """Return a text as it is compared: no case, no marks, single blanks.

    >>> plain("  MÉXICO   (Cancún)*: ")
    'mexico (cancun)'
    """
    text = unicodedata.normalize("NFKD", str(text or ""))
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(text.replace("\ufeff", "").split()).strip(" *:").casefold()


def decode(data):
    """Return the text of a file, whatever program wrote it.

    >>> decode("\\ufeffCancún".encode()), decode("Cancún".encode("cp1252"))
    ('Cancún', 'Cancún')
    >>> decode("Cancún".encode("utf-16"))
    'Cancún'
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode("latin-1")


def read_csv(data):
    """Return the rows of a file with their line numbers, blank ones left out.

    Separators are found out by what gives the most headings that are known.

    :param bytes data: the file
    :return: list of (line number, cells)
    :raise UnreadableTable: when there is none

    >>> read_csv(b"sep=;\\nName;Code\\n\\nHotel;A,1")
    [(2, ['Name', 'Code']), (4, ['Hotel', 'A,1'])]
    >>> read_csv("Nombre\\tPaís\\r\\nHotel\\tMX".encode("utf-16"))
    [(1, ['Nombre', 'País']), (2, ['Hotel', 'MX'])]
    """
    text = decode(data)
    if "\x00" in text:
        raise UnreadableTable("binary")
    skipped, separators = 0, SEPARATORS
    first, _end, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) >= 5:
        text, skipped, separators = rest, 1, (first.strip()[4],)
    best = max((_split(text, one) for one in separators), key=_count_known)
    rows = [
        (line + skipped, [cell.strip() for cell in cells])
        for line, cells in best
        if any(cell.strip() for cell in cells)
    ]
    if not rows:
        raise UnreadableTable("empty")
    return rows


def _split(text, separator):
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    rows, line = [], 1
    try:
        for cells in reader:
            rows.append((line, cells))
            line = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable("binary") from error
    return rows


def _count_known(rows):
    head = next((cells for _line, cells in rows if any(cells)), [])
    return len(find_columns(head)[0]), len(head)


@lru_cache(maxsize=1)
def _headings():
    return {
        plain(heading): name
        for name, headings in HEADINGS.items()
        for heading in headings.split(",")
    }


def find_columns(head, labels=None):
    """Return what the columns of a table are, by their headings.

    :param head: texts of the first row
    :param dict labels: further headings, each with the name of its column
    :return: dict of numbers by name, list of the headings nobody knows

    >>> find_columns(["País *", "Nombre", "Zimmer", ""])
    ({'country': 0, 'name': 1}, ['Zimmer'])
    """
    known = _headings() | {plain(key): name for key, name in (labels or {}).items()}
    found, unknown = {}, []
    for number, heading in enumerate(head):
        name = known.get(plain(heading))
        if name and name not in found:
            found[name] = number
        elif str(heading).strip():
            unknown.append(str(heading).strip())
    return found, unknown


@lru_cache(maxsize=1)
def _countries():
    known = {}
    for language in LANGUAGES:
        for code, name in parse_lang(language).territories.items():
            if len(code) == 2 and code.isalpha():
                known[plain(name)] = known[code.lower()] = code
    return known | {"usa": "US", "eeuu": "US", "ee. uu": "US", "uk": "GB"}


def find_country(text):
    """Return the code of a country by code or name, in English or Spanish, or None.

    >>> find_country("mx"), find_country("México"), find_country("Spain")
    ('MX', 'MX', 'ES')
    >>> find_country("Atlantis") is None
    True
    """
    return _countries().get(plain(text))


@lru_cache(maxsize=1)
def _zones():
    known = {}
    for language in LANGUAGES:
        for zone, name in all_zones(language):
            known[plain(name)] = zone
            city = plain(name.partition("(")[2].rstrip(")"))
            if city:
                known[city] = zone
    return known | {plain(zone): zone for zone, _name in all_zones("en")}


def find_zone(text):
    """Return a time zone by its name or its city's, or None.

    >>> find_zone("america/cancun"), find_zone("Cancún"), find_zone("Spain (Madrid)")
    ('America/Cancun', 'America/Cancun', 'Europe/Madrid')
    >>> find_zone("GMT-6") is None
    True
    """
    return text if is_zone(text) else _zones().get(plain(text))


def guess_zone(text):
    """Return the zone that somebody may have meant, or None.

    >>> guess_zone("America/Mexico City"), guess_zone("GMT-6")
    ('America/Mexico_City', None)
    """
    near = get_close_matches(plain(text), list(_zones()), n=1, cutoff=0.8)
    return _zones()[near[0]] if near else None


def find_bool(text):
    """Return True or False for yes and no, or None.

    >>> find_bool("Sí"), find_bool("NO"), find_bool("maybe")
    (True, False, None)
    """
    word = plain(text)
    return True if word in YES else False if word in NO else None


def split_list(text, separators=";,\n"):
    """Return the parts of a cell with several values, each once.

    >>> split_list("ana@sol.example; luis@sol.example,ANA@sol.example")
    ['ana@sol.example', 'luis@sol.example']
    """
    found = {}
    for part in re.split(f"[{separators}]", str(text or "")):
        if part.strip():
            found.setdefault(plain(part), part.strip())
    return list(found.values())
