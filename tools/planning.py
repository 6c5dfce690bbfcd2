# Copyright 2026 Helpdesk Service Portal contributors
# License AGPL-3.0 or later (https://www.gnu.org/licenses/agpl).
"""Adding working hours to many moments, with the working time read once."""

from bisect import bisect_left, bisect_right
from datetime import timedelta

import pytz

#: how far is looked at first, and at most (four years of holidays)
FIRST_SPAN = timedelta(days=28)
LONGEST_SPAN = timedelta(days=4 * 365)


def aware(moment):
    """Return a naive UTC moment with its zone."""
    return pytz.utc.localize(moment)


def naive(moment):
    """Return a moment of any zone as naive UTC, in whole seconds.

    Days that end at 24 h end a microsecond early in Odoo's calendars.

    >>> from datetime import datetime
    >>> zone = pytz.timezone("America/Mexico_City")
    >>> naive(zone.localize(datetime(2026, 5, 4, 23, 59, 59, 999999)))
    datetime.datetime(2026, 5, 5, 6, 0)
    """
    moment = moment.astimezone(pytz.utc).replace(tzinfo=None)
    return (moment + timedelta(microseconds=500_000)).replace(microsecond=0)


def plan_hours(hours, starts, get_intervals):
    """Add ``hours`` of working time to each of ``starts``.

    >>> from datetime import datetime
    >>> def nine_to_five(start, stop):
    ...     day, days = start.replace(hour=0, minute=0), []
    ...     while day < stop:
    ...         days.append((day.replace(hour=9), day.replace(hour=17)))
    ...         day += timedelta(days=1)
    ...     return [(max(a, start), min(b, stop)) for a, b in days if b > start]
    >>> start = datetime(2026, 5, 4, 16)
    >>> plan_hours(3, [start], nine_to_five)[start]
    datetime.datetime(2026, 5, 5, 11, 0)
    >>> plan_hours(-8, [start], nine_to_five)[start]
    datetime.datetime(2026, 5, 3, 16, 0)

    Where there is no working time at all, hours are counted around the clock:

    >>> plan_hours(3, [start], lambda start, stop: [])[start]
    datetime.datetime(2026, 5, 4, 19, 0)

    :param float hours: backwards when negative
    :param starts: naive UTC datetimes
    :param get_intervals: gives the sorted (start, stop) of the work between two moments
    :return: {start: datetime}
    """
    if not hours:
        return {start: start for start in starts}
    planned, missing = {}, set(starts)
    span = FIRST_SPAN
    while missing and span <= LONGEST_SPAN:
        first, last = min(missing), max(missing)
        if hours < 0:
            intervals = get_intervals(first - span, last)
        else:
            intervals = get_intervals(first, last + span)
        found = _plan_in(hours, missing, intervals)
        planned |= found
        missing -= found.keys()
        span *= 4
    return planned | {start: start + timedelta(hours=hours) for start in missing}


def _plan_in(hours, starts, intervals):
    """Return {start: moment} of those whose hours end within ``intervals``."""
    begins = [begin for begin, _end in intervals]
    worked = [timedelta()]  # before each interval, and in all
    for begin, end in intervals:
        worked.append(worked[-1] + (end - begin))
    find = bisect_right if hours < 0 else bisect_left
    found = {}
    for start in starts:
        index = bisect_right(begins, start)
        before = worked[index]
        if index:
            before -= max(intervals[index - 1][1] - start, timedelta())
        target = before + timedelta(hours=hours)
        place = find(worked, target) - 1
        if 0 <= place < len(intervals):
            found[start] = begins[place] + (target - worked[place])
    return found
