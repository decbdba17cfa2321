"""Dates and times of day in words, as every page and mail writes them."""

from collections.abc import Sequence
from datetime import date, datetime

from deadlines.rules.calendar import LONDON


def day(on: date) -> str:
    """“Friday 5 July 2024”."""
    return f"{on:%A} {on.day} {on:%B} {on.year}"


def clock_time(at: datetime) -> str:
    """“9:44am”, on a London clock."""
    london = at.astimezone(LONDON)
    return f"{london.hour % 12 or 12}:{london:%M}{'am' if london.hour < 12 else 'pm'}"


def days(count: int, kind: str = "") -> str:
    """“1 day”, “7 days”, “2 working days”."""
    return f"{count} {kind + ' ' if kind else ''}day{'' if count == 1 else 's'}"


def listed(items: Sequence[str]) -> str:
    """“a”, “a and b”, “a, b and c”."""
    return " and ".join(filter(None, [", ".join(items[:-1]), *items[-1:]]))


def two_days(first: date, second: date) -> str:
    """“Saturday 24 and Sunday 25 August 2024”."""
    if (first.year, first.month) != (second.year, second.month):
        return f"{day(first)} and {day(second)}"
    return f"{first:%A} {first.day} and {day(second)}"
