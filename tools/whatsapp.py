# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Chats copied from WhatsApp: who said what, when."""

import re
from typing import NamedTuple

from markupsafe import Markup

DAY = r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}"
TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?[ap]\.?\s?m\.?)?"
#: the browser's, the iPhone's export and Android's
HEADS = (
    re.compile(rf"^\[(?P<time>{TIME}),\s(?P<day>{DAY})\]\s(?P<name>[^:]+):\s?", re.I),
    re.compile(rf"^\[(?P<day>{DAY}),?\s(?P<time>{TIME})\]\s(?P<name>[^:]+):\s?", re.I),
    re.compile(rf"^(?P<day>{DAY}),?\s(?P<time>{TIME})\s-\s(?P<name>[^:]+):\s?", re.I),
)
#: marks of writing direction, and spaces that are not one
MARKS = dict.fromkeys(map(ord, "\u200e\u200f\u202a\u202c\ufeff"))
SPACES = {ord(char): " " for char in "\u202f\u00a0"}


class Line(NamedTuple):
    when: str
    name: str
    text: str


def parse(text):
    """Return what was said in a pasted chat, as ``Line``; nothing said is no chat.

    Words before the first line of the chat have neither time nor name.

    >>> parse("[10:32, 22/11/2026] Ana Pérez: No llegan\\nreservas")
    [Line(when='10:32, 22/11/2026', name='Ana Pérez', text='No llegan\\nreservas')]
    >>> parse("22/11/26, 10:32 a. m. - Ana: Hola")[0].when
    '10:32 a. m., 22/11/26'
    >>> parse("Ana called: no reservations")
    []
    """
    lines = []
    for row in (text or "").translate(MARKS).translate(SPACES).splitlines():
        match = next((m for m in (head.match(row) for head in HEADS) if m), None)
        if match:
            when = f"{match['time']}, {match['day']}"
            lines.append(Line(when, match["name"].strip(), row[match.end() :]))
        elif lines:
            last = lines[-1]
            lines[-1] = last._replace(text=f"{last.text}\n{row}".strip("\n"))
        elif row.strip():
            lines.append(Line("", "", row))
    return lines if any(line.when for line in lines) else []


def to_html(text):
    """Return a pasted chat as HTML that keeps its times; None when it is none.

    >>> to_html("[10:32, 22/11/2026] Ana: <b>Hola</b>")
    Markup('<p><strong>Ana</strong> · 10:32, 22/11/2026<br>&lt;b&gt;Hola&lt;/b&gt;</p>')
    >>> to_html("Hola") is None
    True
    """
    lines = parse(text)
    if not lines:
        return None
    return Markup("").join(
        Markup("<p>%s%s</p>")
        % (
            Markup("<strong>%s</strong> · %s<br>") % (line.name, line.when)
            if line.when
            else "",
            Markup("<br>").join(line.text.split("\n")),
        )
        for line in lines
    )


def first_words(text):
    """Return the first thing said, for a subject.

    >>> first_words("[10:32, 22/11/2026] Ana: Hola\\n[10:33, 22/11/2026] Ana: ...")
    'Hola'
    >>> first_words("No llegan reservas\\nDesde ayer")
    'No llegan reservas'
    """
    said = [line.text for line in parse(text)] or [text or ""]
    rows = (row.strip() for words in said for row in words.splitlines())
    return next(filter(None, rows), "")
