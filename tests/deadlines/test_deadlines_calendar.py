"""Counting days, against vectors worked out by hand and against the `holidays` package by brute force."""

from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deadlines.management.commands.generate_bank_holidays import TABLE, generated
from deadlines.rules import calendar
from deadlines.rules.bank_holiday_source import NATIONS
from deadlines.rules.calendar import (
    calendar_due,
    instant_from,
    last_instant,
    london_date,
    working_day_on_or_before,
    working_days_between,
    working_due,
)
from deadlines.rules.limit import Unit
from deadlines.rules.limits import LIMITS
from portal.errors import Refused

CLOSED = {
    nation: holidays.country_holidays("GB", subdiv=code, years=range(2022, 2037)) for nation, code in NATIONS.items()
}


def is_open(on: date, nation: str) -> bool:
    return on.weekday() < 5 and on not in CLOSED[nation]


def counted_one_by_one(start_on: date, days: int, nation: str) -> date:
    on = start_on
    while days:
        on += timedelta(days=1)
        days -= is_open(on, nation)
    return on


def test_the_committed_table_is_what_the_package_says() -> None:
    assert TABLE.read_text(encoding="utf-8") == generated()


def test_the_table_is_plain_data_and_the_package_is_not_imported() -> None:
    texts = [path.read_text(encoding="utf-8") for path in TABLE.parent.glob("*.py")]
    assert [text for text in texts if "import holidays" in text or "from holidays" in text] == []


@pytest.mark.parametrize(
    ("start_on", "due"),
    [
        (date(2026, 7, 10), {"england": 14, "wales": 14, "scotland": 14, "northern-ireland": 15}),
        (date(2026, 7, 31), {"england": 4, "wales": 4, "scotland": 5, "northern-ireland": 4}),
        (date(2026, 8, 28), {"england": 2, "wales": 2, "scotland": 1, "northern-ireland": 2}),
    ],
)
def test_two_working_days_in_four_nations(start_on: date, due: dict[str, int]) -> None:
    found = {nation: working_due(start_on=start_on, days=2, nation=nation).day for nation in calendar.NATIONS}
    assert found == due


def test_an_appeal_received_before_the_summer_bank_holiday() -> None:
    assert working_due(start_on=date(2025, 8, 22), days=2, nation="england") == date(2025, 8, 27)


@pytest.mark.parametrize("start_on", [date(2024, 6, 28), date(2024, 6, 29), date(2024, 6, 30)])
def test_a_friday_and_the_weekend_after_it_count_alike(start_on: date) -> None:
    assert working_due(start_on=start_on, days=1, nation="england") == date(2024, 7, 1)


@settings(max_examples=400, deadline=None)
@given(
    start_on=st.dates(date(2023, 1, 1), date(2035, 9, 30)),
    nation=st.sampled_from(calendar.NATIONS),
    limit=st.sampled_from(LIMITS),
)
def test_every_limit_on_any_day_in_any_nation(start_on: date, nation: str, limit: object) -> None:
    if limit.unit is Unit.WORKING:
        expected = counted_one_by_one(start_on, limit.days, nation)
        assert working_due(start_on=start_on, days=limit.days, nation=nation) == expected
    else:
        assert calendar_due(start_on=start_on, days=limit.days).toordinal() == start_on.toordinal() + limit.days


@pytest.mark.parametrize("nation", calendar.NATIONS)
def test_every_day_of_thirteen_years_agrees_with_the_package(nation: str) -> None:
    on, differences = date(2023, 1, 1), []
    while on <= date(2035, 12, 31):
        if calendar.is_working_day(on, nation) != is_open(on, nation):
            differences.append(on)
        on += timedelta(days=1)
    assert differences == []


def test_the_comparison_would_notice_a_nation_taken_for_another() -> None:
    """Control: England's table counted against Scotland's holidays differs."""
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    assert [on for on in days if calendar.is_working_day(on, "england") != is_open(on, "scotland")] == [
        date(2026, 1, 2),
        date(2026, 4, 6),
        date(2026, 6, 15),
        date(2026, 8, 3),
        date(2026, 8, 31),
        date(2026, 11, 30),
    ]


@pytest.mark.parametrize(
    ("on", "ends"),
    [
        (date(2024, 7, 5), "2024-07-05T22:59:59.999999+00:00"),
        (date(2026, 10, 24), "2026-10-24T22:59:59.999999+00:00"),
        (date(2026, 10, 25), "2026-10-25T23:59:59.999999+00:00"),
        (date(2026, 3, 28), "2026-03-28T23:59:59.999999+00:00"),
        (date(2026, 3, 29), "2026-03-29T22:59:59.999999+00:00"),
        (date(2024, 2, 29), "2024-02-29T23:59:59.999999+00:00"),
    ],
)
def test_the_last_instant_of_a_day_in_london(on: date, ends: str) -> None:
    assert last_instant(on).isoformat() == ends


