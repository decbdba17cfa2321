"""When people are reminded before a date, and who."""

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta

from deadlines.rules import calendar
from portal.centres.rules import Role

# Whole days before the date.
SLOTS = (28, 14, 7, 2, 1, 0)
# Nearer the date more people know; each is told from this slot on.
TOLD_FROM = {Role.OFFICER: 28, Role.DEPUTY: 7, Role.HEAD: 2}
# No reminder of a date further away can have its slot today, however many days a slot moves back.
HORIZON = timedelta(days=SLOTS[0] + 14)
MORNING = time(7, 0)


def slot_day(*, due_on: date, slot: int, nation: str) -> date:
    """The day a slot falls on; on a day that is not worked in the nation it moves to the working day before."""
    on = due_on - timedelta(days=slot)
    if calendar.in_table(on):
        return calendar.working_day_on_or_before(on, nation)
    # Beyond the table of bank holidays a reminder is better early for a weekend only than not at all.
    return on - timedelta(days=max(0, on.weekday() - 4))


def newest_slot(*, due_on: date, today: date, nation: str) -> int | None:
    """The slot whose turn it is: the last one reached, so that of several missed slots one is made up.

    None before the first slot and after the date itself, when "by Friday" is no longer true.
    """
    if today > due_on:
        return None
    reached = [slot for slot in SLOTS if slot_day(due_on=due_on, slot=slot, nation=nation) <= today]
    return min(reached, default=None)


def told_at(slot: int, held: Collection[Role]) -> frozenset[Role]:
    """The roles that are told at a slot, of those that somebody at the centre holds.

    Where nobody holds any of them, the next one up is told: a centre without an exams officer is not forgotten.
    """
    wanted = [role for role, first in TOLD_FROM.items() if slot <= first]
    found = [role for role in wanted if role in held] or [role for role in TOLD_FROM if role in held][:1]
    return frozenset(found)


def mailed_from(planned_at: datetime) -> datetime:
    """When a reminder may leave: at once, or at 7am in London when it was planned in the night before."""
    morning = datetime.combine(calendar.london_date(planned_at), MORNING, tzinfo=calendar.LONDON)
    return max(planned_at, morning.astimezone(UTC))
