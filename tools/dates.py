# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Dates, times and sizes in words a customer reads: pure functions on Babel.

A deadline is never digits only: its day is said in words and its zone by city, the same
for every kind of Spanish. ``moment`` is a naive UTC datetime, as Odoo stores them;
``zone`` an Olson name; ``lang`` an Odoo language code.
"""

from datetime import date, time, timedelta, timezone
from functools import lru_cache

import pytz
from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_skeleton,
    format_time,
    format_timedelta,
    get_timezone_location,
)
from babel.numbers import format_decimal

#: language -> day with its name, day in short, time
PATTERNS = {
    "es": ("EEEE d 'de' MMMM 'de' y", "d MMM y", "HH:mm"),
    "en": ("EEEE, MMMM d, y", "MMM d, y", "h:mm a"),
}
ZONE_PATTERNS = {"es": "hora de {city}", "en": "{city} time"}
FALLBACK_PATTERN = ("EEEE d MMMM y", "d MMM y", "HH:mm")
RELATIVE_DAYS = 7


@lru_cache(maxsize=64)  # a list asks for it a thousand times
def parse_lang(lang):
    """The Babel locale of an Odoo language code; English when there is none.

    >>> parse_lang("es_419").language, parse_lang("sr@latin").language
    ('es', 'sr')
    >>> parse_lang("klingon").language, parse_lang(None).language
    ('en', 'en')
    """
    try:
        return Locale.parse((lang or "en_US").split("@")[0])
    except (UnknownLocaleError, ValueError):
        return Locale("en", "US")


def parse_zone(zone):
    """The pytz zone of an Olson name; UTC when there is none of that name.

    >>> str(parse_zone("America/Bahia_Banderas")), str(parse_zone("Atlantis"))
    ('America/Bahia_Banderas', 'UTC')
    """
    try:
        return pytz.timezone(zone or "UTC")
    except pytz.UnknownTimeZoneError:
        return pytz.utc


def first_zone(*zones, default="UTC"):
    """The first zone that is known: person's, location's, customer's, ours.

    >>> first_zone(False, "Atlantis", "America/Cancun", "Europe/Madrid")
    'America/Cancun'
    >>> first_zone(None, False)
    'UTC'
    """
    for zone in zones:
        if zone and zone in pytz.all_timezones_set:
            return zone
    return default


def to_local(moment, zone):
    """A stored moment as a local, aware one."""
    return moment.replace(tzinfo=timezone.utc).astimezone(parse_zone(zone))


def zone_city(zone, locale):
    """The city of a pytz zone, without the country that some zones have before it.

    CLDR knows these by the name they had before.

    >>> zone_city(parse_zone("America/Argentina/Cordoba"), parse_lang("es_AR"))
    'Córdoba'
    """
    city = get_timezone_location(zone, locale=locale, return_city=True)
    if "/" not in city:
        return city
    city = city.rsplit("/", 1)[-1]
    former = f"America/{city.replace(' ', '_')}"
    return locale.time_zones.get(former, {}).get("city", city)


@lru_cache(maxsize=512)
def zone_words(zone, lang):
    """A zone by its city.

    >>> zone_words("America/Bahia_Banderas", "es_MX")
    'hora de Bahía de Banderas'
    >>> zone_words("America/Bahia_Banderas", "en_US")
    'Bahía de Banderas time'
    >>> zone_words("America/Argentina/Buenos_Aires", "es_AR")
    'hora de Buenos Aires'
    >>> zone_words("UTC", "es_ES")
    'UTC'
    """
    zone = parse_zone(zone)
    if zone is pytz.utc:
        return "UTC"
    locale = parse_lang(lang)
    city = zone_city(zone, locale)
    return ZONE_PATTERNS.get(locale.language, "{city}").format(city=city)


def _format_day(moment, zone, lang, pattern):
    return _format(to_local(moment, zone).date(), lang, pattern)


@lru_cache(maxsize=4096)
def _format(value, lang, pattern):
    """A day or a time of day; lists say the same ones again and again."""
    form = format_date if isinstance(value, date) else format_time
    return form(value, pattern, locale=parse_lang(lang)).replace("\u202f", " ")


def _patterns(lang):
    return PATTERNS.get(parse_lang(lang).language, FALLBACK_PATTERN)


def day_words(moment, zone, lang):
    """A day with its name.

    >>> from datetime import datetime
    >>> day_words(datetime(2026, 11, 28, 0, 0), "America/Bahia_Banderas", "es_419")
    'viernes 27 de noviembre de 2026'
    """
    return _format_day(moment, zone, lang, _patterns(lang)[0])


def short_day(moment, zone, lang):
    """A day for lists.

    >>> from datetime import datetime
    >>> short_day(datetime(2026, 11, 28, 0, 0), "America/Bahia_Banderas", "es_AR")
    '27 nov 2026'
    """
    return _format_day(moment, zone, lang, _patterns(lang)[1]).replace(".", "")


def time_words(moment, zone, lang):
    """A time of day: 24 hours in Spanish, 12 in English, never seconds.

    >>> from datetime import datetime
    >>> time_words(datetime(2026, 11, 28, 0, 5), "America/Bahia_Banderas", "es_MX")
    '18:05'
    >>> time_words(datetime(2026, 11, 28, 0, 5), "America/Bahia_Banderas", "en_US")
    '6:05 PM'
    """
    local = to_local(moment, zone)
    return _format(time(local.hour, local.minute), lang, _patterns(lang)[2])


def moment_words(moment, zone, lang):
    """Day and time in words, without the zone.

    >>> from datetime import datetime
    >>> moment_words(datetime(2026, 11, 28), "America/Bahia_Banderas", "en_US")
    'Friday, November 27, 2026, 6:00 PM'
    """
    return f"{day_words(moment, zone, lang)}, {time_words(moment, zone, lang)}"


def deadline_words(moment, zone, lang):
    """A deadline: day, time and zone in words.

    >>> from datetime import datetime
    >>> deadline_words(datetime(2026, 11, 28), "America/Bahia_Banderas", "es_PA")
    'viernes 27 de noviembre de 2026, 18:00 (hora de Bahía de Banderas)'
    >>> deadline_words(datetime(2026, 11, 28), "America/Bahia_Banderas", "en_US")
    'Friday, November 27, 2026, 6:00 PM (Bahía de Banderas time)'
    """
    return f"{moment_words(moment, zone, lang)} ({zone_words(zone, lang)})"


def days_apart(moment, now, zone):
    """Calendar days from now to the moment, as lived in that zone.

    >>> from datetime import datetime
    >>> now = datetime(2026, 11, 28, 2)  # still the 27th at the hotel
    >>> days_apart(datetime(2026, 11, 28, 9), now, "America/Bahia_Banderas")
    1
    """
    return (to_local(moment, zone).date() - to_local(now, zone).date()).days


def add_days(moment, days, zone):
    """Days later at the same hour of that place, whatever daylight saving does.

    >>> from datetime import datetime
    >>> add_days(datetime(2026, 10, 23, 16), 5, "Europe/Madrid")  # 18:00 in summer
    datetime.datetime(2026, 10, 28, 17, 0)
    """
    there = parse_zone(zone)
    local = to_local(moment, zone).replace(tzinfo=None) + timedelta(days=days)
    later = there.normalize(there.localize(local))
    return later.astimezone(timezone.utc).replace(tzinfo=None)


def next_hour(moment, zone, hour):
    """The next moment at which clocks of that place show a full hour.

    >>> from datetime import datetime
    >>> next_hour(datetime(2026, 11, 22, 13, 59), "America/Mexico_City", 8)
    datetime.datetime(2026, 11, 22, 14, 0)
    >>> next_hour(datetime(2026, 11, 22, 14), "America/Mexico_City", 8)
    datetime.datetime(2026, 11, 23, 14, 0)
    """
    there = parse_zone(zone)
    local = to_local(moment, zone).replace(tzinfo=None)
    later = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    if later <= local:
        later += timedelta(days=1)
    later = there.normalize(there.localize(later))
    return later.astimezone(timezone.utc).replace(tzinfo=None)


def relative_words(moment, now, zone, lang):
    """How long ago, for lists; a date from the seventh day on.

    >>> from datetime import datetime
    >>> now = datetime(2026, 11, 28, 12)
    >>> relative_words(datetime(2026, 11, 28, 9, 50), now, "UTC", "es_MX")
    'hace 2 h'
    >>> relative_words(datetime(2026, 11, 25, 12), now, "UTC", "en_US")
    '3 days ago'
    >>> relative_words(datetime(2026, 11, 20, 12), now, "UTC", "es_ES")
    '20 nov 2026'
    >>> relative_words(now, now, "UTC", "es_ES")
    'hace 1 min'
    """
    past = now - moment
    if past >= timedelta(days=RELATIVE_DAYS) or past < timedelta(minutes=-1):
        return short_day(moment, zone, lang)
    # whole units, rounded down: "2 h ago" until the third hour is complete
    minutes = max(1, int(past.total_seconds() // 60))
    if minutes >= 1440:
        past = timedelta(days=minutes // 1440)
    elif minutes >= 60:
        past = timedelta(hours=minutes // 60)
    else:
        past = timedelta(minutes=minutes)
    return _format_past(past, lang)


@lru_cache(maxsize=1024)
def _format_past(past, lang):
    words = format_timedelta(
        -past, add_direction=True, format="short", locale=parse_lang(lang), threshold=1
    )
    return words.replace("\xa0", " ").replace(".", "")


def duration_words(seconds, lang):
    """How long something took, in its largest whole unit up to days.

    >>> duration_words(6 * 86400 + 3600, "es_MX"), duration_words(7200, "en_US")
    ('6 días', '2 hours')
    >>> duration_words(26 * 3600, "es_ES"), duration_words(5 * 60, "es_ES")
    ('26 horas', '5 minutos')
    """
    unit, length = _duration_unit(seconds)
    whole = timedelta(seconds=round(seconds / length) * length)
    return format_timedelta(
        whole, granularity=unit, threshold=1000, locale=parse_lang(lang)
    )


def short_duration(seconds):
    """The same where there is little room; the letters are those of every language.

    >>> short_duration(2 * 86400), short_duration(5 * 3600), short_duration(60)
    ('2 d', '5 h', '1 min')
    """
    unit, length = _duration_unit(seconds)
    return f"{round(seconds / length)} {unit[0] if unit != 'minute' else 'min'}"


def _duration_unit(seconds):
    if seconds >= 47.5 * 3600:
        return "day", 86400
    if seconds >= 59.5 * 60:
        return "hour", 3600
    return "minute", 60


def size_words(size, lang):
    """The size of a file, one digit after the comma from a megabyte on.

    >>> size_words(2_516_582, "es_ES"), size_words(2_516_582, "en_US")
    ('2,4 MB', '2.4 MB')
    >>> size_words(700, "es_ES"), size_words(15_000, "es_ES")
    ('1 kB', '15 kB')
    """
    if size >= 1024 * 1024:
        number = format_decimal(
            size / 1024 / 1024, format="#,##0.#", locale=parse_lang(lang)
        )
        return f"{number} MB"
    return f"{max(1, round(size / 1024))} kB"


def spreadsheet_format(pattern):
    """Return a pattern of ``strftime`` as spreadsheets write it.

    >>> spreadsheet_format("%d/%m/%Y %H:%M"), spreadsheet_format("%m-%d-%y")
    ('dd/mm/yyyy hh:mm', 'mm-dd-yy')
    """
    parts = {
        "%d": "dd",
        "%m": "mm",
        "%Y": "yyyy",
        "%y": "yy",
        "%b": "mmm",
        "%B": "mmmm",
        "%H": "hh",
        "%M": "mm",
    }
    for code, words in parts.items():
        pattern = pattern.replace(code, words)
    return pattern


def month_words(moment, lang):
    """Return a month in words.

    >>> from datetime import datetime
    >>> month_words(datetime(2026, 10, 1), "es_MX")
    'octubre de 2026'
    >>> month_words(datetime(2026, 10, 1), "en_US")
    'October 2026'
    """
    return format_skeleton("yMMMM", moment, locale=parse_lang(lang))
