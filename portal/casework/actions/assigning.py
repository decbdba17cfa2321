"""Who works on a case. Nobody who is involved in the matter gets it, by any path."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from portal.audit import actions as audit
from portal.casework.access import cases, waiting_for_us
from portal.casework.actions.locks import lock_cases
from portal.casework.models import Case, Interest, Involvement
from portal.casework.queries.independence import free_for, parts_of, permission_for
from portal.casework.rules import Part, check_uninvolved
from portal.centres.queries import staff_capabilities
from portal.clock import london_date
from portal.desk.rules import Given
from portal.errors import Refused
from portal.web.actor import Actor

# Taken up by doing it, not by being given the case.
_BY_DOING = (Part.DECIDED, Part.COUNTERSIGNED)


def check_may_take(*, case: Case, user: Any, taking: Part, at: datetime) -> None:
    """Refuses a part to somebody who lacks the permission, or is involved. Ask with the case locked."""
    if permission_for(case=case, taking=taking) not in staff_capabilities(user=user, on=london_date(at)):
        raise Refused(f"{user.name} does not do this kind of work.", code="permission", field="to")
    parts = parts_of(case=case, users=[user.pk]).get(user.pk, set())
    check_uninvolved(name=user.name, parts=parts, taking=taking)


def assign(*, case: Case, to: Any, part: Part, by: Any, at: datetime) -> Case:
    """Give a case to somebody, in a part; see `assign_many`."""
    return assign_many(case_ids=[case.pk], to=to, part=part, by=by, at=at)[0]


@transaction.atomic
def assign_many(*, case_ids: Collection[int], to: Any, part: Part, by: Any, at: datetime) -> list[Case]:
    """Give open cases to somebody who is free to take them, all or none; they then look after them."""
    rows = lock_cases(case_ids)
    for row in rows:
        _check_open(row)
        check_may_take(case=row, user=to, taking=part, at=at)
    Case.objects.filter(pk__in=[row.pk for row in rows]).update(owner=to, version=F("version") + 1)
    taken = Part.ASSIGNED if part in _BY_DOING else part
    _involve(rows, to, taken, by=by, at=at)
    data = {"to": to.pk, "part": part.value}
    audit.record_many(audit.Act("casework.assigned", by, at, row, row.centre, data) for row in rows)
    for row in rows:
        row.owner, row.version = to, row.version + 1
    return rows


@transaction.atomic
def assign_free(*, case_ids: Collection[int], to: Any, part: Part, by: Any, at: datetime) -> Given:
    """Give those of the cases that somebody is free to take; the others are left, each with its reason."""
    refused = {row.pk: words for row in lock_cases(case_ids) if (words := _objection(row, to, part, at))}
    free = [pk for pk in case_ids if pk not in refused]
    if free:
        assign_many(case_ids=free, to=to, part=part, by=by, at=at)
    return Given(number=len(free), refused=tuple(refused.values()))


def _objection(row: Case, to: Any, part: Part, at: datetime) -> str:
    """Why a case, which is locked, is not given to somebody; nothing when it can be."""
    try:
        _check_open(row)
        check_may_take(case=row, user=to, taking=part, at=at)
    except Refused as refusal:
        return f"{row.reference}: {refusal.message}"
    return ""


def take_next(*, kind: str, by: Any, at: datetime) -> Case | None:
    """Take the case that is due first among those that nobody looks after and the taker may touch; None: none left.

    Two people who take at once get two cases: whoever comes second at one goes on to the next.
    """
    while (found := _next(kind, by, at)) is not None:
        taken = _take(found, by=by, at=at)
        if taken is not None:
            return taken
    return None


def _next(kind: str, by: Any, at: datetime) -> Case | None:
    reader = Actor(user=by, centre=None, at=at)
    waiting = waiting_for_us(cases(reader, kind)).filter(owner=None)
    free = free_for(cases=waiting, user=by, taking=Part.ASSIGNED)
    return free.order_by(F("due_at").asc(nulls_last=True), "pk").first()


@transaction.atomic
def _take(found: Case, *, by: Any, at: datetime) -> Case | None:
    """The case, or nothing when somebody else was quicker."""
    (row,) = lock_cases([found.pk])
    if row.owner_id is not None or not row.kind_of.is_ours(row.status):
        return None
    return assign(case=row, to=by, part=Part.ASSIGNED, by=by, at=at)


def _check_open(row: Case) -> None:
    if row.closed_at is not None:
        raise Refused(f"{row.reference} is {row.status_label.lower()}: there is nothing left to do.", code="moved")


def _involve(rows: list[Case], user: Any, part: Part, *, by: Any, at: datetime) -> None:
    involved = [Involvement(case=row, user=user, part=part.value, at=at, by=_person(by)) for row in rows]
    Involvement.objects.bulk_create(involved, ignore_conflicts=True)


def _person(by: Any) -> Any:
    return getattr(by, "user", by)


@transaction.atomic
def involve(*, case: Case, user: Any, part: Part, by: Any, at: datetime) -> None:
    """Record what somebody did, or is, in a case: who marked it, reviewed it, is its subject."""
    (row,) = lock_cases([case.pk])
    _involve([row], user, part, by=by, at=at)
    data = {"user": user.pk, "part": part.value}
    audit.record(verb="casework.involved", by=by, at=at, subject=row, centre=row.centre, data=data)


@transaction.atomic
def declare_interest(
    *,
    user: Any,
    part: Part,
    by: Any,
    at: datetime,
    centre: Any = None,
    learner: Any = None,
    unit: Any = None,
    series: Any = None,
    reason: str = "",
) -> Interest:
    """Record what keeps somebody from cases about a centre, a learner or a component, those to come included."""
    if not (centre or learner or unit):
        raise Refused("Say which centre, learner or component it is about.", code="required", field="centre")
    about = {"centre": centre, "learner": learner, "unit": unit, "series": series}
    made = Interest.objects.create(user=user, part=part.value, reason=reason, declared_at=at, **about)
    audit.record(verb="casework.interest_declared", by=by, at=at, subject=made, data={"part": part.value})
    return made
