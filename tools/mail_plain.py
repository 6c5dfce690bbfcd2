# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails without HTML, as people read them: pure functions, no ORM."""

import re

from lxml import html
from markupsafe import Markup

PLAIN = re.compile(r"\s*<pre>([^<]*)</pre>\s*", re.IGNORECASE)
#: the line above what is quoted; it may be broken once
INTRODUCTION = re.compile(
    r"(?:on|el|le|em|am|il)\b.{5,300}(?:wrote|escribi[oó]|a écrit|escreveu|schrieb)"
    r"\b.{0,60}:\s*",
    re.IGNORECASE | re.DOTALL,
)
MAX_LENGTH = 200_000


def lay_out(body):
    """Return a body that is one preformatted text as paragraphs, quotes marked.

    Another one is returned as it is.

    :param str body: HTML of a mail

    >>> lay_out("<pre>Hi\\nyou\\n\\nIt works &lt;now&gt;</pre>")
    Markup('<p>Hi<br>you</p><p>It works &lt;now&gt;</p>')
    >>> lay_out("<pre>Done\\n\\nOn Fri, Laura wrote:\\n&gt; Try\\n&gt;\\n&gt; now\\n</pre>")
    Markup('<p>Done</p><blockquote data-o-mail-quote="1"><p>On Fri, Laura wrote:<br>Try</p><p>now</p></blockquote>')
    >>> lay_out("<p>Hi</p>"), lay_out(""), lay_out("<pre>a <b>b</b></pre>")
    ('<p>Hi</p>', '', '<pre>a <b>b</b></pre>')
    """  # noqa: E501
    match = PLAIN.fullmatch(body or "")
    if not match or len(body) > MAX_LENGTH:
        return body
    text = html.fromstring(f"<pre>\n{match[1]}</pre>").text_content()
    lines = [line.rstrip() for line in text.strip("\r\n").splitlines()]
    parts = []
    for is_quote, group in _get_runs(_mark(lines), lambda marked: marked[0]):
        words = [line for _quote, line in group]
        if not any(words):
            continue
        paragraphs = _write(words)
        quoted = Markup('<blockquote data-o-mail-quote="1">%s</blockquote>')
        parts.append(quoted % paragraphs if is_quote else paragraphs)
    return Markup("").join(parts)


def _mark(lines):
    """Return lines as pairs: whether it is quoted, and its words."""
    marked = [(line.startswith(">"), re.sub(r"^(?:> ?)+", "", line)) for line in lines]
    for number, (is_quote, _line) in enumerate(marked):
        if not is_quote or (number and marked[number - 1][0]):
            continue
        end = number
        while end and not marked[end - 1][1]:
            end -= 1
        for start in (end - 1, end - 2):
            above = "\n".join(line for _quote, line in marked[max(start, 0) : end])
            if start >= 0 and INTRODUCTION.fullmatch(above.strip()):
                marked[start:number] = [
                    (True, line) for _q, line in marked[start:number]
                ]
                break
    return marked


def _write(lines):
    """Return lines as paragraphs, which empty lines separate."""
    return Markup("").join(
        Markup("<p>%s</p>") % Markup("<br>").join(block)
        for has_words, block in _get_runs(lines, lambda line: bool(line.strip()))
        if has_words
    )


def _get_runs(items, get_key):
    """Return what stands together with one key, in order, as pairs: key, items."""
    runs = []
    for item in items:
        key = get_key(item)
        if not runs or runs[-1][0] != key:
            runs.append((key, []))
        runs[-1][1].append(item)
    return runs
