"""Planning reminders: who is told today, of what is still to do."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction

from deadlines.actions.bundling import KIND, bundle_reminders
from deadlines.actions.settling import cancel_settled
from deadlines.actions.telling import tell_of_reminders
from deadlines.models import Reminder
from deadlines.queries.reminders import Told, situation
from portal.audit.actions import record
from portal.notices.models import Preference
from portal.notices.rules import choice_of

BATCH = 500


@dataclass(frozen=True)
class Plan:
    """What a planning came to. `planned` rows were written by this planning and `already_planned` by earlier ones.

    `suppressed` counts every (centre, duty, slot) whose turn it is with nothing left to do, and everybody who is
    told on the pages only, having switched mail off. `recipients` counts distinct addresses of the whole plan.
    """

    planned: int
    already_planned: int
    suppressed: int
    recipients: int


def plan_reminders(*, as_of: datetime) -> Plan:
    """Write today's reminders and put one mail for each person into the outbox; safe twice and in parallel.

    Three steps, each its own transaction, so that a crash between them loses nothing: take back what is settled,
    write the rows, bundle every row that has no mail yet.
    """
    cancel_settled(as_of=as_of)
    now = situation(as_of=as_of)
    told = list(now.told())
    planned = _write(told, as_of=as_of)
    bundle_reminders(now=now, as_of=as_of)
    return Plan(
        planned=planned,
        already_planned=len(told) - planned,
        suppressed=now.idle() + _pages_only(told),
        recipients=len({row.address for row in told}),
    )


@transaction.atomic
def _write(told: list[Told], *, as_of: datetime) -> int:
    """Insert what is not there yet, and revive what was taken back and is to do again; how many of both."""
    run = uuid4()
    stored = _stored(told)
    fresh = [_reminder(row, run, as_of) for row in told if row.key not in stored]
    Reminder.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    gone = [pk for row in told if (pk := stored.get(row.key)) is not None]
    for start in range(0, len(gone), BATCH):
        revived = Reminder.objects.filter(pk__in=gone[start : start + BATCH]).exclude(cancelled_at=None)
        revived.update(cancelled_at=None, run=run, planned_at=as_of)
    # The database decides who was first: only this planning's own rows carry its mark.
    planned = Reminder.objects.filter(run=run).count()
    if planned:
        tell_of_reminders(run=run, at=as_of)
        record(verb="deadlines.reminders_planned", by=None, at=as_of, subject=None, data={"planned": planned})
    return planned


def _stored(told: list[Told]) -> dict[tuple[int, str, int, int, str], int | None]:
    """Key → id of the row where it was taken back, None where it stands."""
    rows = Reminder.objects.filter(
        key_date__in={row.key_date_id for row in told}, slot__in={row.slot for row in told}
    ).values_list("centre", "duty", "key_date", "slot", "address", "pk", "cancelled_at")
    return {(centre, duty, date, slot, to): pk if gone else None for centre, duty, date, slot, to, pk, gone in rows}


def _reminder(row: Told, run: UUID, as_of: datetime) -> Reminder:
    return Reminder(
        centre_id=row.centre_id,
        duty=row.duty,
        key_date_id=row.key_date_id,
        slot=row.slot,
        address=row.address,
        user_id=row.user_id,
        outstanding=row.count,
        planned_at=as_of,
        run=run,
    )


def _pages_only(told: list[Told]) -> int:
    off = set(Preference.objects.filter(kind=choice_of(KIND), by_mail=False).values_list("user", flat=True))
    return len({row.address for row in told if row.user_id in off})
