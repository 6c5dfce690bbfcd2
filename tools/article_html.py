# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The text of an article as its page shows it: pure functions."""

import math
import re
import unicodedata

from lxml import etree, html

WORDS_PER_MINUTE = 200
HEADINGS = {"h1": 2, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
ARTICLE = re.compile(r"/support/[^/\"'?#\s]+/(?:[^/\"'?#\s]*-)?(\d+)(?=[\"'?#\s/])")
FILE = re.compile(r"/web/(?:image|content)/(\d+)(?=[-/?\"'#&])")


def prepare(body):
    """Return a text with addresses for its headings, and its contents.

    The page has the title as its only heading of the first level. Pictures load when
    they come into view, wide tables scroll by themselves.

    :return: (html, list of (level from 2 on, address, words))

    >>> text, contents = prepare("<h1>Árbol</h1><p>x</p><h3>Two <b>b</b></h3>")
    >>> text
    '<h2 id="arbol">Árbol</h2><p>x</p><h3 id="two-b">Two <b>b</b></h3>'
    >>> contents
    [(2, 'arbol', 'Árbol'), (3, 'two-b', 'Two b')]
    >>> prepare('<h2>A</h2><h2>A</h2><h2> </h2>')[1]
    [(2, 'a', 'A'), (2, 'a-2', 'A')]
    >>> prepare("<p><img src='/web/image/7'></p>")[0]
    '<p><img src="/web/image/7" loading="lazy" alt=""></p>'
    >>> prepare(None), prepare("plain & simple")
    (('', []), ('plain &amp; simple', []))
    """
    root = _parse(body)
    if root is None:
        return "", []
    contents, taken = [], set()
    for node in root.iter(*HEADINGS, "img", "table"):
        if node.tag == "img":
            node.set("loading", "lazy")
            node.set("alt", node.get("alt") or "")
        elif node.tag in HEADINGS:
            node.tag = f"h{HEADINGS[node.tag]}"
            words = " ".join(node.text_content().split())
            if words:
                address = _free_address(words, taken)
                node.set("id", address)
                contents.append((int(node.tag[1]), address, words))
    for table in list(root.iter("table")):
        _let_scroll(table)
    return _inner(root), contents


def count_minutes(body):
    """Return how long reading a text takes, in whole minutes.

    >>> count_minutes("<p>" + "word " * 450 + "</p>"), count_minutes("")
    (3, 1)
    """
    root = _parse(body)
    words = len(root.text_content().split()) if root is not None else 0
    return max(1, math.ceil(words / WORDS_PER_MINUTE))


def find_articles(body):
    """Return the ids of the articles that a text links to.

    >>> sorted(find_articles('<a href="/es/support/a-1/b-c-12">x</a>'
    ...        '<a href="https://h.example/support/a/7#z">y</a>'))
    [7, 12]
    """
    return {int(number) for number in ARTICLE.findall(body or "")}


def find_files(body):
    """Return the ids of the files that a text shows or links to.

    >>> sorted(find_files('<img src="/web/image/3-ab/x"><a href="/web/content/9?">'))
    [3, 9]
    """
    return {int(number) for number in FILE.findall(body or "")}


def replace_file(body, old, new):
    """Return a text that shows another file, its token left out.

    >>> replace_file('<img src="/web/image/3-ab/x.png?access_token=t">', 3, 12)
    '<img src="/web/image/12/x.png">'
    """
    return re.sub(
        rf"(/web/(?:image|content))/{old}(?:-\w+)?((?:/[^\"'?#\s]*)?)"
        r"(?:\?access_token=[\w-]+)?(?=[\"'?#\s])",
        rf"\1/{new}\2",
        body,
    )


def _parse(body):
    if not body or not str(body).strip():
        return None
    return html.fragment_fromstring(str(body), create_parent="div")


def _inner(root):
    parts = [_escape(root.text or "")]
    for child in root:
        parts.append(etree.tostring(child, method="html", encoding="unicode"))
    return "".join(parts)


def _escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _free_address(words, taken):
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60] or "section"
    address, number = base, 2
    while address in taken:
        address, number = f"{base}-{number}", number + 1
    taken.add(address)
    return address


def _let_scroll(table):
    parent = table.getparent()
    if parent is None or "table-responsive" in (parent.get("class") or ""):
        return
    box = etree.Element("div", {"class": "table-responsive", "tabindex": "0"})
    box.tail, table.tail = table.tail, None
    parent.replace(table, box)
    box.append(table)