def test_days_with_23_and_25_hours_are_days() -> None:
    lengths = [
        last_instant(on) - last_instant(on - timedelta(days=1)) for on in (date(2026, 3, 29), date(2026, 10, 25))
    ]
    assert lengths == [timedelta(hours=23), timedelta(hours=25)]


def test_thirty_days_over_the_autumn_change_are_dates_not_seconds() -> None:
    start = instant_from("2026-10-01T23:30")
    due = calendar_due(start_on=london_date(start), days=30)
    assert due == date(2026, 10, 31)
    # Control: thirty times 24 hours from the same start would still be 31 October in UTC but an hour early in London.
    assert (start + timedelta(days=30)).astimezone(calendar.LONDON).hour == 22


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2024-08-22T16:30", datetime(2024, 8, 22, 15, 30, tzinfo=UTC)),
        ("2024-01-22T16:30", datetime(2024, 1, 22, 16, 30, tzinfo=UTC)),
        ("2024-08-22T16:30+01:00", datetime(2024, 8, 22, 15, 30, tzinfo=UTC)),
        ("2024-08-22T16:30:15.25Z", datetime(2024, 8, 22, 16, 30, 15, 250000, tzinfo=UTC)),
        ("2024-08-22", datetime(2024, 8, 21, 23, 0, tzinfo=UTC)),
        ("2026-10-25T01:30+01:00", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-25T01:30+00:00", datetime(2026, 10, 25, 1, 30, tzinfo=UTC)),
        ("2026-03-29T01:30Z", datetime(2026, 3, 29, 1, 30, tzinfo=UTC)),
        ("2024-08-22T23:30Z", datetime(2024, 8, 22, 23, 30, tzinfo=UTC)),
    ],
)
def test_what_is_written_without_an_offset_is_london_time(text: str, instant: datetime) -> None:
    assert instant_from(text) == instant
    assert instant_from(text).utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("2026-03-29T01:30", "does not exist in London"),
        ("2026-03-29T01:00", "does not exist in London"),
        ("2026-10-25T01:30", "happened twice in London"),
        ("2026-10-25T01:59:59.999999", "happened twice in London"),
        ("2024-02-30T10:00", "is not a date"),
        ("22/08/2024", "is not a date"),
        ("2024-W34-4", "is not a date"),
        ("20240822", "is not a date"),
        ("٢٠٢٤-08-22", "is not a date"),
        ("2024-08-22T24:00", "is not a date"),
        ("2024-08-22T16", "is not a date"),
        ("", "is not a date"),
        ("0001-01-01T00:00+05:00", "too far away"),
        ("9999-12-31T23:59-10:00", "too far away"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_sentence(text: str, fault: str) -> None:
    with pytest.raises(Refused) as refused:
        instant_from(text)
    assert fault in refused.value.message
    assert ("offset" in refused.value.message) == ("London" in fault)


@pytest.mark.parametrize("text", ["2026-03-29T00:59", "2026-03-29T02:00", "2026-10-25T00:59", "2026-10-25T02:00"])
def test_times_beside_the_change_are_read(text: str) -> None:
    assert instant_from(text).astimezone(calendar.LONDON).strftime("%Y-%m-%dT%H:%M") == text


def test_half_past_midnight_in_british_summer_is_already_the_day() -> None:
    assert london_date(instant_from("2024-07-05T23:30Z")) == date(2024, 7, 6)


@pytest.mark.parametrize("start_on", [date(2022, 12, 31), date(2036, 1, 1), date(2035, 12, 28)])
def test_a_working_day_beyond_the_table_is_refused(start_on: date) -> None:
    with pytest.raises(Refused, match="runs from 2023 to 2035"):
        working_due(start_on=start_on, days=2, nation="england")


def test_the_last_working_days_of_the_table_are_counted() -> None:
    assert working_due(start_on=date(2035, 12, 27), days=2, nation="england") == date(2035, 12, 31)


def test_a_calendar_date_off_the_calendar_is_refused() -> None:
    with pytest.raises(Refused, match="too far away"):
        calendar_due(start_on=date(9999, 12, 30), days=10)


def test_an_unknown_nation_is_refused() -> None:
    with pytest.raises(Refused, match="england, wales, scotland, northern-ireland"):
        working_due(start_on=date(2024, 6, 3), days=2, nation="england ")


@pytest.mark.parametrize(
    ("on", "nation", "found"),
    [
        (date(2025, 7, 5), "england", date(2025, 7, 4)),
        (date(2024, 8, 26), "england", date(2024, 8, 23)),
        (date(2024, 8, 26), "scotland", date(2024, 8, 26)),
        (date(2024, 7, 5), "england", date(2024, 7, 5)),
    ],
)
def test_the_working_day_on_or_before(on: date, nation: str, found: date) -> None:
    assert working_day_on_or_before(on, nation) == found


def test_working_days_left() -> None:
    assert working_days_between(after=date(2025, 8, 22), until=date(2025, 8, 27), nation="england") == 2
    assert working_days_between(after=date(2025, 8, 27), until=date(2025, 8, 22), nation="england") == -2
