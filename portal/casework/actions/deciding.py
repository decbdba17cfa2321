"""A decision is made, and, where a grade falls, countersigned by a second person."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from portal.audit import actions as audit
from portal.casework.actions.assigning import check_may_take
from portal.casework.actions.locks import lock_case, lock_decision
from portal.casework.actions.notes import jot
from portal.casework.models import Case, Decision, DecisionLine, Involvement, Task
from portal.casework.rules import Part
from portal.catalogue.models import Grade
from portal.errors import Refused
from portal.learners.models import AwardResult, Result
from portal.web.words import listed


@dataclass(frozen=True)
class Line:
    """What is decided about one component, or about an overall grade (`award`).

    With neither result nor award it says something and changes nothing.
    """

    result: Result | None = None
    award: AwardResult | None = None
    unit: Any = None
    new_mark: int | None = None
    new_grade: str = ""
    reason: str = ""
    comment: str = ""


@transaction.atomic
def decide(
    *, case: Case, kind: str, outcome: str, reasons: str, lines: Sequence[Line], by: Any, at: datetime
) -> Decision:
    """Make the decision in a case. The centre learns of it when it is issued.

    Refused: somebody who is involved, open checks, a status in which nothing is decided, no reasons, a decision that
    is made or issued already (see `reissue`), a result of another centre.
    """
    return _make(lock_case(case), kind, outcome, reasons, lines, by=by, at=at)


@transaction.atomic
def reissue(
    *, decision: Decision, outcome: str, reasons: str, lines: Sequence[Line], by: Any, at: datetime
) -> Decision:
    """Make a decision in the place of an issued one, in the same case. Issued, it starts a new window of appeal."""
    old = lock_decision(decision)
    if old.issued_at is None:
        raise Refused("This decision is not issued yet: send it back instead.", code="not_issued")
    if Decision.objects.filter(supersedes=old).exists():
        raise Refused("Another decision took the place of this one already.", code="superseded")
    return _make(old.case, old.kind, outcome, reasons, lines, by=by, at=at, supersedes=old)


def _make(
    row: Case,
    kind: str,
    outcome: str,
    reasons: str,
    lines: Sequence[Line],
    *,
    by: Any,
    at: datetime,
    supersedes: Decision | None = None,
) -> Decision:
    _check_may_be_decided(row, again=supersedes is not None)
    check_may_take(case=row, user=by, taking=Part.DECIDED, at=at)
    if not reasons.strip():
        raise Refused("Give the reasons. The centre reads them.", code="required", field="reasons")
    held = _held(row, lines)
    made = Decision.objects.create(
        case=row,
        kind=kind,
        outcome=outcome,
        reasons=reasons.strip(),
        decided_by=by,
        decided_at=at,
        needs_countersign=any(_falls(line) for line in held),
        supersedes=supersedes,
    )
    DecisionLine.objects.bulk_create([_stored(made, line) for line in held])
    record_part(row, by, Part.DECIDED, at)
    verb = "casework.decided" if supersedes is None else "casework.reissue_begun"
    audit.record(verb=verb, by=by, at=at, subject=row, centre=row.centre, data={"outcome": outcome})
    return made


def _check_may_be_decided(row: Case, *, again: bool) -> None:
    if not again and not row.kind_of.may_be_decided(row.status):
        raise Refused(f"{row.reference} is {row.status_label.lower()}: nothing is decided in it.", code="moved")
    standing = Decision.objects.filter(case=row, sent_back_at=None, superseded_by=None)
    if standing.filter(issued_at=None).exists() or (standing.exists() and not again):
        raise Refused(f"There is a decision in {row.reference} already.", code="decided")
    check_tasks_done(row)


def check_tasks_done(case: Case) -> None:
    """Refuses while a check that blocks a decision is open; the sentence names what is to be done."""
    left = Task.objects.filter(case=case, blocks=True, done_at=None).order_by("pk").values_list("label", flat=True)
    if left:
        raise Refused(f"First do the checks that are left: {listed(left)}.", code="tasks")


def _held(row: Case, lines: Sequence[Line]) -> list[Line]:
    """The lines with their results and awards as they stand."""
    results = _own(Result.objects.select_related("unit"), row, [line.result for line in lines if line.result])
    awards = AwardResult.objects.select_related("registration__programme__qualification")
    found = _own(awards, row, [line.award for line in lines if line.award])
    return [
        replace(
            line,
            result=results[line.result.pk] if line.result else None,
            award=found[line.award.pk] if line.award else None,
        )
        for line in lines
    ]


def _own(rows: QuerySet[Any], case: Case, wanted: Sequence[Any]) -> dict[int, Any]:
    found = rows.filter(pk__in=[row.pk for row in wanted], centre=case.centre).in_bulk()
    if len(found) != len(wanted):
        raise Refused("A result in this decision is not one of this centre, or stands in it twice.", code="foreign")
    return found


def _falls(line: Line) -> bool:
    """Whether a grade becomes a lower one. Refused: a grade that the unit or qualification does not know."""
    old = line.result or line.award
    if old is None or not line.new_grade or line.new_grade == old.grade:
        return False
    scale = old.unit.scale_id if isinstance(old, Result) else old.registration.programme.qualification.scale_id
    ranks = dict(Grade.objects.filter(scale=scale).values_list("code", "rank"))
    if line.new_grade not in ranks:
        of = "unit" if line.result else "qualification"
        raise Refused(f"{line.new_grade} is not a grade of the {of}.", code="invalid", field="grade")
    return bool(ranks[line.new_grade] < ranks[old.grade])


def _stored(made: Decision, line: Line) -> DecisionLine:
    """Where no new mark or grade is given, the old one stays."""
    old = line.result
    before = old.grade if old else line.award.grade if line.award else ""
    return DecisionLine(
        decision=made,
        result=old,
        award=line.award,
        unit=old.unit if old else line.unit,
        old_mark=old.mark if old else None,
        new_mark=old.mark if old and line.new_mark is None else line.new_mark,
        old_grade=before,
        new_grade=line.new_grade or before,
        reason=line.reason,
        comment=line.comment,
    )


def record_part(case: Case, user: Any, part: Part, at: datetime) -> None:
    """Keep who did it, inside the caller's transaction."""
    Involvement.objects.bulk_create(
        [Involvement(case=case, user=user, part=part.value, at=at, by=user)], ignore_conflicts=True
    )


