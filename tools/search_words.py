# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Words as they are searched, corrected and marked: pure functions, no ORM."""

import re
import unicodedata

from lxml import etree, html

from .text import normalize

#: what is looked for at most, and the longest word that is worth a correction
MAX_TERMS = 12
MAX_WORD = 24
MIN_WORD = 3
WORD = re.compile(r"[^\W_]+")
JOINED = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
#: how people ask, in Spanish and English: looked for only where nothing else is
SMALL_TALK = frozenset(
    "hola buenas buenos dias tardes favor gracias ayuda ayudar necesito necesitamos"
    " quiero queremos quisiera puedo podemos puede pueden hacer hago hace como cual"
    " donde cuando porque problema problemas duda dudas pregunta hoy ayer debo aparece"
    " sale tengo tenemos alguien saber ver hello please thanks help need want how what"
    " where when why problem problems question today yesterday get make does".split()
)
EXCERPT = 170
#: letters with marks and their plain ones, one for one, so that places stay
PLAIN = {
    code: unicodedata.normalize("NFKD", chr(code))[0]
    for code in range(0xC0, 0x250)
    if len(unicodedata.normalize("NFKD", chr(code))) > 1
}


def find_words(text):
    """Return the words of a text, plain and in order; joined ones also as one.

    >>> find_words("¿Reporté el No-Show?")
    ['reporte', 'el', 'no', 'show', 'noshow']
    """
    plain = normalize(text)
    joined = [match.replace("-", "") for match in JOINED.findall(plain)]
    return WORD.findall(plain) + joined


def find_terms(search):
    """Return the words looked for, each once, as many as are worth it.

    >>> find_terms("Tarifas, tarifas y más TARIFAS")
    ['tarifas', 'y', 'mas']
    >>> find_terms("Hola, necesito ayuda: ¿cómo cancelo?")
    ['cancelo']
    """
    words = list(dict.fromkeys(word[:MAX_WORD] for word in find_words(search)))
    telling = [word for word in words if word not in SMALL_TALK]
    return (telling or words)[:MAX_TERMS]


def find_vocabulary(text):
    """Return the words of a text that a typing error may stand for.

    >>> sorted(find_vocabulary("La tarifa de 2026, y el CFDI 4.0"))
    ['cfdi', 'tarifa']
    """
    return {
        word
        for word in find_words(text)
        if MIN_WORD < len(word) <= MAX_WORD and not word.isdigit()
    }


def find_headings(markup):
    """Return the headings of an HTML text in one line.

    >>> find_headings("<h2>Pasos</h2><p>Uno</p><h3>Al <b>final</b></h3>")
    'Pasos Al final'
    """
    if not markup:
        return ""
    try:
        root = html.fragment_fromstring(str(markup), create_parent="div")
    except (etree.ParserError, ValueError):
        return ""
    return " ".join(node.text_content() for node in root.iter("h1", "h2", "h3", "h4"))


def drop_letters(word):
    """Return the word and what is left of it without one of its letters.

    Two words that are one error apart have one of these in common.

    >>> sorted(drop_letters("tar"))
    ['ar', 'ta', 'tar', 'tr']
    """
    return {word} | {word[:at] + word[at + 1 :] for at in range(len(word))}


def count_errors(one, other):
    """Return how many letters are missing, added, wrong or swapped.

    >>> count_errors("reserva", "reserva"), count_errors("tarfia", "tarifa")
    (0, 1)
    >>> count_errors("reseba", "reserva")
    2
    """
    before, row = None, list(range(len(other) + 1))
    for at, letter in enumerate(one, 1):
        before, last, row = row if at > 1 else None, before, row
        now = [at]
        for place, second in enumerate(other, 1):
            cost = min(
                row[place] + 1, now[place - 1] + 1, row[place - 1] + (letter != second)
            )
            if (
                last is not None
                and place > 1
                and letter == other[place - 2]
                and one[at - 2] == second
            ):
                cost = min(cost, last[place - 2] + 1)
            now.append(cost)
        before, row = row, now
    return row[-1]


def allowed_errors(word):
    """Return how many errors a word of this length is forgiven.

    >>> [allowed_errors(word) for word in ("pms", "cupo", "tarifa", "paridades")]
    [0, 1, 1, 2]
    """
    return 0 if len(word) < 4 else 1 if len(word) < 8 else 2


def fold(text):
    """Return the text in small plain letters, each where it was.

    >>> fold("Recepción")
    'recepcion'
    """
    small = "".join(
        low if len(low := char.lower()) == 1 else char for char in text or ""
    )
    return small.translate(PLAIN)


def compile_stems(stems):
    """Return a pattern for words that begin with one of the stems, None for none."""
    useful = sorted((stem for stem in stems if stem), key=len, reverse=True)
    if not useful:
        return None
    # a stem of one or two letters marks the whole word only
    parts = [re.escape(stem) + (r"\w*" if len(stem) > 2 else "") for stem in useful]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)")


def mark(text, pattern):
    """Return the text in pieces, (words, whether they were looked for).

    >>> mark("La recepción", compile_stems(["recepc"]))
    [('La ', False), ('recepción', True)]
    """
    text = unicodedata.normalize("NFC", text or "")
    pieces, last = [], 0
    for found in pattern.finditer(fold(text)) if pattern else ():
        pieces.append((text[last : found.start()], False))
        pieces.append((text[found.start() : found.end()], True))
        last = found.end()
    pieces.append((text[last:], False))
    return [piece for piece in pieces if piece[0]]


def excerpt(text, pattern):
    """Return the part of a text around what was looked for, in pieces as ``mark``.

    >>> excerpt("x " * 200 + "tarifa", compile_stems(["tarif"]))[-1]
    ('tarifa', True)
    """
    text = unicodedata.normalize("NFC", text or "")
    found = pattern.search(fold(text)) if pattern else None
    start = max(0, (found.start() if found else 0) - EXCERPT // 3)
    if start:
        start = text.find(" ", start) + 1
    end = start + EXCERPT
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + EXCERPT // 2)
    pieces = mark(text[start:end], pattern)
    if start:
        pieces.insert(0, ("… ", False))
    if end < len(text):
        pieces.append((" …", False))
    return pieces
