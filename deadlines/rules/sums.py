"""How a due date comes about, line by line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from deadlines.rules import calendar
from deadlines.rules.ends import end_of
from deadlines.rules.limit import Limit, Unit
from deadlines.rules.limits import row_in_force, rows_of
from deadlines.rules.words import two_days
from portal.web.words import clock_time, day


@dataclass(frozen=True)
class Line:
    """One line of the sum: which day of the count, its date in words, and what happened."""

    day: str
    on: str
    words: str
    last: bool = False


@dataclass(frozen=True)
class Due:
    """A limit counted from a start. `before_first` says that the start lies before the limit's first row."""

    limit: Limit
    nation: str
    started_at: datetime
    starts_on: date
    due_on: date
    due_at: datetime
    before_first: bool


def work_out(*, limit: str, start: datetime, nation: str, row_from: date | None = None) -> Due:
    """The due date of a limit that started at an instant, in a centre's nation.

    `row_from` names the row by its first day, where it was frozen; else the row in force on the day of the start.

    Refused: a limit or nation that is not known, a working day outside the table of bank holidays.
    """
    rows = rows_of(limit)
    calendar.check_nation(nation)
    starts_on = calendar.london_date(start)
    row = row_in_force(rows, on=row_from or starts_on)
    end = end_of(unit=row.unit, days=row.days, nation=nation, start_on=starts_on)
    return Due(
        limit=row,
        nation=nation,
        started_at=start,
        starts_on=starts_on,
        due_on=end.on,
        due_at=end.at,
        before_first=starts_on < row.in_force_from,
    )


def lines(due: Due) -> list[Line]:
    """The sum: day 0, the first day counted, what is skipped or used up on the way, and the last day."""
    zero = f"{due.limit.event}, {clock_time(due.started_at)}. Not counted."
    middle = _working_lines(due) if due.limit.unit is Unit.WORKING else _calendar_lines(due)
    return [Line("Day 0", day(due.starts_on), zero), *middle]


def _closing(due: Due) -> str:
    return f"{'Ours to finish by' if due.limit.ours else 'Open until'} 11:59pm, UK time."


def _calendar_lines(due: Due) -> Iterator[Line]:
    first = due.starts_on + timedelta(days=1)
    yield Line("Day 1", day(first), "Counting starts. Weekends and bank holidays count too.")
    used = 0
    for end in _month_ends(first, due.due_on):
        number = (end - due.starts_on).days
        if end > first:
            yield Line(f"Day {number}", day(end), _used(number - used, end, opening=used == 0))
        used = number
    rest = f"{due.limit.days - used} more days in {due.due_on:%B}. " if used else ""
    yield Line(f"Day {due.limit.days}", day(due.due_on), _plural(rest) + _closing(due), last=True)


def _used(count: int, end: date, *, opening: bool) -> str:
    text = f"{count} days used, all in {end:%B}." if opening else f"{count} more days in {end:%B}."
    return _plural(text)


def _plural(text: str) -> str:
    return text.replace("1 more days", "1 more day", 1) if text.startswith("1 more days") else text


def _month_ends(first: date, before: date) -> Iterator[date]:
    """The last day of every month from a date on, as long as it lies before another."""
    on = first
    while True:
        end = (on.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if end >= before:
            return
        yield end
        on = end + timedelta(days=1)


def _working_lines(due: Due) -> Iterator[Line]:
    on, number = due.starts_on, 0
    while on < due.due_on:
        on += timedelta(days=1)
        if calendar.is_working_day(on, due.nation):
            number += 1
            yield from _working_line(due, on, number)
        else:
            yield from _skipped(due, on)


def _working_line(due: Due, on: date, number: int) -> Iterator[Line]:
    if on == due.due_on:
        yield Line(f"Day {number}", day(on), _closing(due), last=True)
    elif number == 1:
        yield Line("Day 1", day(on), "The next working day: counting starts.")


def _skipped(due: Due, on: date) -> Iterator[Line]:
    """A bank holiday by name; a weekend in one line, told on its Saturday unless the count started that day."""
    name = calendar.holiday_name(on, due.nation)
    if name:
        where = calendar.NATION_NAMES[due.nation]
        yield Line("Skipped", day(on), f"{name}: a bank holiday in {where}.")
    elif on.weekday() == 5:
        yield Line("Skipped", two_days(on, on + timedelta(days=1)), "A weekend.")
    elif on.weekday() == 6 and on - timedelta(days=1) == due.starts_on:
        yield Line("Skipped", day(on), "Still the weekend.")


def steps(due: Due) -> list[str]:
    """The working as sentences: the rule, the sum, and what to know about the row."""
    told = [due.limit.rule]
    if due.before_first:
        told.append(
            f"The start lies before {day(due.limit.in_force_from)}, when the first row of this limit came into "
            "force: the first row is used."
        )
    told += [f"{line.day}, {line.on}: {line.words}" for line in lines(due)]
    told.append(calendar_words(due))
    return told


def calendar_words(due: Due) -> str:
    """Which days were counted."""
    where = calendar.NATION_NAMES[due.nation]
    if due.limit.unit is Unit.WORKING:
        return f"Working days in {where}: no Saturdays, no Sundays, no bank holidays of {where}."
    return "Calendar days, so your nation’s bank holidays make no difference."
