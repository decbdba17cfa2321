"""Dates, times, counts and lists as people read them: British, in full, on a London clock."""

from collections.abc import Iterable
from datetime import date, datetime

from portal import clock

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def _london_day(when: date) -> date:
    return clock.london_date(when) if isinstance(when, datetime) else when


def day(when: date) -> str:
    """ "Friday 5 July 2024". An instant counts as its London date."""
    on = _london_day(when)
    return f"{day_short(on)} {on.year}"


def day_short(when: date) -> str:
    """ "Friday 5 July": for lists of one summer. The weekday never goes."""
    on = _london_day(when)
    return f"{_WEEKDAYS[on.weekday()]} {on.day} {_MONTHS[on.month - 1]}"


def day_plain(when: date) -> str:
    """ "5 July 2024": for columns of dates and sentences that have named the weekday already."""
    on = _london_day(when)
    return f"{on.day} {_MONTHS[on.month - 1]} {on.year}"


def clock_time(at: datetime) -> str:
    """ "9:44am", "11:59pm"; a full hour drops its noughts: "9am", "12pm". London time of an aware instant."""
    local = clock.london(at)
    half = "am" if local.hour < 12 else "pm"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{local.hour % 12 or 12}{minutes}{half}"


def moment(at: datetime) -> str:
    """ "Friday 28 June 2024, 9:44am"."""
    return f"{day(at)}, {clock_time(at)}"


def moment_short(at: datetime) -> str:
    """ "Friday 28 June, 9:44am": for threads and timelines."""
    return f"{day_short(at)}, {clock_time(at)}"


def count(number: int, noun: str, plural: str = "") -> str:
    """ "1 learner", "34 learners", "1,204 entries"; give the plural where spelling alone does not make it."""
    return f"{number:,} {noun if number == 1 else plural or _plural(noun)}"


def _plural(noun: str) -> str:
    """ "learners", "entries", "days"."""
    return f"{noun[:-1]}ies" if noun.endswith("y") and noun[-2:-1] not in "aeiou" else f"{noun}s"


def listed(words: Iterable[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    parts = list(words)
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"
