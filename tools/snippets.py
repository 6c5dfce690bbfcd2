# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Short plain texts for lists and prewritten answers: pure functions, no ORM."""

import re

from lxml import etree, html

from .text import html_to_words

_VARIABLE = re.compile(r"\{\{\s*(\w+)\s*\}\}")


def snippet(markup, length=140):
    """Return the first words of a message, without what it quotes.

    >>> snippet("<p>It works</p><blockquote data-o-mail-quote='1'>Try</blockquote>")
    'It works'
    >>> snippet("<p>Nothing arrives since this morning</p>", 20)
    'Nothing arrives …'
    >>> snippet(None)
    ''
    """
    if not markup or not str(markup).strip():
        return ""
    try:
        root = html.fragment_fromstring(str(markup), create_parent="div")
    except (etree.ParserError, ValueError):
        return ""
    for node in root.xpath(".//*[@data-o-mail-quote or self::blockquote]"):
        if node.getparent() is not None:
            node.drop_tree()
    words = html_to_words(etree.tostring(root, encoding="unicode"))
    if len(words) <= length:
        return words
    return words[: length - 1].rsplit(" ", 1)[0] + " …"


def fill(text, values):
    """Return a prewritten answer with its variables; unknown ones stay.

    >>> fill("Hi {{ customer }}: {{number}} {{who}}", {"customer": "Ana", "number": 7})
    'Hi Ana: 7 {{who}}'
    """
    return _VARIABLE.sub(
        lambda match: str(values.get(match[1], match[0])), str(text or "")
    )
