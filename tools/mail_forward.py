# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Mails that somebody passed on: who wrote them first. Pure functions, no ORM."""

import re
from email.errors import MessageError
from email.utils import parseaddr

from lxml import etree, html
from markupsafe import Markup, escape

from .mail_parsing import LINE_TAGS
from .text import normalize

#: so many lines of a mail are searched for what was passed on
MAX_LINES = 400
#: so many lines the head of a passed on mail may take
HEAD_LINES = 14

MARKS = re.compile(
    r"(?:-{2,}\s*)?(?:forwarded message|mensaje reenviado|begin forwarded message"
    r"|inicio del mensaje reenviado|original message|mensaje original"
    r"|mensaje enviado originalmente|forwarded by .{3,60}|_{8,})\s*:?\s*(?:-{2,})?"
)
FROM = re.compile(r"(?:from|de|remitente|von|da|expediteur)\s*:\s*(.*)")
#: one of these must stand in the same head
OTHERS = re.compile(
    r"(?:sent|date|to|subject|enviado(?: el)?|fecha|para|asunto|cc|gesendet|an|betreff"
    r"|data|reply-to|responder a)\s*:"
)
SUBJECT = re.compile(r"\s*(?:subject|asunto|betreff|oggetto)\s*:\s*(.*)", re.IGNORECASE)
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")
#: how Odoo marks what it takes for quoted
QUOTED = "data-o-mail-quote"
NAME_END = re.compile(r"\s*(?:[<\[(]|mailto:)")


def read_attached(message):
    """Return the mail that is attached to another one, as a message of its own.

    :param message: an ``email.message.EmailMessage``
    :return: dict with ``name``, ``email``, ``subject`` and ``message``; None where
        no mail is attached
    """
    for part in message.walk():
        if part.get_content_type() != "message/rfc822":
            continue
        payload = part.get_payload()
        inner = payload[0] if isinstance(payload, list) and payload else None
        if inner is None:
            continue
        try:
            sender, subject = str(inner["From"] or ""), str(inner["Subject"] or "")
        except (MessageError, ValueError, IndexError):
            continue
        name, address = parseaddr(sender)
        if ADDRESS.fullmatch(address):
            return {
                "name": name or address,
                "email": address,
                "subject": subject,
                "message": inner,
            }
    return None


def split_forward(body):
    r"""Split a mail into the words of who passed it on and what was passed on.

    The heads of Gmail, Outlook and Apple are known, in English and Spanish.

    :param str body: HTML of the mail
    :return: dict with ``name``, ``email`` ("" where the head holds no address),
        ``subject``, ``marked`` (the program says that it was passed on), ``words``
        (HTML before the head) and ``body`` (HTML after it); None where nothing was
        passed on

    >>> found = split_forward("<pre>Please help her\n\n---------- Forwarded message "
    ...     "---------\nFrom: Ana Pérez &lt;ana@hotel.example&gt;\nDate: Mon\n"
    ...     "Subject: No WiFi\nTo: Laura\n\nNothing works</pre>")
    >>> found["name"], found["email"], found["subject"]
    ('Ana Pérez', 'ana@hotel.example', 'No WiFi')
    >>> str(found["words"]), str(found["body"])
    ('<p>Please help her</p>', '<pre>Nothing works</pre>')
    >>> split_forward("<div><b>De:</b> Ana &lt;ana@hotel.example&gt;<br><b>Enviado:"
    ...     "</b> lunes<br><b>Para:</b> Laura<br><b>Asunto:</b> Sin luz<br><br>No hay"
    ...     "</div>")["email"]
    'ana@hotel.example'
    >>> split_forward("<p>From: the lobby to the pool there is no WiFi</p>")
    """
    root = _parse(body)
    if root is None:
        return None
    texts = _get_texts(root)
    lines = _join_lines(texts)
    for number in range(min(len(lines), MAX_LINES)):
        head = _read_head(lines, number)
        if not head:
            continue
        start, end = number, head.pop("end")
        while start and (
            not lines[start - 1]["text"]
            or MARKS.fullmatch(normalize(lines[start - 1]["text"]))
        ):
            start -= 1
        marks = (normalize(line["text"]) for line in lines[start:number])
        return head | {
            "marked": any("forward" in mark or "reenviad" in mark for mark in marks),
            "words": _write_lines(lines[:start]),
            "body": _cut_before(root, texts, lines[end:]),
        }
    return None


