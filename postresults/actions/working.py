"""What staff do with a request until somebody decides: accept it, refuse it, begin the review, tell of a delay."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from deadlines.actions import extend, stop_clock
from deadlines.models import Clock
from portal.casework.actions import assign, check_may_take, lock_cases, move, move_many, write_note
from portal.casework.models import NoteKind
from portal.casework.rules import Part
from portal.clock import london_date
from portal.errors import Refused
from portal.fees.actions import waive
from portal.fees.models import FeeLine
from portal.fees.rules import Reason
from postresults.actions.filing import charges_of
from postresults.models import Request
from postresults.rules import states
from postresults.rules.services import Service, terms_of

HELD = ("case__centre", "centre", "unit", "result__unit", "registration__programme__qualification")


def hold(ids: Collection[int]) -> list[Request]:
    """Requests as they stand, their cases held first, as everywhere."""
    lock_cases(ids)
    return list(Request.objects.filter(pk__in=ids).select_related(*HELD).order_by("pk"))


@transaction.atomic
def accept(*, requests: Sequence[Request], by: Any, at: datetime) -> list[Request]:
    """Accept requests, all or none: they are what the centre may ask for. Refused to somebody who is involved."""
    rows = hold([request.pk for request in requests])
    for row in rows:
        check_may_take(case=row.case, user=by, taking=Part.ASSIGNED, at=at)
    move_many(cases=[row.case for row in rows], to=states.ACCEPTED, by=by, at=at)
    return rows


@transaction.atomic
def refuse(*, request: Request, reason: str, by: Any, at: datetime) -> Request:
    """Refuse a request with a reason that the centre reads. Its own fee falls away, not that of the other components.

    Refused once the review has begun, without a reason, and to somebody who is involved.
    """
    (row,) = hold([request.pk])
    check_may_take(case=row.case, user=by, taking=Part.ASSIGNED, at=at)
    if not reason.strip():
        raise Refused("Give the reason. The centre reads it.", code="required", field="reason")
    words = f"We cannot accept this request: {reason.strip()}"
    row.case = move(case=row.case, to=states.REFUSED, by=by, at=at, reason="refused")
    Request.objects.filter(pk=row.pk).update(live=False)
    stop_promise(row, by=by, at=at)
    if _is_charged(row):
        waive(centre=row.centre, group=row.group, reason=Reason.REFUSED, by=by, at=at, only=charges_of(row))
    write_note(case=row.case, text=words, kind=NoteKind.MESSAGE.value, by=by, at=at, from_centre=False)
    return row


def _is_charged(row: Request) -> bool:
    return FeeLine.objects.filter(centre=row.centre, group=row.group).exists()


@transaction.atomic
def begin(*, request: Request, reviewer: Any, by: Any, at: datetime) -> Request:
    """Begin the review: the reviewer looks after the case and has a part in it from here on. No withdrawal any more.

    Refused with the reason for a reviewer who marked, moderated or has an interest. A request that is not accepted
    yet is accepted by this.
    """
    (row,) = hold([request.pk])
    if row.case.status == states.RECEIVED:
        accept(requests=[row], by=by, at=at)
    assign(case=row.case, to=reviewer, part=Part.REVIEWED, by=by, at=at)
    row.case = move(case=row.case, to=states.REVIEWING, by=by, at=at)
    return row


def limit_of(request: Request) -> str:
    """The limit that we promised for the service, or ""."""
    received_at = request.received_at
    return terms_of(Service(request.service), on=london_date(received_at)).limit if received_at else ""


def stop_promise(request: Request, *, by: Any, at: datetime) -> None:
    """What we promised is kept, or needs no keeping any more."""
    limit = limit_of(request)
    if limit:
        stop_clock(case=request.case, limit=limit, at=at, by=by)


def delay(*, request: Request, to_on: date, reason: str, by: Any, at: datetime) -> Clock:
    """Tell the centre that the date cannot be kept, why, and by when it is likely to be finished.

    Refused where nothing is promised; otherwise as `deadlines.actions.extend` refuses.
    """
    limit = limit_of(request)
    if not limit:
        raise Refused("No date is promised for this request.", code="stopped")
    return extend(case=request.case, limit=limit, to_on=to_on, reason=reason, by=by, at=at)
