# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""The plain text of mails: pure functions on lxml."""

import re

from lxml import html

PARAGRAPHS = frozenset("p ul ol table blockquote h1 h2 h3 h4 pre hr".split())
LINES = {"div", "li", "tr", "br"}


def mail_to_text(body):
    """Return the plain text of one of our mails: the same words in the same order.

    The hidden preview is left out; an address stands behind the words that lead to it.

    >>> print(mail_to_text('<div class="hsp-preheader">Hi</div><p>Hi, <b>Ana</b>:</p>'
    ...     '<ul><li>one</li></ul><p><a href="https://x.example/1">Reply</a></p>'
    ...     '<p>Help: <a href="mailto:a@x.example">a@x.example</a> <i>· Phone</i>'))
    Hi, Ana:
    <BLANKLINE>
    - one
    <BLANKLINE>
    Reply:
    https://x.example/1
    <BLANKLINE>
    Help: a@x.example · Phone
    >>> mail_to_text(""), mail_to_text("<p style='white-space: pre-line'>a\\nb</p>")
    ('', 'a\\nb')
    """
    if not body or not str(body).strip():
        return ""
    root = html.fragment_fromstring(
        re.sub(r"<!DOCTYPE[^>]*>|<\?xml[^>]*>", "", str(body)), create_parent="div"
    )
    for node in root.xpath(
        "//head | //style | //script | //*[contains(@class, 'hsp-preheader')]"
    ):
        node.drop_tree()
    parts = []
    _walk_text(root, parts, False)
    text = re.sub(r" *\n *", "\n", re.sub(r"[ \t]+", " ", "".join(parts)))
    return re.sub(r"\n{3,}", "\n\n", text.replace("\xa0", " ")).strip()


def _walk_text(node, parts, kept):
    """Append the text of ``node``; line breaks of the source only where ``kept``."""
    tag = node.tag if isinstance(node.tag, str) else ""
    kept = kept or tag == "pre" or "pre-line" in node.get("style", "")
    edge = "\n\n" if tag in PARAGRAPHS else "\n" if tag in LINES else ""
    parts.append(edge + ("- " if tag == "li" else ""))

    def add(text):
        parts.append((text or "") if kept else re.sub(r"\s+", " ", text or ""))

    if tag:
        add(node.text)
        for child in node:
            _walk_text(child, parts, kept)
            add(child.tail)
    address = node.get("href", "") if tag == "a" else ""
    if address.startswith(("http://", "https://")) and address != node.text_content():
        parts.append(f":\n{address}")
    parts.append("" if tag == "br" else edge)
