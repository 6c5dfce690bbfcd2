"""Working hours in words: pure functions on Babel."""

from datetime import datetime, timedelta

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
    to = TO_WORDS.get(locale.language, "–")
    joiner = f" {AND_WORDS.get(locale.language, '&')} "
    hours = {}
    for day, start, end in sorted(set(attendances)):
        span = f"{hour_words(start, lang)}–{hour_words(end, lang)}"
        hours.setdefault(day, []).append(span)
    runs = []  # of days in a row with the same hours: [first, last, hours]
    for day, spans in hours.items():
        if runs and runs[-1][1] == day - 1 and runs[-1][2] == spans:
            runs[-1][1] = day
        else:
            runs.append([day, day, spans])
    return "; ".join(
        f"{names[first]} {joiner.join(spans)}"
        if first == last
        else f"{names[first]} {to} {names[last]} {joiner.join(spans)}"
        for first, last, spans in runs
    )
