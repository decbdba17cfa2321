"""The only writer of a case's status."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from portal.audit import actions as audit
from portal.casework import watchers
from portal.casework.actions.locks import lock_case, lock_cases
from portal.casework.actions.notes import jot
from portal.casework.models import Case
from portal.errors import Refused


def move(*, case: Case, to: str, by: Any, at: datetime, reason: str = "") -> Case:
    """Move a case as its kind's table allows; closing sets `closed_at`, and taking it up again clears it.

    `reason` is a code for the audit, never free text. Returns the case as it then stands.
    """
    return move_many(cases=[case], to=to, by=by, at=at, reason=reason)[0]


@transaction.atomic
def move_many(*, cases: Sequence[Case], to: str, by: Any, at: datetime, reason: str = "") -> list[Case]:
    """Move cases to one status, all or none."""
    rows = lock_cases([case.pk for case in cases])
    acts = [_act(row, to, by=by, at=at, reason=reason) for row in rows]
    for closes in (True, False):
        some = [row for row in rows if (to in row.kind_of.closed) is closes]
        _write(some, to, closed_at=at if closes else None)
    audit.record_many(acts)
    return rows


def _act(row: Case, to: str, *, by: Any, at: datetime, reason: str) -> audit.Act:
    """Check one move; what the audit says of it."""
    kind = row.kind_of
    if to not in kind.labels:
        raise ValueError(f"A case of kind {kind.key} is never {to}.")
    if not kind.can_move(status=row.status, to=to):
        stands, wanted = kind.labels[row.status].lower(), kind.labels[to].lower()
        raise Refused(f"{row.reference} is {stands}, so it cannot become {wanted}.", code="moved")
    data = {"came_from": row.status, "to": to, "reason": reason}
    return audit.Act("casework.moved", by, at, row, row.centre, data)


def _write(rows: list[Case], to: str, *, closed_at: datetime | None) -> None:
    changed = {"status": to, "closed_at": closed_at}
    Case.objects.filter(pk__in=[row.pk for row in rows]).update(version=F("version") + 1, **changed)
    for row in rows:
        row.status, row.closed_at, row.version = to, closed_at, row.version + 1


@transaction.atomic
def reopen(*, case: Case, reason: str, by: Any, at: datetime) -> Case:
    """Take an answered or closed case up again, where its kind allows it; the reason stands among colleagues' notes.

    One that was never worked on goes back to where it began.
    """
    row = lock_case(case)
    kind = row.kind_of
    ways = [to for to in (kind.reopened, kind.initial) if to and kind.can_move(status=row.status, to=to)]
    if not ways or (row.closed_at is None and row.status != kind.issued):
        raise Refused(f"{row.reference} cannot be opened again.", code="moved")
    if not reason.strip():
        raise Refused("Say why the case is opened again.", code="required", field="reason")
    jot(case=row, text=reason.strip(), by=by, at=at)
    moved = move(case=row, to=ways[0], by=by, at=at, reason="reopened")
    watchers.tell(kind.key, watchers.Event.REOPENED, moved, by=by, at=at)
    return moved
