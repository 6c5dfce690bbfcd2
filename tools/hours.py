"""Working hours in words: pure functions on Babel."""

from datetime import datetime, timedelta
from itertools import groupby

from babel.dates import get_day_names

from .dates import parse_lang, time_words

TO_WORDS = {"es": "a", "en": "to"}
AND_WORDS = {"es": "y", "en": "and"}
MIDNIGHT = datetime(2000, 1, 1)


def hour_words(hour, lang):
    """An hour of the day.

    >>> hour_words(9.5, "es_MX"), hour_words(17.0, "en_US")
    ('09:30', '5:00 PM')
    """
    return time_words(MIDNIGHT + timedelta(hours=hour), "UTC", lang)


def week_words(attendances, lang):
    """The hours of a week in one sentence.

    :param attendances: (day, from, to) with day 0 for Monday, hours as floats
    :param str lang: language code of the reader

    >>> week_words([(d, 9, 13) for d in range(5)] + [(5, 10, 12)], "es_ES")
    'lunes a viernes 09:00–13:00; sábado 10:00–12:00'
    >>> week_words([(0, 9, 13), (0, 14, 18)], "en_US")
    'Monday 9:00 AM–1:00 PM and 2:00 PM–6:00 PM'
    >>> week_words([(0, 9, 13), (2, 9, 13)], "en_US")
    'Monday 9:00 AM–1:00 PM; Wednesday 9:00 AM–1:00 PM'
    >>> week_words([], "en_US")
    ''
    """
    locale = parse_lang(lang)
    names = get_day_names("wide", locale=locale)
    hours = {}
    for day, start, end in sorted(set(attendances)):
        hours.setdefault(day, []).append(
            f"{hour_words(start, lang)}–{hour_words(end, lang)}"
        )
    parts = []
    joiner = f" {AND_WORDS.get(locale.language, '&')} "
    # days in a row with the same hours: their number minus their rank stays equal
    ranked = enumerate(sorted(hours))
    for (times, _row), group in groupby(
        ranked, key=lambda rank: (joiner.join(hours[rank[1]]), rank[1] - rank[0])
    ):
        days = [day for _rank, day in group]
        if len(days) > 1:
            to = TO_WORDS.get(locale.language, "–")
            parts.append(f"{names[days[0]]} {to} {names[days[-1]]} {times}")
        else:
            parts.append(f"{names[days[0]]} {times}")
    return "; ".join(parts)
