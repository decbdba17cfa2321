"""A decision goes out: results change, the centre is told, the window of appeal begins; all of it or nothing."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.casework import watchers
from portal.casework.actions.assigning import check_may_take
from portal.casework.actions.locks import lock_cases, lock_decision
from portal.casework.actions.moving import move
from portal.casework.actions.results import change_award, change_result
from portal.casework.actions.telling import tell_centre
from portal.casework.models import Decision, DecisionLine, Document
from portal.casework.queries.independence import parts_of
from portal.casework.rules import Part, check_uninvolved
from portal.errors import Refused
from portal.files.actions import supersede


@transaction.atomic
def issue(*, decision: Decision, by: Any, at: datetime) -> Decision:
    """Issue a decision; from then on it never changes. It is received at the same instant, in the portal.

    Refused: one that lacks its countersignature, is sent back or issued already, one whose decider or countersigner
    turned out to be involved, and one whose results changed since it was made.
    """
    row = lock_decision(decision)
    _check_ready(row, by, at)
    Decision.objects.filter(pk=row.pk).update(issued_at=at, issued_by=by, received_at=at)
    row.issued_at = row.received_at = at
    row.issued_by = by
    _supersede_letters(row, at)
    # Before the results: what follows may hold consents, which are held before registrations everywhere.
    watchers.tell(row.case.kind, watchers.Event.ISSUED, row, by=by, at=at)
    _change_results(row, by=by, at=at)
    if row.case.kind_of.issued and row.case.status != row.case.kind_of.issued:
        move(case=row.case, to=row.case.kind_of.issued, by=by, at=at, reason="issued")
    lead = f"There is a decision on {row.case.reference}."
    tell_centre(case=row.case, kind="decision", key=f"issued:{row.pk}", lead=lead, at=at)
    audit.record(verb="casework.issued", by=by, at=at, subject=row.case, centre=row.case.centre)
    return row


@transaction.atomic
def issue_many(*, decision_ids: Collection[int], by: Any, at: datetime) -> list[Decision]:
    """Issue decisions that come out together, all or none."""
    rows = list(Decision.objects.filter(pk__in=decision_ids).order_by("case_id", "pk"))
    lock_cases({row.case_id for row in rows})
    return [issue(decision=row, by=by, at=at) for row in rows]


def _check_ready(row: Decision, by: Any, at: datetime) -> None:
    if row.issued_at is not None:
        raise Refused("This decision is issued already.", code="issued")
    if row.sent_back_at is not None:
        raise Refused("This decision was sent back.", code="sent_back")
    if row.needs_countersign and row.countersigned_by_id is None:
        raise Refused(
            "A grade falls by this decision, so a second person must countersign it first.", code="countersign"
        )
    check_may_take(case=row.case, user=by, taking=Part.ASSIGNED, at=at)
    for user, part in ((row.decided_by, Part.DECIDED), (row.countersigned_by, Part.COUNTERSIGNED)):
        if user is not None:
            parts = parts_of(case=row.case, users=[user.pk]).get(user.pk, set())
            check_uninvolved(name=user.name, parts=parts, taking=part)


def _change_results(row: Decision, *, by: Any, at: datetime) -> None:
    lines = DecisionLine.objects.filter(decision=row).select_related("result", "award").order_by("result", "award")
    for line in lines:
        _check_fresh(line)
        if line.result and line.changes:
            change_result(decision=row, result=line.result, mark=line.new_mark, grade=line.new_grade, by=by, at=at)
        if line.award and line.changes:
            change_award(decision=row, award=line.award, grade=line.new_grade, by=by, at=at)


def _check_fresh(line: DecisionLine) -> None:
    stands = (line.result.mark, line.result.grade) if line.result else (None, line.award.grade) if line.award else None
    if stands is not None and stands != (line.old_mark, line.old_grade):
        raise Refused("A result changed after this decision was made. Send it back and decide again.", code="stale")


def _supersede_letters(row: Decision, at: datetime) -> None:
    """A letter of the decision whose place this one takes says so to whoever checks its code."""
    if row.supersedes_id is not None:
        codes = Document.objects.filter(decision=row.supersedes_id, verification__isnull=False)
        supersede(ids=codes.values_list("verification", flat=True), at=at)


@transaction.atomic
def record_received(*, decision: Decision, received_at: datetime, by: Any, at: datetime) -> Decision:
    """Record that a letter arrived later than the decision became visible. Only ever later: no window shrinks."""
    row = lock_decision(decision)
    if row.received_at is None:
        raise Refused("This decision is not issued yet.", code="not_issued")
    if not row.received_at <= received_at <= at:
        raise Refused("Give a moment after the one that we hold, and not in the future.", field="received_at")
    Decision.objects.filter(pk=row.pk).update(received_at=received_at)
    row.received_at = received_at
    watchers.tell(row.case.kind, watchers.Event.RECEIVED, row, by=by, at=at)
    audit.record(verb="casework.receipt_recorded", by=by, at=at, subject=row.case, centre=row.case.centre)
    return row
