"""Taking back reminders that are no longer true."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from deadlines.duties import duties
from deadlines.models import DateStatus, Reminder
from deadlines.queries.reminders import outstanding
from deadlines.rules.calendar import london_date
from portal.notices import actions as notices
from portal.notices.models import Delivery, Notice


@transaction.atomic
def cancel_settled(*, as_of: datetime, centre_id: int | None = None) -> int:
    """Take back every reminder not yet sent whose work is done or whose date was changed; how many were taken back.

    A mail that names other work besides is stopped as well, and what is left of it is bundled anew by the next
    planning. One set-based query for each duty and date.
    """
    settled = _settled(_unsent(centre_id), as_of, centre_id)
    return take_back(settled, as_of=as_of)


def take_back(settled: list[Reminder], *, as_of: datetime) -> int:
    """Cancel reminders, and stop their mails where those have not left. Inside the caller's transaction."""
    stopped = stop_mails({row.notice_id for row in settled if row.notice_id}, as_of=as_of)
    gone = [row.pk for row in settled if row.notice_id is None or row.notice_id in stopped]
    return Reminder.objects.filter(pk__in=gone, cancelled_at=None).update(cancelled_at=as_of)


def stop_mails(ids: Iterable[int], *, as_of: datetime) -> set[int]:
    """Stop waiting mails and let go of their reminders; the ids of those that had not left yet."""
    asked = set(ids)
    if not asked:
        return set()
    waiting = set(
        Notice.objects.select_for_update().filter(pk__in=asked, delivery=Delivery.QUEUED).values_list("pk", flat=True)
    )
    notices.cancel(notices=waiting, at=as_of)
    Reminder.objects.filter(notice__in=waiting).update(notice=None)
    return waiting


def _unsent(centre_id: int | None) -> QuerySet[Reminder]:
    rows = Reminder.objects.filter(Q(notice=None) | Q(notice__delivery=Delivery.QUEUED), cancelled_at=None)
    if centre_id:
        rows = rows.filter(centre=centre_id)
    return rows.select_related("key_date__series")


def _settled(rows: Iterable[Reminder], as_of: datetime, centre_id: int | None) -> list[Reminder]:
    by_work: dict[tuple[str, int], list[Reminder]] = defaultdict(list)
    for row in rows:
        by_work[row.duty, row.key_date_id].append(row)
    return [row for group in by_work.values() for row in _settled_of(group, as_of, centre_id)]


def _settled_of(group: list[Reminder], as_of: datetime, centre_id: int | None) -> list[Reminder]:
    """Of reminders of one duty by one date: all when the date is no longer true, else those with nothing left."""
    key_date = group[0].key_date
    duty = next((known for known in duties() if known.key == group[0].duty), None)
    if duty is None or key_date.status == DateStatus.SUPERSEDED or key_date.on < london_date(as_of):
        return group
    left = outstanding(duty=duty, key_date=key_date, as_of=as_of, centre_id=centre_id)
    return [row for row in group if not left.get(row.centre_id)]
