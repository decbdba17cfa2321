from datetime import UTC, date, datetime

import pytest

from portal.web import words

FRIDAY = date(2024, 7, 5)


def test_days_are_said_in_full():
    assert words.day(FRIDAY) == "Friday 5 July 2024"
    assert words.day_short(FRIDAY) == "Friday 5 July"
    assert words.day_plain(FRIDAY) == "5 July 2024"


def test_an_instant_counts_as_its_london_day():
    half_past_midnight_in_london = datetime(2024, 7, 4, 23, 30, tzinfo=UTC)
    assert words.day(half_past_midnight_in_london) == "Friday 5 July 2024"


@pytest.mark.parametrize(
    ("utc", "said"),
    [
        ((2024, 6, 28, 8, 44), "9:44am"),
        ((2024, 7, 5, 22, 59), "11:59pm"),
        ((2024, 6, 28, 11, 0), "12pm"),
        ((2024, 6, 28, 11, 5), "12:05pm"),
        ((2024, 6, 27, 23, 1), "12:01am"),
        ((2024, 1, 15, 9, 0), "9am"),
    ],
)
def test_times_are_london_times(utc, said):
    assert words.clock_time(datetime(*utc, tzinfo=UTC)) == said


def test_moments():
    at = datetime(2024, 6, 28, 8, 44, tzinfo=UTC)
    assert words.moment(at) == "Friday 28 June 2024, 9:44am"
    assert words.moment_short(at) == "Friday 28 June, 9:44am"


def test_counts_agree_with_their_noun():
    assert [words.count(number, "learner") for number in (0, 1, 34, 1204)] == [
        "0 learners",
        "1 learner",
        "34 learners",
        "1,204 learners",
    ]
    assert words.count(2, "query", "queries") == "2 queries"
    assert [words.count(4000, noun) for noun in ("entry", "day")] == ["4,000 entries", "4,000 days"]


def test_lists():
    assert [words.listed(parts) for parts in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]
