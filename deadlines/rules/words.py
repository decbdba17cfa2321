"""Counts of days and pairs of dates in words; `portal.web.words` has the rest."""

from datetime import date

from portal.web.words import day


def days(count: int, kind: str = "") -> str:
    """“1 day”, “7 days”, “2 working days”."""
    return f"{count} {kind + ' ' if kind else ''}day{'' if count == 1 else 's'}"


def two_days(first: date, second: date) -> str:
    """“Saturday 24 and Sunday 25 August 2024”."""
    if (first.year, first.month) != (second.year, second.month):
        return f"{day(first)} and {day(second)}"
    return f"{first:%A} {first.day} and {day(second)}"
