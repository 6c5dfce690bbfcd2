# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What customers write with bold, lists, links and pictures: pure functions.

The result is written anew from a short list of tags and attributes; nothing of what
was posted reaches it but text, checked addresses and known pictures.
"""

import re

from lxml import etree
from markupsafe import Markup, escape

SAME = {"p", "ul", "ol", "li", "blockquote", "pre", "strong", "em", "u", "s", "code"}
RENAMED = {"b": "strong", "i": "em", "div": "p", "strike": "s", "del": "s"}
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
BLOCKS = {"p", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "div"} | HEADINGS
DROPPED = {"script", "style", "head", "title", "template", "iframe", "object", "svg"}
DROPPED |= {"noscript", "textarea", "select", "button", "math", "form", "meta", "link"}
LINK = re.compile(r"(?:https?://|mailto:|tel:)[^\s\x00-\x1f]+", re.IGNORECASE)
PICTURE = re.compile(r"/web/image/(\d{1,10})(?:[?/].*)?")
PICTURES_IN_TEXT = re.compile(r"<img[^>]*\bsrc=[\"']/web/image/(\d{1,10})\b")


def clean(html, sources=None):
    """Return posted HTML reduced to what a message may hold.

    :param str html: untrusted
    :param dict sources: address by id of the pictures that may stand in the text
    :return: (html, whether a picture had to be left out)

    >>> clean('<div>Hi <b onclick="x()">you</b><script>alert(1)</script></div>')
    (Markup('<p>Hi <strong>you</strong></p>'), False)
    >>> clean('<a href="javascript:x">a</a> <a href="https://a.b/?c=1&d">b</a>')[0]
    Markup('a <a href="https://a.b/?c=1&amp;d" rel="noopener nofollow">b</a>')
    >>> clean('<img src="/web/image/7?x" alt=\\'"\\'>', {7: "/web/image/7"})
    (Markup('<img src="/web/image/7" alt="&#34;">'), False)
    >>> clean('<p>1 &lt; 2<img src="https://a.b/spy.gif"></p>')
    (Markup('<p>1 &lt; 2</p>'), True)
    """
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    posted = html.encode("utf-8", "ignore")
    root = etree.fromstring(b"<html><body>" + posted + b"</body></html>", parser)
    body = root.find("body") if root is not None else None
    if body is None:
        return Markup(), False
    writer = _Writer(sources or {})
    writer.write_content(body)
    return Markup("".join(writer.parts)).strip(), writer.lost


def find_pictures(html):
    """Return the ids of the pictures in a text, in order.

    >>> find_pictures('<img alt="" src="/web/image/12?access_token=a"> /web/image/3')
    [12]
    """
    return [int(number) for number in PICTURES_IN_TEXT.findall(html or "")]


class _Writer:
    """Writes a parsed text as the few tags that are allowed."""

    def __init__(self, sources):
        self.sources = sources
        self.parts = []
        self.lost = False

    def write_content(self, node):
        self.parts.append(escape(node.text or ""))
        for child in node:
            self.write_node(child)
            self.parts.append(escape(child.tail or ""))

    def write_node(self, node):
        tag = node.tag if isinstance(node.tag, str) else ""
        tag = RENAMED.get(tag, tag)
        if tag == "br":
            self.parts.append(Markup("<br>"))
        elif tag == "img":
            self.write_picture(node)
        elif tag == "a" and LINK.fullmatch((node.get("href") or "").strip()):
            self.write_link(node)
        elif tag in HEADINGS:
            self.write_tags(node, "<p><strong>", "</strong></p>")
        elif tag in ("td", "th"):
            self.write_tags(node, "", " ")
        elif tag == "tr":
            self.write_tags(node, "", "<br>")
        elif tag in SAME and not (tag == "p" and _holds_blocks(node)):
            self.write_tags(node, f"<{tag}>", f"</{tag}>")
        elif tag not in DROPPED:
            self.write_content(node)

    def write_tags(self, node, before, after):
        self.parts.append(Markup(before))
        self.write_content(node)
        self.parts.append(Markup(after))

    def write_link(self, node):
        start = Markup('<a href="%s" rel="noopener nofollow">')
        self.write_tags(node, start % node.get("href").strip(), "</a>")

    def write_picture(self, node):
        match = PICTURE.fullmatch(node.get("src") or "")
        source = self.sources.get(int(match[1])) if match else None
        if not source:
            self.lost = True
            return
        picture = Markup('<img src="%s" alt="%s">')
        self.parts.append(picture % (source, (node.get("alt") or "")[:300]))


def _holds_blocks(node):
    return any(child.tag in BLOCKS for child in node)
