"""When a centre must hear that a date cannot be kept."""

from datetime import date

from deadlines.rules import calendar

# Working days before the due date by which the centre is told of a delay. Source: our promise on every case page.
TELL_BEFORE = 3
# Working days before the due date at which the owner is reminded: two are left to find out how long it will take.
FORECAST = 5


def told_in_time(*, due_on: date, today: date, nation: str) -> bool:
    """Whether at least three working days lie between today and the due date, the due date counted."""
    return calendar.working_days_between(after=today, until=due_on, nation=nation) >= TELL_BEFORE


def near_until(*, today: date, nation: str) -> date:
    """The last due date of which its case's owner is reminded today."""
    return calendar.working_due(start_on=today, days=FORECAST, nation=nation)
