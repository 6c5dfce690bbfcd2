# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""HTML of strangers: nothing that watches its reader, nothing that covers the page.

Odoo's sanitizer takes scripts, styles and forms out; this is what it leaves.
"""

import base64
import binascii
import re
from html import escape
from urllib.parse import unquote

from lxml import etree, html

MAX_NESTING = 150
MAX_PICTURE = 20_000_000
MAX_STYLE = 2_000
MAX_WORK = 20_000_000
DATA_PICTURE = re.compile(
    r"(?i)(<img\b[^<>]{0,2000}?\bsrc\s*=\s*[\"']?)data:image/(png|jpe?g|gif|webp);base64,"
    r"([a-z0-9+/=\s%]+)"
)
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,30})(?:\s[^<>]*?)?(/?)>")
#: need no end, or whose end is left out by habit
OPEN_TAGS = frozenset(
    "area base br col embed hr img input link meta param source track wbr p li td tr"
    " th tbody thead tfoot dt dd option colgroup".split()
)
DECLARATION = re.compile(r"([\w-]+)\s*:\s*((?:[^;\"']|\"[^\"]*\"|'[^']*')+)")
#: of a style: what loads, covers or hides something
HOSTILE_NAME = re.compile(r"(?i)position|z-index|opacity|float|transform|filter|clip")
HOSTILE_VALUE = re.compile(
    r"(?i)url\s*\(|image-set|expression|\dv(?:[hw]|min|max)|\d{4}"
)
SHIFT = re.compile(r"(?i)margin|indent|spacing|padding|top|left|right|bottom")
TINY = re.compile(r"^\s*[012](?:\.\d+)?\s*(?:px)?\s*$", re.I)
TINY_STYLE = re.compile(
    r"(?i)(?:^|;)\s*(?:max-)?(?:width|height)\s*:\s*[012](?:px|pt)?\s*(?:!|;|$)"
    r"|display\s*:\s*none|visibility\s*:\s*hidden"
)
#: where none of these stands, in small letters, there is nothing to tame
WORDS = (
    "<img background srcset url( image-set expression position z-index opacity float"
    " transform filter clip"
).split()
SIZES = re.compile(
    r":\s{0,9}-|:[^;:\"'>]{0,60} -\d|\dv(?:[hw]|m)|\d{4}(?:px|pt|r?em|%|ex|ch|in|[cm]m)"
)


def take_pictures(source):
    r"""Return HTML and the pictures that were written into it: name, bytes, Content-ID.

    >>> take_pictures('<img src="data:image/png;base64,aGk=">')
    ('<img src="cid:picture1@body">', [('picture1.png', b'hi', 'picture1@body')])
    """
    files = []

    def take(match):
        try:
            data = base64.b64decode(unquote(match[3]), validate=False)
        except (ValueError, binascii.Error):
            return match[1]
        if len(data) > MAX_PICTURE:
            return match[1]
        number = len(files) + 1
        extension = match[2].lower().replace("jpeg", "jpg")
        files.append((f"picture{number}.{extension}", data, f"picture{number}@body"))
        return f"{match[1]}cid:picture{number}@body"

    if "data:" in source or "DATA:" in source:
        source = DATA_PICTURE.sub(take, source)
    return source, files


def is_tangled(source):
    """Tell whether tags are nested so deep, or so open, that parsers stop or fall.

    >>> is_tangled("<div>" * 200), is_tangled("<p>a<p>b" * 200)
    (True, False)
    >>> is_tangled("<" * 9000), is_tangled("<p>1 < 2" * 900)
    (True, False)
    """
    # Odoo's sanitizer looks from each "<" for the ">" that follows
    work = sum(chunk.count("<") * len(chunk) for chunk in source.split(">"))
    if work > MAX_WORK:
        return True
    depth = 0
    for end, name, closed in TAG.findall(source):
        if name.lower() not in OPEN_TAGS and not closed:
            depth = max(depth + (-1 if end else 1), 0)
            if depth > MAX_NESTING:
                return True
    return False


def tame_html(source):
    """Return sanitized HTML without tracking pixels and without styles that cover.

    >>> tame_html('<p>Hi<img src="https://x.example/o.gif" width="1" height="1">!</p>')
    '<p>Hi!</p>'
    >>> tame_html('<p style="color:red;margin-top:-900px;width:100vw">Hi</p>')
    '<p style="color:red">Hi</p>'
    >>> tame_html('<img src="cid:a%40b">')
    '<img src="cid:a@b">'
    """
    lower = source.lower()
    if not (any(word in lower for word in WORDS) or SIZES.search(lower)):
        return source
    try:
        root = html.fragment_fromstring(source, create_parent="div")
    except (etree.ParserError, ValueError):
        return source
    for element in list(root.iter(etree.Element)):
        if element.tag == "img" and _watches(element):
            element.drop_tree()
            continue
        for name in ("background", "srcset"):
            element.attrib.pop(name, None)
        source = element.get("src", "")
        if source[:4].lower() == "cid:":
            element.set("src", f"cid:{unquote(source[4:]).strip('<>')}")
        if len(element.get("style", "")) > MAX_STYLE:
            del element.attrib["style"]
        elif element.get("style"):
            _tame_style(element)
    children = (html.tostring(child, encoding="unicode") for child in root)
    return "".join([escape(root.text or "", quote=False), *children])


def _watches(image):
    """Tell whether a picture is there only to learn that the mail was read."""
    if image.get("src", "")[:4].lower() == "cid:":
        return False
    return (
        bool(TINY.match(image.get("width", "")))
        or bool(TINY.match(image.get("height", "")))
        or bool(TINY_STYLE.search(image.get("style", "")))
    )


def _tame_style(element):
    kept = [
        f"{name}:{value.strip()}"
        for name, value in DECLARATION.findall(element.get("style"))
        if not HOSTILE_NAME.search(name)
        and not HOSTILE_VALUE.search(value)
        and not ("-" in value and SHIFT.search(name))
    ]
    if kept:
        element.set("style", "; ".join(kept))
    else:
        del element.attrib["style"]
