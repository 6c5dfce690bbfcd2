"""Plain text for searching: pure functions, no ORM."""

import re
import unicodedata

from lxml import etree, html

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e]")


def normalize(text):
    """Return ``text`` in lower case, without accents and with single spaces.

    What is stored for searching and what is searched go through this one
    function, so that "Recepción" is found by "recepcion".

    >>> normalize("  Recepción   Niño ")
    'recepcion nino'
    >>> normalize(None)
    ''
    """
    plain = str(text or "")
    if not plain.isascii():
        decomposed = unicodedata.normalize("NFKD", plain)
        plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(plain.replace("\0", " ").casefold().split())


def html_to_words(markup):
    """Return the words a reader sees in an HTML fragment.

    >>> html_to_words("<p>No hay<br/>WiFi</p><p>en <b>recep</b>ción</p>")
    'No hay WiFi en recepción'
    >>> html_to_words("")
    ''
    """
    if not markup or not str(markup).strip():
        return ""
    try:
        root = html.fragment_fromstring(str(markup), create_parent="div")
    except (etree.ParserError, ValueError):
        return ""
    for node in root.iter():
        if node.tag in BLOCKS:
            node.tail = f" {node.tail or ''}"
    etree.strip_elements(root, "style", "script", with_tail=False)
    return " ".join(root.text_content().split())


BLOCKS = {"p", "br", "div", "li", "tr", "td", "th", "h1", "h2", "h3", "h4", "pre"}


def one_line(text):
    """Text of a form as one line: no breaks, no invisible control characters.

    >>> one_line(" Ana\\tPérez\\n\\x00 \\u202eLuna ")
    'Ana Pérez Luna'
    """
    kept = (c if c.isprintable() else " " for c in text or "")
    return " ".join("".join(kept).split())


def many_lines(text):
    """Text of a form with its line breaks, without invisible control characters.

    >>> many_lines(" Ana\\x00:  \\r\\n\\u202eworks \\n")
    'Ana:\\nworks'
    """
    lines = (CONTROLS.sub("", line).rstrip() for line in (text or "").splitlines())
    return "\n".join(lines).strip()


def file_part(name):
    """A name as one part of a path inside an archive, on every system.

    >>> file_part("../../etc/pass wd"), file_part("a<b>.pdf"), file_part(" .. ")
    ('etc-pass wd', 'a-b-.pdf', 'file')
    """
    kept = re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]+', "-", one_line(name))
    return kept.strip(" .-")[:100] or "file"
