# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What people fill in after labels in the text of a mail: pure functions, no ORM."""

import re

from lxml import etree, html

from .mail_parsing import LINE_TAGS, QUOTE_LINES
from .text import normalize

#: so many lines of a mail are read for labels
MAX_LINES = 400
#: what is longer is no area, extension or place
VALUE_LENGTH = 80

#: labels as people write them, without accents, in small letters
LABELS = {
    "area": (
        "area en la que trabaja",
        "area en que trabaja",
        "area donde trabaja",
        "area de trabajo",
        "area",
        "departamento",
        "area you work in",
        "area where you work",
        "work area",
        "department",
    ),
    "extension": (
        "extension",
        "extension telefonica",
        "numero de extension",
        "no. de extension",
        "ext",
        "ext.",
        "phone extension",
        "extension number",
    ),
    "detail": (
        "detalle de requerimiento",
        "detalle del requerimiento",
        "detalles del requerimiento",
        "detalle de la solicitud",
        "detalle del problema",
        "detalle",
        "detalles",
        "descripcion",
        "descripcion del problema",
        "detail of the request",
        "details of the request",
        "detail of request",
        "request details",
        "request detail",
        "details",
        "detail",
        "description",
    ),
    "location": (
        "localizacion",
        "ubicacion",
        "hotel",
        "sede",
        "location",
        "property",
        "site",
    ),
}
WORDS = {word: key for key, words in LABELS.items() for word in words}
#: a label of the detail with one of these means the whole request by itself
REQUESTS = ("requerimiento", "solicitud", "request")
BULLET = re.compile(r"^[\s•·▪◦*–—\-]*(?:\(?\d{1,2}[.)]\s+)?")
LABELLED = re.compile(r"^([^:：=]{2,40}?)\s*[:：=]\s*(.*)$")


def read_labels(body, more=()):
    """Return what a mail says after the labels it may hold.

    Each may stand in a line of its own, in a list or in a table; a value may be in
    the next line or cell. The detail goes on until the next label, a quoted message
    or the signature.

    :param str body: HTML of the mail
    :param more: further words for the place, such as a company's own
    :return: dict with some of ``area``, ``extension``, ``detail`` (lines of text) and
        ``location``; none that is empty

    >>> read_labels("<pre>Área en la que trabaja: Recepción\\nExtensión: 1204\\n"
    ...     "Detalle de requerimiento: No hay internet.</pre>")
    {'area': 'Recepción', 'extension': '1204', 'detail': 'No hay internet.'}
    >>> read_labels("<table><tr><td><b>Area</b></td><td>Spa</td></tr><tr><td>Ext.</td>"
    ...     "<td>12</td></tr></table>")
    {'area': 'Spa', 'extension': '12'}
    >>> read_labels("<ul><li>Department: Front desk</li><li>Location: NV</li></ul>")
    {'area': 'Front desk', 'location': 'NV'}
    >>> read_labels("<p><b>ÁREA:</b></p><p>Cocina</p>")
    {'area': 'Cocina'}
    >>> read_labels("<p>The area: is wet, call extension 12</p><p>Extensión:</p>")
    {}
    >>> read_labels("<p>Plantel: Norte</p>", ["Plantel"])
    {'location': 'Norte'}
    >>> read_labels("<p>Nothing works.</p><p>Details: see the picture</p>")
    {}
    """
    words = WORDS | {normalize(word): "location" for word in more if word}
    found, open_key, lines, is_request = {}, None, [], False
    for line, is_cell in _get_lines(body)[:MAX_LINES]:
        if QUOTE_LINES.match(normalize(line)):
            break
        key, value = _split_label(line, words, is_cell)
        if key and key not in found:
            _close(found, open_key, lines)
            open_key, lines = key, [value] if value else []
            is_request |= any(word in normalize(line) for word in REQUESTS)
        elif open_key:
            lines.append(line)
        if open_key and open_key != "detail" and any(lines):
            _close(found, open_key, lines)
            open_key, lines = None, []
    _close(found, open_key, lines)
    if not is_request and not {"area", "extension"} & found.keys():
        found.pop("detail", None)
    return found


def _split_label(line, words, is_cell):
    """Return (key, value) of a line, (None, "") where it does not begin with a label.

    A cell of a table may be a label without a colon.
    """
    line = line[BULLET.match(line).end() :]
    match = LABELLED.match(line)
    if match:
        key = words.get(normalize(match[1]).strip("* _"))
        return key, match[2].strip("* _") if key else ""
    key = words.get(normalize(line).strip("* _")) if is_cell else None
    return key, ""


def _close(found, key, lines):
    """Add the lines under a label to what was found."""
    text = "\n".join(lines).strip()
    if key == "detail" and text:
        found[key] = text
    elif (
        key
        and text
        and len(text) <= VALUE_LENGTH
        and (key != "extension" or any(char.isdigit() for char in text))
    ):
        found[key] = text


def _get_lines(body):
    """Return the lines of a mail as pairs: text, whether it is a cell of a table."""
    if not body or not str(body).strip():
        return []
    try:
        root = html.fragment_fromstring(str(body), create_parent="div")
    except (etree.ParserError, ValueError):
        return []
    etree.strip_elements(root, "style", "script", "blockquote", with_tail=False)
    for node in root.iter(*LINE_TAGS):
        node.text = f"\n{node.text or ''}"
        node.tail = f"\n{node.tail or ''}"
    for node in root.iter("td", "th"):
        # a cell is read as one line
        words = " ".join(node.text_content().split())
        if node.find(".//td") is None and len(words) <= 2 * VALUE_LENGTH:
            for child in list(node):
                node.remove(child)
            node.text = f"\n{CELL}{words}\n" if words else ""
    lines = []
    for line in root.text_content().splitlines():
        is_cell = CELL in line
        lines.append((" ".join(line.replace(CELL, " ").split()), is_cell))
    return _squeeze(lines)


CELL = "\ue000"


def _squeeze(lines):
    """Return lines without empty ones at the ends and with no two in a row."""
    squeezed = []
    for line in lines:
        if line[0] or (squeezed and squeezed[-1][0]):
            squeezed.append(line)
    return squeezed


def find_named(words, names):
    """Return the keys of the names that stand in a text as whole words.

    A longer name hides a shorter one within it.

    :param str words: a text
    :param names: pairs of key and name

    >>> hotels = [(1, "Sol"), (2, "Sol Cancún"), (3, "NV01"), (4, "")]
    >>> find_named("No hay luz en SOL CANCUN", hotels), find_named("nv01: wifi", hotels)
    ({2}, {3})
    >>> find_named("Console", hotels), find_named("Sol y sol cancún", hotels)
    (set(), {1, 2})
    """
    rest, found = f" {_only_words(words)} ", set()
    plain = {(key, _only_words(name)) for key, name in names}
    for name in sorted({name for _key, name in plain if name}, key=len, reverse=True):
        if f" {name} " in rest:
            rest = rest.replace(f" {name} ", " \ue000 ")
            found |= {key for key, other in plain if other == name}
    return found


def _only_words(text):
    return " ".join(re.findall(r"[^\W_]+", normalize(text)))
