"""When things happened. The demonstration's own day is 28 June 2024."""

from datetime import UTC, date, datetime, time

from portal.clock import LONDON


def instant(on: date, at: time) -> datetime:
    """An instant of the story, given as London date and time."""
    return datetime.combine(on, at, LONDON).astimezone(UTC)


OPENED = instant(date(2022, 9, 5), time(9, 0))
ENROLLED = instant(date(2022, 10, 20), time(10, 30))
REGISTERED = instant(date(2023, 10, 10), time(8, 45))
ENTERED_WINTER = instant(date(2023, 10, 12), time(11, 15))
ENTERED_SUMMER = instant(date(2024, 2, 19), time(14, 5))
RESULTS_ISSUED = instant(date(2024, 3, 21), time(8, 0))
JOINED = instant(date(2023, 10, 9), time(10, 0))
RELEASED = instant(date(2024, 5, 21), time(15, 10))
UPLOADED = instant(date(2024, 6, 12), time(14, 25))
CORRECTED = instant(date(2024, 6, 20), time(11, 40))
ASKED = instant(date(2024, 6, 27), time(10, 15))
ONSCREEN_LOADED = instant(date(2024, 6, 6), time(16, 0))
ONSCREEN_OUT = instant(date(2024, 6, 10), time(8, 0))
SUMMER_LOADED = instant(date(2024, 6, 27), time(16, 30))
ANSWER_BY = date(2024, 7, 2)


def claimed(on: date) -> datetime:
    """The moment of that day's submission."""
    return instant(on, time(15, 42))
