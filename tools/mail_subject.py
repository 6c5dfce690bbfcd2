# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Subjects of incoming mails and the patterns of rules: pure functions, no ORM."""

import re
from functools import lru_cache

from .text import normalize, one_line

try:
    from re import _constants as sre
    from re import _parser as sre_parse
except ImportError:  # Python 3.10
    import sre_constants as sre  # pylint: disable=deprecated-module
    import sre_parse  # pylint: disable=deprecated-module

#: so much of a subject is looked at, however long it is
SUBJECT_LENGTH = 200
PATTERN_LENGTH = 200
#: ways in which a pattern may divide a subject: some hundredths of a second
MAX_WAYS = (SUBJECT_LENGTH + 1) ** 3
#: from so many characters on, a subject may be another one cut short without dots
CUT_LENGTH = 30

# ------------------------------------------------------------
# What programs put around a subject
# ------------------------------------------------------------

ANSWERS = "re|r|aw|antw|antwort|sv|res|resp|respuesta|rif|ynt|vs"
FORWARDS = "fwd?|rv|renv|reenv|reenviado|reenviar|enc|tr|wg|i|vb"
COUNTS = r"(?:\s*[\[(]\d{1,3}[\])])?"
PREFIX = re.compile(rf"\s*(?:{ANSWERS}|{FORWARDS}){COUNTS}\s*[:：]\s*", re.IGNORECASE)
FORWARD = re.compile(
    rf"\s*(?:(?:{ANSWERS}){COUNTS}\s*:\s*)*(?:{FORWARDS}){COUNTS}\s*[:：]",
    re.IGNORECASE,
)
WARNING = re.compile(
    r"\s*[\[({*]{1,3}\s*(?:ext|external|externo|correo externo|external email|spam"
    r"|posible spam)\s*[\])}*]{1,3}:?\s*",
    re.IGNORECASE,
)
#: for whom a mail of a rehearsal was, see rehearsal.py
REHEARSAL = re.compile(r"\s*\[→[^\[\]]{1,200}\]\s*")
NUMBER = re.compile(r"#\s?([a-z]{0,8}[-/]?\d{1,12})\b", re.IGNORECASE)
BRACKETED = re.compile(
    r"\s*\[\s*(?:#\s?[a-z]{0,8}|[a-z]{1,8})[-/]?\d{1,12}\s*\]\s*", re.IGNORECASE
)
CODE = re.compile(r"\W*\d\s*[_.:-]\s*(?!\d)")


def clean_subject(subject):
    """Return a subject without what mail programs and filters put before it.

    >>> clean_subject("RE: Fwd: RV: 1_SIN INTERNET"), clean_subject("Re[2]: Hola")
    ('1_SIN INTERNET', 'Hola')
    >>> clean_subject("[EXTERNAL] Re: [#HT00195] No WiFi")
    'No WiFi'
    >>> clean_subject("Re: [→ ana@hotel.example] [#HT00195] No WiFi")
    'No WiFi'
    >>> clean_subject("Respuesta: \\t dos\\n líneas"), clean_subject("Reserva: 12")
    ('dos líneas', 'Reserva: 12')
    >>> clean_subject(None), clean_subject("RE:")
    ('', '')
    """
    rest = one_line(str(subject or ""))
    while True:
        cut = rest
        for pattern in (WARNING, PREFIX, REHEARSAL, BRACKETED):
            match = pattern.match(cut)
            if match:
                cut = cut[match.end() :]
        if cut == rest:
            return rest.strip()
        rest = cut


def is_forward(subject):
    """Tell whether a subject says that the mail was passed on.

    >>> is_forward("RV: Factura"), is_forward("Re: FW: Bill"), is_forward("Re: Bill")
    (True, True, False)
    """
    return bool(FORWARD.match(one_line(str(subject or ""))))


def find_numbers(subject):
    """Return the ticket numbers a subject names, in capitals, in order.

    >>> find_numbers("Re: [#HT00195] No WiFi, as in # ht7")
    ['HT00195', 'HT7']
    >>> find_numbers("Room #101b"), find_numbers(None)
    ([], [])
    """
    found = NUMBER.findall(one_line(str(subject or ""))[: 2 * SUBJECT_LENGTH])
    return [number.upper() for number in dict.fromkeys(found)]


def _plain(subject):
    words = normalize(clean_subject(subject))
    code = CODE.match(words)
    return words[code.end() if code else 0 :].rstrip(" .…")


