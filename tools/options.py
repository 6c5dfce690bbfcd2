# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Choices of long lists as HTML, made in one go: a template takes them one by one."""

from markupsafe import Markup, escape

SEPARATOR = "\x1f"


def escape_all(texts):
    """Return texts as they stand in HTML, in content and in attributes.

    >>> escape_all(["R&D", '"Sol"', ""])
    ['R&amp;D', '&#34;Sol&#34;', '']
    >>> escape_all([])
    []
    """
    if not texts:
        return []
    joined = SEPARATOR.join(text.replace(SEPARATOR, " ") for text in texts)
    return str(escape(joined)).split(SEPARATOR)


def select_option(html, chosen):
    """Return options with the chosen one selected, safe as they are.

    :param str html: options that begin with ``<option value="VALUE"``
    :param str chosen: a value, untrusted

    >>> select_option('<option value="1">A</option>', "1")
    Markup('<option value="1" selected="selected">A</option>')
    >>> select_option('<option value="1">A</option>', "2")
    Markup('<option value="1">A</option>')
    """
    start = f'<option value="{escape(chosen)}"'
    return Markup(html.replace(start, f'{start} selected="selected"', 1))
