"""Who a change of a key date touches, counted over all centres at once."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from deadlines.duties import Duty, duties
from deadlines.models import KeyDate, Reminder
from deadlines.queries.reminders import outstanding
from portal.notices.models import Delivery


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

    @property
    def learners(self) -> int:
        return sum(count for left in self.work.values() for count in left.values())

    def of(self, centre_id: int) -> dict[str, int]:
        """Duty → how much of it one centre has left."""
        return {duty: left[centre_id] for duty, left in self.work.items() if centre_id in left}


def affected_by(*, key_date: KeyDate, as_of: datetime) -> Affected:
    """One query for each duty that is due on the date, and one for its reminders."""
    work = {duty.key: outstanding(duty=duty, key_date=key_date, as_of=as_of) for duty in duties_of(key_date)}
    unsent = Count("pk", filter=Q(notice=None) | Q(notice__delivery=Delivery.QUEUED))
    counts = _standing(key_date).aggregate(moving=unsent, every=Count("pk"))
    return Affected(work, counts["moving"], counts["every"] - counts["moving"])


def duties_of(key_date: KeyDate) -> list[Duty]:
    return [duty for duty in duties() if duty.key_date == key_date.key]


def unsent_reminders(key_date: KeyDate) -> list[Reminder]:
    """Reminders of a date that have not left yet."""
    return list(_standing(key_date).filter(Q(notice=None) | Q(notice__delivery=Delivery.QUEUED)))


def _standing(key_date: KeyDate) -> QuerySet[Reminder]:
    return Reminder.objects.filter(key_date=key_date, cancelled_at=None)