@transaction.atomic
def countersign(*, decision: Decision, by: Any, at: datetime) -> Decision:
    """A second person, not involved in the case, stands for the decision too."""
    row = lock_decision(decision)
    _check_in_the_making(row)
    if row.countersigned_by_id is not None:
        raise Refused("This decision is countersigned already.", code="done")
    check_may_take(case=row.case, user=by, taking=Part.COUNTERSIGNED, at=at)
    Decision.objects.filter(pk=row.pk).update(countersigned_by=by, countersigned_at=at)
    record_part(row.case, by, Part.COUNTERSIGNED, at)
    audit.record(verb="casework.countersigned", by=by, at=at, subject=row.case, centre=row.case.centre)
    row.countersigned_by, row.countersigned_at = by, at
    return row


@transaction.atomic
def send_back(*, decision: Decision, reason: str, by: Any, at: datetime) -> Decision:
    """Undo a decision that is not issued, with a reason for the decider; then the case can be decided again."""
    row = lock_decision(decision)
    _check_in_the_making(row)
    check_may_take(case=row.case, user=by, taking=Part.COUNTERSIGNED, at=at)
    if not reason.strip():
        raise Refused("Say why the decision is sent back.", code="required", field="reason")
    Decision.objects.filter(pk=row.pk).update(
        sent_back_by=by, sent_back_at=at, sent_back_reason=reason.strip(), supersedes=None
    )
    jot(case=row.case, text=f"Decision sent back: {reason.strip()}", by=by, at=at)
    audit.record(verb="casework.sent_back", by=by, at=at, subject=row.case, centre=row.case.centre)
    row.refresh_from_db()
    return row


def _check_in_the_making(row: Decision) -> None:
    if row.issued_at is not None:
        raise Refused("This decision is issued, and issued decisions do not change.", code="issued")
    if row.sent_back_at is not None:
        raise Refused("This decision was sent back.", code="sent_back")