def is_same_subject(subject, known):
    """Tell whether a subject is one of those known, whatever programs did to it.

    An empty one says nothing, so it counts as the same.

    >>> is_same_subject("RE: [#HT1] Sin  internet", ["SIN INTERNET"])
    True
    >>> is_same_subject("Re: 1_Sin internet", ["Sin Internet"])
    True
    >>> is_same_subject("Factura de mayo", ["Sin internet", None])
    False
    >>> is_same_subject("Re:", ["Sin internet"])
    True
    >>> long = "No llegan las reservas de Booking desde esta mañana"
    >>> is_same_subject("Re: " + long[:40] + "...", [long])
    True
    """
    words = _plain(subject)
    is_cut = len(words) >= CUT_LENGTH or str(subject).rstrip().endswith(("...", "…"))
    return not words or any(
        words == other or (is_cut and other.startswith(words))
        for other in map(_plain, known)
    )


# ------------------------------------------------------------
# Patterns of rules
# ------------------------------------------------------------


class PatternError(ValueError):
    """A pattern that is not used: ``reason`` is "syntax", "long" or "slow"."""

    def __init__(self, reason, details=""):
        super().__init__(reason, details)
        self.reason = reason
        self.details = details


def check_pattern(pattern):
    """Check that a pattern is one and cannot take long on any subject.

    Repetitions within repetitions, back references and more than three long
    repetitions are refused: on a hostile subject each multiplies the time.

    :raise PatternError: otherwise

    >>> check_pattern(r"^1\\s*[_.:-]\\s*(?!\\d)")
    >>> check_pattern("urgente|urgent")
    >>> for bad in ("(a+)+$", "(a|aa)*b", r"(.*)\\1", ".*a.*b.*c", "(", "x" * 201):
    ...     try:
    ...         check_pattern(bad)
    ...     except PatternError as error:
    ...         print(error.reason)
    slow
    slow
    slow
    slow
    syntax
    long
    """
    if len(pattern) > PATTERN_LENGTH:
        raise PatternError("long")
    try:
        parsed = sre_parse.parse(pattern, re.IGNORECASE)
    except (re.error, OverflowError, RecursionError) as error:
        raise PatternError("syntax", str(error)) from error
    anchored = len(parsed) and parsed[0] in (
        (sre.AT, sre.AT_BEGINNING),
        (sre.AT, sre.AT_BEGINNING_STRING),
    )
    if _count_ways(parsed, False) * (1 if anchored else SUBJECT_LENGTH) > MAX_WAYS:
        raise PatternError("slow")


def _count_ways(parsed, repeated):
    """Return in how many ways a parsed pattern may divide a subject, roughly.

    :param bool repeated: it stands within a repetition
    """
    ways = 1
    for operator, argument in parsed:
        if operator in (sre.GROUPREF, sre.GROUPREF_EXISTS):
            raise PatternError("slow")
        for inner in _get_inner(operator, argument):
            repeats = operator in _REPEATS
            ways *= _count_ways(inner, repeated or (repeats and argument[1] != 1))
        if operator is sre.BRANCH and repeated:
            raise PatternError("slow")
        if operator in _REPEATS:
            least, most, _inner = argument
            spread = min(int(most), SUBJECT_LENGTH) - min(int(least), SUBJECT_LENGTH)
            if repeated and spread:
                raise PatternError("slow")
            ways *= spread + 1
    return ways


_REPEATS = {sre.MAX_REPEAT, sre.MIN_REPEAT, getattr(sre, "POSSESSIVE_REPEAT", None)}


def _get_inner(operator, argument):
    """Return the parsed patterns within one step of a parsed pattern."""
    if operator in _REPEATS:
        return [argument[2]]
    if operator is sre.BRANCH:
        return argument[1]
    if operator in (sre.SUBPATTERN, sre.ASSERT, sre.ASSERT_NOT):
        return [argument[-1]]
    if operator is getattr(sre, "ATOMIC_GROUP", None):
        return [argument]
    return []


@lru_cache(maxsize=512)
def _compile(pattern):
    try:
        check_pattern(pattern)
    except PatternError:
        return None
    return re.compile(pattern, re.IGNORECASE)


def match_subject(pattern, subject):
    """Return where a pattern is found in a cleaned subject, None if nowhere.

    What is no good pattern is found nowhere.

    >>> match_subject(r"^1\\s*[_.:-]\\s*", "1 _ SIN INTERNET").end()
    4
    >>> match_subject("(a+)+$", "a" * 200)
    """
    compiled = _compile(pattern)
    return compiled and compiled.search(subject[:SUBJECT_LENGTH])


def cut_match(subject, match):
    """Return a subject without what was found in it.

    >>> cut_match("1_SIN INTERNET", match_subject("^1_", "1_SIN INTERNET"))
    'SIN INTERNET'
    """
    return one_line(f"{subject[: match.start()]} {subject[match.end() :]}")
