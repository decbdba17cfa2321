"""What stands beside a due date: how long there is left, and how pressing that is."""

from datetime import date

from deadlines.rules import calendar, words
from deadlines.rules.limit import Unit

# Seven days or fewer ask for attention.
SOON = 7


def due_label(*, due_on: date, today: date, unit: Unit = Unit.CALENDAR, nation: str = "england") -> tuple[str, str]:
    """(label, tone) of a due date seen on a London date; limits in working days count those.

    Where the table of bank holidays does not reach, days are counted by the calendar.
    """
    if due_on == today:
        return "Today, until 11:59pm", "soon"
    working = unit is Unit.WORKING and calendar.in_table(due_on) and calendar.in_table(today)
    if working:
        return _worded(
            calendar.working_days_between(after=today, until=due_on, nation=nation), due_on < today, "working"
        )
    return _worded((due_on - today).days, due_on < today, "")


def _worded(left: int, past: bool, kind: str) -> tuple[str, str]:
    if past:
        late = words.days(-left, kind) if left else f"Less than {words.days(1, kind)}"
        return f"{late} late", "late"
    return f"{words.days(left, kind)} left", "neutral" if left > SOON else "soon"


def event_label(*, on: date, today: date) -> tuple[str, str]:
    """(label, tone) of a day on which something happens and nothing is due."""
    away = (on - today).days
    if away == 0:
        return "Today", "soon"
    if away < 0:
        return f"{words.days(-away)} ago", "neutral"
    return f"In {words.days(away)}", "neutral" if away > SOON else "soon"


def past_label(*, on: date, today: date) -> str:
    """“Past, 2 days ago”: for lists of dates that do not know whether anything was left to do."""
    return f"Past, {words.days((today - on).days)} ago"
