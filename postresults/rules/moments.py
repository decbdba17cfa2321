"""At what time of a results day results come out, and how long before centres have them."""

from datetime import UTC, date, datetime, time, timedelta

from portal.clock import LONDON

OUT = time(8, 0)
CENTRES_BEFORE = timedelta(days=1)


def moments_of(results_day: date) -> tuple[datetime, datetime]:
    """To centres and to candidates: eight in the morning, London time, of the day before and of the day.

    The hour is the usual one of the summer series, recalled and not read in a source.
    """
    return _at(results_day - CENTRES_BEFORE), _at(results_day)


def _at(on: date) -> datetime:
    return datetime.combine(on, OUT, LONDON).astimezone(UTC)
