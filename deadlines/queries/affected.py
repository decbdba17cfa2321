"""Who a change of a key date touches, counted over all centres at once."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from deadlines.duties import Duty, duties
from deadlines.models import KeyDate, Reminder
from deadlines.queries.dates import in_force
from portal.centres.models import Centre
from portal.notices.models import Delivery

# How many centres a page names before it says how many more there are.
NAMED = 20


@dataclass(frozen=True)
class Affected:
    """`work` is what is left by duty and centre. A learner counts once: duties of one date do not overlap.

    `moving` reminders have not left and are planned anew; people of `sent` reminders know the old date already.
    """

    work: dict[str, dict[int, int]]
    moving: int
    sent: int

    @property
    def centres(self) -> set[int]:
        return {centre for left in self.work.values() for centre in left}

    def named(self) -> tuple[list[Centre], int]:
        """The first centres by number, and how many more there are. One query."""
        first = list(Centre.objects.filter(pk__in=self.centres).order_by("number")[:NAMED])
        return first, len(self.centres) - len(first)

    @property
    def learners(self) -> int:
        return sum(count for left in self.work.values() for count in left.values())

    def of(self, centre_id: int) -> dict[str, int]:
        """Duty → how much of it one centre has left."""
        return {duty: left[centre_id] for duty, left in self.work.items() if centre_id in left}


def affected_by(*, key_date: KeyDate, as_of: datetime) -> Affected:
    """One query for each duty that is due on the date, and one for its reminders."""
    work = {duty.key: _left(duty, key_date, as_of) for duty in duties_of(key_date)}
    centres = {centre for left in work.values() for centre in left}
    unsent = Count("pk", filter=Q(notice=None) | Q(notice__delivery=Delivery.QUEUED))
    counts = _standing(key_date, centres).aggregate(moving=unsent, every=Count("pk"))
    return Affected(work, counts["moving"], counts["every"] - counts["moving"])


def _left(duty: Duty, key_date: KeyDate, as_of: datetime) -> dict[int, int]:
    """Centre → how much of a duty goes by this very date, also where another date falls on the same day."""
    only = {"keys": (key_date.key,)} if duty.other_dates else {}
    found = duty.outstanding(as_of=as_of, series=key_date.series, **only)
    return {row.centre_id: row.count for row in found if row.count}


def duties_of(key_date: KeyDate) -> list[Duty]:
    return [duty for duty in duties() if key_date.key in duty.key_dates]


def unsent_reminders(key_date: KeyDate, *, centres: Collection[int]) -> list[Reminder]:
    """Reminders of a date that have not left yet, of these centres also those that name it with another."""
    return list(_standing(key_date, centres).filter(Q(notice=None) | Q(notice__delivery=Delivery.QUEUED)))


def _standing(key_date: KeyDate, centres: Collection[int]) -> QuerySet[Reminder]:
    """Dates of one duty that fall together share a reminder, which stands under one of them."""
    keys = {key for duty in duties_of(key_date) for key in duty.key_dates} - {key_date.key}
    together = in_force().filter(key__in=keys, series=key_date.series_id, on=key_date.on)
    shared = Q(key_date__in=together, centre__in=centres)
    return Reminder.objects.filter(Q(key_date=key_date) | shared, cancelled_at=None)
