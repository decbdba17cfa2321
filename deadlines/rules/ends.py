"""On which day a count ends and at which instant, looked up: one table for each length, unit and nation.

A table holds every day of the table of bank holidays as a start. It is made when it is first asked for; the days and
instants in it are shared by all.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from deadlines.rules import calendar
from deadlines.rules.bank_holidays import FIRST_YEAR, LAST_YEAR
from deadlines.rules.limit import Unit


class End(NamedTuple):
    """The last day of a count, and its last instant in UTC."""

    on: date
    at: datetime


def end_of(*, unit: Unit, days: int, nation: str, start_on: date) -> End:
    """The end of one count that starts on a London date. Refused as `calendar` refuses."""
    found = _ends(unit, days, nation).get(start_on)
    return found or _counted(unit, days, nation, start_on)


def ends_of(*, unit: Unit, days: int, nation: str, starts_on: Iterable[date]) -> list[End]:
    """The ends of many counts alike, in the order of their starts. Refused when any of them is."""
    starts = list(starts_on)
    try:
        return list(map(_ends(unit, days, nation).__getitem__, starts))
    except KeyError:
        return [end_of(unit=unit, days=days, nation=nation, start_on=start) for start in starts]


def _counted(unit: Unit, days: int, nation: str, start_on: date) -> End:
    if unit is Unit.WORKING:
        on = calendar.working_due(start_on=start_on, days=days, nation=nation)
    else:
        on = calendar.calendar_due(start_on=start_on, days=days)
    return End(on, calendar.last_instant(on))


def _ends(unit: Unit, days: int, nation: str) -> Mapping[date, End]:
    """Calendar days are the same in every nation, so the nations share a table."""
    return _table(unit, days, calendar.check_nation(nation) if unit is Unit.WORKING else "")


@lru_cache(maxsize=128)
def _table(unit: Unit, days: int, nation: str) -> Mapping[date, End]:
    """Start → end, for every start in the table of bank holidays whose count ends in it."""
    ends = _days()
    if unit is Unit.CALENDAR:
        return {start.on: end for start, end in zip(ends, ends[days:], strict=False)}
    return {ends[place].on: ends[last] for place, last in calendar.working_places(days=days, nation=nation)}


@cache
def _days() -> list[End]:
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    return [End(on, calendar.last_instant(on)) for on in days]
