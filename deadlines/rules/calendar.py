"""Counting days in four nations, on London dates, to the last instant of the due date.

Dates are counted, never seconds: two days in every year have 23 and 25 hours.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from deadlines.rules.bank_holidays import FIRST_YEAR, LAST_YEAR, ROWS
from portal.errors import Refused

LONDON = ZoneInfo("Europe/London")
NATIONS = ("england", "wales", "scotland", "northern-ireland")
NATION_NAMES = dict(zip(NATIONS, ("England", "Wales", "Scotland", "Northern Ireland"), strict=True))

_LAST_INSTANT = time(23, 59, 59, 999999)
_FIRST = date(FIRST_YEAR, 1, 1).toordinal()
_LAST = date(LAST_YEAR, 12, 31).toordinal()
_HOLIDAYS = {
    nation: {date.fromisoformat(on): name for on, name, nations in ROWS if nation in nations} for nation in NATIONS
}
_WRITTEN = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:?\d{2})?)?", re.ASCII)


def _open_on(ordinal: int, nation: str) -> bool:
    on = date.fromordinal(ordinal)
    return on.weekday() < 5 and on not in _HOLIDAYS[nation]


# Per nation: every working day of the table in order, and for every day how many working days lie on or before it.
_WORKING = {nation: [day for day in range(_FIRST, _LAST + 1) if _open_on(day, nation)] for nation in NATIONS}
_COUNT = {
    nation: list(accumulate(int(_open_on(day, nation)) for day in range(_FIRST, _LAST + 1))) for nation in NATIONS
}


def check_nation(nation: str) -> str:
    """The nation as given, or a refusal that lists the four."""
    if nation not in NATIONS:
        raise Refused(f"“{nation}” is not a nation we know. Use one of: {', '.join(NATIONS)}.", code="nation")
    return nation


def instant_from(text: str) -> datetime:
    """The UTC instant of a written date or date and time; without an offset it is London time.

    Refuses what is not a date, and London times that do not exist or exist twice (when the clocks change).
    """
    read = _read(text)
    if read.tzinfo is None:
        read = _in_london(read, text)
    try:
        return read.astimezone(UTC)
    except OverflowError:
        raise Refused(f"“{text}” is too far away to count from.", code="start", field="from") from None


def _read(text: str) -> datetime:
    try:
        if _WRITTEN.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise Refused(
        f"“{text}” is not a date and time we can read. Write it like 2024-08-22T16:30 or 2024-08-22T16:30+01:00.",
        code="start",
        field="from",
    )


def _in_london(naive: datetime, text: str) -> datetime:
    """London's reading of a wall-clock time. The two folds disagree only where the clocks change."""
    first, second = (naive.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    # In the gap the fold-0 reading has the smaller offset of the two; in the repeated hour the larger.
    gap = (first.utcoffset() or timedelta()) < (second.utcoffset() or timedelta())
    fault = (
        "does not exist in London: the clocks went forward" if gap else "happened twice in London: the clocks went back"
    )
    raise Refused(
        f"{text} {fault}. Say which instant you mean by adding an offset: +00:00 for GMT, +01:00 for summer time.",
        code="start",
        field="from",
    )


def london_date(at: datetime) -> date:
    """The Europe/London calendar date of an instant."""
    return at.astimezone(LONDON).date()


@lru_cache(maxsize=8192)
def last_instant(on: date) -> datetime:
    """The end of a day in London, 23:59:59.999999, in UTC."""
    return datetime.combine(on, _LAST_INSTANT, tzinfo=LONDON).astimezone(UTC)


def calendar_due(*, start_on: date, days: int) -> date:
    """Day `days` after day 0, every day counted."""
    try:
        return start_on + timedelta(days=days)
    except OverflowError:
        raise Refused(f"{days} days after {start_on} is too far away to count.", code="start", field="from") from None


def working_due(*, start_on: date, days: int, nation: str) -> date:
    """Working day `days` after day 0; the count begins with the next working day after day 0."""
    position = _place(start_on, nation) + days - 1
    working = _WORKING[nation]
    if position >= len(working):
        _refuse_beyond(start_on)
    return date.fromordinal(working[position])


def working_places(*, days: int, nation: str) -> Iterator[tuple[int, int]]:
    """For every start that `working_due` can count from: its place in the table of bank holidays and that of its end.

    Places are numbered from 0, the first day of the table.
    """
    working = _WORKING[check_nation(nation)]
    for place, before in enumerate(_COUNT[nation]):
        if 0 <= before + days - 1 < len(working):
            yield place, working[before + days - 1] - _FIRST


def is_working_day(on: date, nation: str) -> bool:
    """Whether schools and offices of the nation are open: no weekend, no bank holiday."""
    _check_in_table(on)
    return _open_on(on.toordinal(), nation)


def working_day_on_or_before(on: date, nation: str) -> date:
    """The day itself when it is a working day, else the last working day before it."""
    place = _place(on, nation)
    if place == 0:
        _refuse_beyond(on)
    return date.fromordinal(_WORKING[nation][place - 1])


def working_days_between(*, after: date, until: date, nation: str) -> int:
    """How many working days lie after one date, up to and with another. Negative when they are the other way round."""
    return _place(until, nation) - _place(after, nation)


def holiday_name(on: date, nation: str) -> str:
    """The bank holiday's name, or nothing."""
    return _HOLIDAYS[nation].get(on, "")


def in_table(on: date) -> bool:
    """Whether the table of bank holidays knows the date."""
    return FIRST_YEAR <= on.year <= LAST_YEAR


def _place(on: date, nation: str) -> int:
    _check_in_table(on)
    return _COUNT[check_nation(nation)][on.toordinal() - _FIRST]


def _check_in_table(on: date) -> None:
    if not in_table(on):
        _refuse_beyond(on)


def _refuse_beyond(on: date) -> None:
    raise Refused(
        f"Working days around {on.isoformat()} cannot be counted: our table of bank holidays runs from "
        f"{FIRST_YEAR} to {LAST_YEAR}.",
        code="beyond_table",
        field="from",
    )
