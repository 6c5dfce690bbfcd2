# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Whether the receiving server proved who sent a mail: pure functions, no ORM.

RFC 8601 https://www.rfc-editor.org/rfc/rfc8601
"""

import re

COMMENT = re.compile(r"\([^()]*\)")
RESULT = re.compile(r"^\s*([\w-]+)(?:/\d+)?\s*=\s*(\w+)", re.IGNORECASE)
PROPERTY = re.compile(r"([\w-]+\.[\w-]+)\s*=\s*(\"[^\"]*\"|\S+)", re.IGNORECASE)
#: where a method names the domain that it proves
DOMAINS = {
    "dkim": ("header.d", "header.i"),
    "spf": ("smtp.mailfrom",),
    "dmarc": ("header.from",),
}


def parse_results(value):
    """Return (authserv-id, [(method, result, properties)]) of a header.

    >>> parse_results("mx.desk.example 1; spf=pass (ok) smtp.mailfrom=a@b.example;"
    ...     " dkim=fail header.d=b.example")
    ... # doctest: +NORMALIZE_WHITESPACE
    ('mx.desk.example', [('spf', 'pass', {'smtp.mailfrom': 'a@b.example'}),
    ('dkim', 'fail', {'header.d': 'b.example'})])
    >>> parse_results("mx.desk.example; none"), parse_results("")
    (('mx.desk.example', []), ('', []))
    """
    text = " ".join(str(value or "").split())
    while COMMENT.search(text):
        text = COMMENT.sub(" ", text)
    server, *parts = text.split(";")
    results = []
    for part in parts:
        found = RESULT.match(part)
        if found:
            known = {
                name.lower(): words.strip('"').lower()
                for name, words in PROPERTY.findall(part[found.end() :])
            }
            results.append((found[1].lower(), found[2].lower(), known))
    return (server.split() or [""])[0].lower(), results


def _is_aligned(proven, domain):
    """Tell whether a proven domain or address speaks for a domain.

    >>> _is_aligned("ana@mail.desk.example", "desk.example")
    True
    >>> _is_aligned("otherdesk.example", "desk.example"), _is_aligned("", "a.example")
    (False, False)
    """
    proven = proven.rpartition("@")[2].strip("<> .")
    return proven == domain or proven.endswith(f".{domain}")


def is_sender_proven(values, server, address):
    """Tell whether our mail server found a sender's address to be genuine.

    Only what our server says counts, and of that the newest: anybody may write a
    header of this name. DMARC is enough; else SPF or DKIM must speak for the domain
    after From.

    :param values: of the headers ``Authentication-Results``, topmost first
    :param str server: the authserv-id we trust
    :param str address: normalized address after From

    >>> ours = "mx.desk.example; dmarc=pass header.from=desk.example"
    >>> is_sender_proven([ours], "mx.desk.example", "laura@desk.example")
    True
    >>> is_sender_proven([ours], "mx.desk.example", "laura@other.example")
    False
    >>> is_sender_proven([ours], "mx.other.example", "laura@desk.example")
    False
    >>> bad = "mx.desk.example; dmarc=fail header.from=desk.example; spf=pass "
    >>> is_sender_proven([bad + "smtp.mailfrom=x@evil.example", ours],
    ...     "mx.desk.example", "laura@desk.example")
    False
    >>> is_sender_proven(["mx.desk.example; spf=pass smtp.mailfrom=laura@desk.example"],
    ...     "MX.desk.example", "laura@desk.example")
    True
    >>> is_sender_proven(["mx.desk.example; dkim=pass header.d=evil.example"],
    ...     "mx.desk.example", "laura@desk.example")
    False
    >>> is_sender_proven(["mx.desk.example; dmarc=fail header.from=desk.example; "
    ...     "spf=pass smtp.mailfrom=desk.example"], "mx.desk.example", "a@desk.example")
    False
    >>> is_sender_proven([], "mx.desk.example", "laura@desk.example")
    False
    """
    domain = address.rpartition("@")[2].lower()
    trusted = [parse_results(value) for value in values]
    trusted = [results for name, results in trusted if name == server.lower().strip()]
    if not trusted or not domain:
        return False
    proofs = set()
    for method, result, known in trusted[0]:
        named = [known[key] for key in DOMAINS.get(method, ()) if key in known]
        if method == "dmarc" and result == "fail":
            return False
        if result == "pass" and any(_is_aligned(name, domain) for name in named):
            proofs.add(method)
    return bool(proofs & DOMAINS.keys())
