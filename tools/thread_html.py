# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""What a message's text becomes on the page: quoted mail folded, pictures that keep
their place while they load. Pure functions on sanitised HTML.
"""

import re
from html import unescape

from lxml import html
from markupsafe import Markup

QUOTE_MARK = "data-o-mail-quote"
PICTURE = re.compile(r"/web/image/(\d+)")
SOURCE = re.compile(r"<img[^>]*\bsrc=[\"'](/web/image/(\d+)[^\"']*)[\"']")
#: the address of a file up to its token
TOKEN = re.compile(r"(/web/(?:image|content)/(\d+)[^\"'\s<>]*?access_token=)[\w-]+")
#: what mail programs write above the mail they quote without marking it
QUOTE_HEAD = re.compile(r"^\s*(From|De|Von|Da)\s*:")
INLINE_PARENTS = {"p", "span", "a", "b", "strong", "em", "i", "font"}


def picture_ids(body):
    """The ids of the attachments that are pictures in a text.

    >>> sorted(picture_ids('<img src="/web/image/7?access_token=x"><p>a</p>'))
    [7]
    >>> picture_ids(None)
    set()
    """
    return {int(number) for number in PICTURE.findall(body or "")}


def picture_sources(body):
    """The addresses of the pictures in a text, by the id of the attachment.

    >>> picture_sources('<img src="/web/image/7?a=1&amp;b=2"><img src="/other.png">')
    {7: '/web/image/7?a=1&b=2'}
    """
    return {
        int(number): unescape(address) for address, number in SOURCE.findall(body or "")
    }


def prepare_body(body, label, sizes=None, token=None):
    """The text for the page: quotes behind ``label``, pictures with their size.

    :param str body: sanitised HTML
    :param str label: what opens a quote
    :param dict sizes: pixels (width, height) by id of the picture
    :param token: function that returns the reader's token of a picture by its id
    >>> prepare_body("<p>Hi</p>", "Quoted")
    Markup('<p>Hi</p>')
    >>> text = '<p>Hi</p><div data-o-mail-quote="1">old</div>'
    >>> print(prepare_body(text, "Quoted"))  # doctest: +NORMALIZE_WHITESPACE
    <p>Hi</p><details class="o_hsp_quote"><summary>Quoted</summary><div
    data-o-mail-quote="1">old</div></details>
    >>> print(prepare_body('<img src="/web/image/7">', "Quoted", {7: (40, 30)}))
    <img src="/web/image/7" loading="lazy" decoding="async" width="40" height="30">
    >>> text = '<img src="/web/image/7?access_token=old">'
    >>> print(prepare_body(text, "Quoted", token=lambda number: f"new{number}"))
    <img src="/web/image/7?access_token=new7" loading="lazy" decoding="async">
    >>> text = '<div data-o-mail-quote="1">all of it</div>'
    >>> print(prepare_body(text, "Quoted"))
    <div data-o-mail-quote="1">all of it</div>
    """
    body = body or ""
    if QUOTE_MARK not in body and "<img" not in body and "border-top" not in body:
        return Markup(body)
    root = html.fragment_fromstring(body, create_parent="div")
    quotes = _outermost_quotes(root)
    if _has_own_words(root, quotes):
        for group in _neighbours(quotes):
            _fold(group, label)
    for image in root.iter("img"):
        _settle(image, sizes or {}, token)
    inner = html.tostring(root, encoding="unicode")
    return Markup(inner[len("<div>") : -len("</div>")])  # sanitised by the caller


def _outermost_quotes(root):
    """The marked elements that are in no other marked one, in order."""
    quotes = []
    for element in root.iter():
        if not isinstance(element.tag, str) or element is root:
            continue
        if any(parent in quotes for parent in element.iterancestors()):
            continue
        if element.get(QUOTE_MARK):
            quotes.append(element)
        elif _is_quote_head(element):
            quotes.extend([element, *element.itersiblings()])
    return quotes


def _is_quote_head(element):
    return (
        element.tag == "div"
        and "border-top" in (element.get("style") or "")
        and QUOTE_HEAD.match(element.text_content())
    )


def _has_own_words(root, quotes):
    """Whether something is left to read when the quotes are folded."""
    total = len("".join(root.text_content().split()))
    quoted = sum(len("".join(quote.text_content().split())) for quote in quotes)
    pictures = next(root.iter("img"), None) is not None
    return bool(quotes) and (total > quoted or pictures)


def _neighbours(quotes):
    """The quotes in groups that follow each other without a word between."""
    groups = []
    for quote in quotes:
        last = groups[-1][-1] if groups else None
        if (
            last is not None
            and quote.getprevious() is last
            and not (last.tail or "").strip()
        ):
            groups[-1].append(quote)
        else:
            groups.append([quote])
    return groups


def _fold(group, label):
    """Move neighbours into one closed ``details``; what follows them stays."""
    parent = group[0].getparent()
    if parent.tag in INLINE_PARENTS:
        parent.tag = "div"  # no paragraph can hold details
    details = html.Element("details", {"class": "o_hsp_quote"})
    summary = html.Element("summary")
    summary.text = label
    details.append(summary)
    parent.insert(parent.index(group[0]), details)
    tail = group[-1].tail
    for element in group:
        details.append(element)
    group[-1].tail = None
    details.tail = tail


def with_tokens(text, token):
    """The text with the token of each file's address replaced.

    :param token: function that returns the token of a file by its id, or nothing to
        leave its address as it is
    >>> with_tokens("/web/image/7?access_token=old&amp;unique=1", lambda id_: id_ * 2)
    '/web/image/7?access_token=14&amp;unique=1'
    >>> with_tokens('"https://a.example/web/content/7?download=true"', str)
    '"https://a.example/web/content/7?download=true"'
    """

    def replace(match):
        new = token(int(match[2]))
        return f"{match[1]}{new}" if new else match[0]

    return TOKEN.sub(replace, text)


def _settle(image, sizes, token):
    """Give a picture its size, so that nothing jumps when it arrives."""
    image.set("loading", "lazy")
    image.set("decoding", "async")
    match = PICTURE.search(image.get("src") or "")
    if match and token:
        image.set("src", with_tokens(image.get("src"), token))
    size = match and sizes.get(int(match[1]))
    if size and not (image.get("width") or image.get("height")):
        image.set("width", str(size[0]))
        image.set("height", str(size[1]))
