"""P5: due dates of very many cases, by calendar and by working days, in four nations, to the last instant in UTC."""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib import import_module
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from deadlines.rules.bank_holiday_source import NATIONS
from deadlines.rules.bank_holidays import ROWS
from deadlines.rules.ends import End, ends_of
from deadlines.rules.limit import Limit, Unit
from deadlines.rules.limits import LIMITS
from tests.bench.figures import Figure, Section, Target, Workload, absent, figure
from tests.bench.rounds import Answer, Side, alternate
from tests.bench.sizes import Size

SUBJECT = "tables of ends"
NUMPY, NUMPY_DATES = "numpy, arrays in and out", "numpy, to and from dates"
HOLIDAYS, WORKALENDAR = "holidays, day by day", "workalendar add_working_days"
PLAIN = "timedelta, case by case"
_WORKING_DAYS = {
    NUMPY: ("numpy", Target(moonshot=1.0, at_least=False)),
    NUMPY_DATES: ("numpy", Target(at_least=False)),
    HOLIDAYS: ("holidays", Target(must=50, moonshot=400)),
    WORKALENDAR: ("workalendar", Target()),
}
_CALENDAR_DAYS = {NUMPY: ("numpy", Target(at_least=False)), PLAIN: ("datetime", Target())}
_FIRST, _SPAN = date(2023, 9, 1), 1_000
# The slowest reference does every tenth case.
_NTH = 10
_LONDON = ZoneInfo("Europe/London")


class Batch(NamedTuple):
    """Cases under one limit in one nation."""

    limit: Limit
    nation: str
    starts_on: list[date]


def batches(count: int, unit: Unit) -> list[Batch]:
    """The same cases in every run: any limit of a unit, any nation, any day of about three years."""
    chance = random.Random(count)
    limits = [limit for limit in LIMITS if limit.unit is unit]
    groups: dict[tuple[int, str], list[date]] = defaultdict(list)
    for _ in range(count):
        place = chance.randrange(len(limits)), chance.choice(list(NATIONS))
        groups[place].append(_FIRST + timedelta(days=chance.randrange(_SPAN)))
    return [Batch(limits[number], nation, starts) for (number, nation), starts in sorted(groups.items())]


def run(size: Size) -> Section:
    working, counted = _compare(size, Unit.WORKING, _WORKING_DAYS)
    plain, added = _compare(size, Unit.CALENDAR, _CALENDAR_DAYS)
    return Section(
        code="P5",
        title=WORKLOAD.title,
        compared=(
            f"{size.due_dates:,} cases under the limits of docs/limits.md that count working days, in four nations, "
            "and as many under those that count calendar days. The tables give the due date and its last instant in "
            "UTC; the references give the date only; workalendar does every tenth case and is scaled. All are handed "
            "the starts of one limit and nation together, as a sweep would. The tables are made in a first round that "
            "is not counted, and so are the references’ own."
        ),
        bound=(
            "one look-up by date a case: the tables of many limits together are larger than the processor’s nearest "
            "cache. A calendar day is one addition, which numpy does for a whole array at once."
        ),
        figures=(*working, *plain),
        answers=(("due dates, working days", counted), ("due dates, calendar days", added)),
    )


def _compare(size: Size, unit: Unit, targets: dict[str, tuple[str, Target]]) -> tuple[list[Figure], Answer]:
    cases = batches(size.due_dates, unit)
    sides, missing = [_subject(cases)], {}
    for name, (package, _) in targets.items():
        try:
            sides.append(_REFERENCES[name](import_module(package), cases))
        except ImportError:
            missing[name] = f"{package} is not installed"
    measured = alternate(sides, rounds=size.rounds)
    subject = f"{unit.value} days"
    figures = [
        absent(subject=subject, reference=name, target=target, why=missing[name])
        if name in missing
        else figure(measured, subject=SUBJECT, reference=name, target=target, shown=subject)
        for name, (_, target) in targets.items()
    ]
    return figures, measured.answers["due dates"]


def _subject(cases: list[Batch]) -> Side:
    def work() -> list[list[End]]:
        return [
            ends_of(unit=limit.unit, days=limit.days, nation=nation, starts_on=starts)
            for limit, nation, starts in cases
        ]

    def answers(found: list[list[End]]) -> dict[str, Answer]:
        _check_instants(end for ends in found for end in ends)
        return _answer([[end.on for end in ends] for ends in found])

    return Side(SUBJECT, work, answers)


def _check_instants(ends: Iterable[End]) -> None:
    """Every instant, worked out again by the zone's own rules."""
    for end in set(ends):
        expected = datetime.combine(end.on, time.max, tzinfo=_LONDON).astimezone(UTC)
        assert end.at == expected, end