def _read_head(lines, number):
    """Return what the head that begins at a line says, None if none does."""
    match = FROM.match(normalize(lines[number]["text"]))
    if not match:
        return None
    end, others, subject = number + 1, 0, ""
    value = lines[number]["text"].partition(":")[2].strip()
    for line in lines[number + 1 : number + HEAD_LINES]:
        text = line["text"]
        if not text:
            if others:
                break
            end += 1
            continue
        if OTHERS.match(normalize(text)):
            others += 1
            found = SUBJECT.match(text)
            subject = found[1].strip() if found else subject
        elif others == 0:
            value = f"{value} {text}"  # the name or address goes on
        elif not line["continues"]:
            break
        end += 1
    if not others:
        return None
    address = ADDRESS.search(value)
    name = NAME_END.split(value)[0].strip(" \"'")
    email = address[0] if address else ""
    if not email and len(value) > 80:
        return None
    return {
        "name": (name if name and "@" not in name else "") or email,
        "email": email,
        "subject": subject,
        "end": end,
    }


def _parse(body):
    if not body or not str(body).strip():
        return None
    try:
        return html.fragment_fromstring(str(body), create_parent="div")
    except (etree.ParserError, ValueError):
        return None


def _get_texts(root):
    """Return the texts of a tree in order, breaks of lines among them.

    :return: list of (text, node it stands in or behind, is it the tail); what ends a
        line has no node, and no text where it is the edge of a block
    """
    found, skipped = [], ("style", "script", "head", "title")
    for event, node in etree.iterwalk(root, events=("start", "end", "comment")):
        is_block = node.tag in LINE_TAGS or node.tag in ("td", "th")
        if event == "start":
            if is_block:
                found.append(("\n" if node.tag == "br" else "", None, False))
            if node.text and node.tag not in skipped:
                found.append((node.text, node, False))
            continue
        if is_block and node.tag != "br":
            found.append(("", None, False))
        if node.tail and node is not root:
            found.append((node.tail, node, True))
    return found


def _join_lines(texts):
    """Return the lines of a tree.

    :return: list of dicts: ``text``, ``continues`` (it is indented) and where it
        begins: ``index`` in ``texts`` and ``offset`` in that text
    """
    lines = [{"text": "", "index": 0, "offset": 0, "continues": False}]
    for index, (text, node, is_tail) in enumerate(texts):
        if node is None:
            if not text and not lines[-1]["text"].strip():
                lines.pop()
            lines.append(_start_line(index + 1, 0))
            continue
        around = node.getparent() if is_tail else node
        is_pre = around is not None and (
            around.tag == "pre" or next(around.iterancestors("pre"), None) is not None
        )
        offset = 0
        for number, part in enumerate(text.split("\n") if is_pre else [text]):
            if number:
                lines.append(_start_line(index, offset, part[:1] in (" ", "\t")))
            lines[-1]["text"] += part if is_pre else re.sub(r"\s", " ", part)
            offset += len(part) + 1
    for line in lines:
        line["quoted"] = line["text"].lstrip().startswith(">")
        line["text"] = " ".join(re.sub(r"^[>\s*]+|\*", "", line["text"]).split())
    return lines


def _start_line(index, offset, continues=False):
    return {"text": "", "index": index, "offset": offset, "continues": continues}


def _write_lines(lines):
    """Return lines as paragraphs."""
    texts = (line["text"] for line in lines)
    return Markup("").join(Markup("<p>%s</p>") % text for text in texts if text)


def _cut_before(root, texts, lines):
    """Return a tree as HTML without what stands before the first of these lines.

    Pictures, tables and bold words of the rest stay.
    """
    first = next((line for line in lines if line["text"]), None)
    if first is None:
        return Markup("")
    for index, (text, node, is_tail) in enumerate(texts[: first["index"] + 1]):
        if node is None:
            continue
        rest = text[first["offset"] :] if index == first["index"] else ""
        if first["quoted"]:
            rest = re.sub(r"(?m)^[ \t]*> ?", "", rest)
        setattr(node, "tail" if is_tail else "text", rest)
    _text, last, is_tail = texts[first["index"]]
    _drop_pictures_before(root, last, is_tail)
    _unquote(root, last)
    inner = [escape(root.text or "")]
    for child in root:
        inner.append(Markup(etree.tostring(child, encoding="unicode", method="html")))
    return Markup("").join(inner)


def _drop_pictures_before(root, last, is_tail):
    """Take out what shows without text before the node whose text is the first."""
    for node in list(root.iter("img", "br", "hr", last.tag)):
        if node is last and not is_tail:
            break
        if node.tag in ("img", "br", "hr"):
            node.drop_tree()
        if node is last:
            break


def _unquote(root, node):
    """What was passed on is what was asked, no quotation, which would be folded."""
    for quote in list(node.iterancestors("blockquote")):
        quote.drop_tag()
    for element in root.iter(etree.Element):
        for name in [name for name in element.attrib if name.startswith(QUOTED)]:
            del element.attrib[name]
        if "gmail_quote" in element.get("class", ""):
            del element.attrib["class"]
