"""The tables of ends against the count of each single day."""

from datetime import date, timedelta
from itertools import product

import pytest

from deadlines.rules import calendar
from deadlines.rules.ends import End, end_of, ends_of
from deadlines.rules.limit import Unit
from deadlines.rules.limits import LIMITS
from portal.errors import Refused

LENGTHS = sorted({(limit.unit, limit.days) for limit in LIMITS})
STARTS = [date(2023, 1, 1) + timedelta(days=number) for number in range((date(2035, 9, 1) - date(2023, 1, 1)).days)]


def counted(unit: Unit, days: int, nation: str, start_on: date) -> End:
    if unit is Unit.WORKING:
        on = calendar.working_due(start_on=start_on, days=days, nation=nation)
    else:
        on = start_on + timedelta(days=days)
    return End(on, calendar.last_instant(on))


@pytest.mark.parametrize(("length", "nation"), [*product(LENGTHS, calendar.NATIONS)])
def test_every_limit_from_every_day_ends_where_the_count_does(length: tuple[Unit, int], nation: str) -> None:
    unit, days = length
    found = ends_of(unit=unit, days=days, nation=nation, starts_on=STARTS)
    assert found == [counted(unit, days, nation, start_on) for start_on in STARTS]


def test_the_comparison_would_notice_another_nation() -> None:
    """Control."""
    scottish = ends_of(unit=Unit.WORKING, days=2, nation="scotland", starts_on=STARTS)
    assert scottish != [counted(Unit.WORKING, 2, "england", start_on) for start_on in STARTS]


def test_calendar_days_go_on_beyond_the_table_of_bank_holidays() -> None:
    starts = [date(2035, 12, 31), date(2022, 5, 1), date(2030, 5, 1)]
    found = ends_of(unit=Unit.CALENDAR, days=10, nation="england", starts_on=starts)
    assert [end.on for end in found] == [date(2036, 1, 10), date(2022, 5, 11), date(2030, 5, 11)]


@pytest.mark.parametrize("start_on", [date(2022, 12, 31), date(2035, 12, 28), date(2036, 1, 1)])
def test_working_days_beyond_the_table_are_refused_one_and_all(start_on: date) -> None:
    with pytest.raises(Refused, match="runs from 2023 to 2035"):
        end_of(unit=Unit.WORKING, days=2, nation="england", start_on=start_on)
    with pytest.raises(Refused, match="runs from 2023 to 2035"):
        ends_of(unit=Unit.WORKING, days=2, nation="england", starts_on=[date(2024, 5, 1), start_on])