def _answer(found: list[list[date]]) -> dict[str, Answer]:
    return {"due dates": Answer.of(on for ends in found for on in ends), **_sampled(ends[::_NTH] for ends in found)}


def _sampled(found: Iterable[list[date]]) -> dict[str, Answer]:
    return {"every tenth": Answer.of(on for ends in found for on in ends)}


def _numpy_calendars(numpy: Any) -> dict[str, Any]:
    return {
        nation: numpy.busdaycalendar(holidays=[on for on, _, nations in ROWS if nation in nations])
        for nation in NATIONS
    }


def _numpy_ends(numpy: Any, calendars: dict[str, Any], batch: Batch, starts: Any) -> Any:
    if batch.limit.unit is Unit.CALENDAR:
        return starts + numpy.timedelta64(batch.limit.days, "D")
    return numpy.busday_offset(starts, batch.limit.days, roll="backward", busdaycal=calendars[batch.nation])


def _numpy_arrays(numpy: Any, cases: list[Batch]) -> Side:
    calendars = _numpy_calendars(numpy)
    arrays = [numpy.array(batch.starts_on, dtype="datetime64[D]") for batch in cases]

    def work() -> list[Any]:
        return [_numpy_ends(numpy, calendars, batch, starts) for batch, starts in zip(cases, arrays, strict=True)]

    return Side(NUMPY, work, lambda found: _answer([ends.tolist() for ends in found]))


def _numpy_dates(numpy: Any, cases: list[Batch]) -> Side:
    calendars = _numpy_calendars(numpy)

    def work() -> list[list[date]]:
        return [
            _numpy_ends(numpy, calendars, batch, numpy.array(batch.starts_on, dtype="datetime64[D]")).tolist()
            for batch in cases
        ]

    return Side(NUMPY_DATES, work, _answer)


def _day_by_day(holidays: Any, cases: list[Batch]) -> Side:
    years = range(2022, 2037)
    closed = {nation: holidays.country_holidays("GB", subdiv=code, years=years) for nation, code in NATIONS.items()}

    def due(limit: Limit, nation: str, on: date) -> date:
        for _ in range(limit.days):
            on += timedelta(days=1)
            while on.weekday() > 4 or on in closed[nation]:
                on += timedelta(days=1)
        return on

    return _one_by_one(HOLIDAYS, due, cases)


def _workalendar(workalendar: Any, cases: list[Batch]) -> Side:
    """Its own list of bank holidays lacks some of ours, so it is given ours: the counting is compared, not the list."""
    made = {nation: _calendar_with(_holidays_of(nation)) for nation in NATIONS}

    def due(limit: Limit, nation: str, on: date) -> date:
        return made[nation].add_working_days(on, limit.days)

    sample = [batch._replace(starts_on=batch.starts_on[::_NTH]) for batch in cases]
    share = sum(len(batch.starts_on) for batch in sample) / sum(len(batch.starts_on) for batch in cases)
    return replace(_one_by_one(WORKALENDAR, due, sample), answers=_sampled, share=share)


def _holidays_of(nation: str) -> dict[int, list[tuple[date, str]]]:
    years: dict[int, list[tuple[date, str]]] = defaultdict(list)
    for text, name, nations in ROWS:
        if nation in nations:
            on = date.fromisoformat(text)
            years[on.year].append((on, name))
    return years


def _calendar_with(years: dict[int, list[tuple[date, str]]]) -> Any:
    core = import_module("workalendar.core")

    class Given(core.WesternCalendar):  # type: ignore[name-defined, misc]
        def get_calendar_holidays(self, year: int) -> list[tuple[date, str]]:
            return years[year]

    return Given()


def _one_by_one(name: str, due: Callable[[Limit, str, date], date], cases: list[Batch]) -> Side:
    def work() -> list[list[date]]:
        return [[due(limit, nation, on) for on in starts] for limit, nation, starts in cases]

    return Side(name, work, _answer)


def _plain(_: Any, cases: list[Batch]) -> Side:
    return Side(
        PLAIN, lambda: [[on + timedelta(days=batch.limit.days) for on in batch.starts_on] for batch in cases], _answer
    )


_REFERENCES: dict[str, Callable[[Any, list[Batch]], Side]] = {
    NUMPY: _numpy_arrays,
    NUMPY_DATES: _numpy_dates,
    HOLIDAYS: _day_by_day,
    WORKALENDAR: _workalendar,
    PLAIN: _plain,
}
WORKLOAD = Workload("P5", "Due dates to the instant", run, needs_rows=False)
