"""The only writers of a result, or an overall grade, that was issued."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.casework.models import AwardChange, Decision, ResultChange
from portal.catalogue.models import Grade
from portal.errors import Refused
from portal.learners import watchers
from portal.learners.models import AwardResult, Registration, Result


@transaction.atomic
def change_result(
    *, decision: Decision, result: Result, mark: int | None, grade: str, by: Any, at: datetime
) -> ResultChange:
    """Give an issued result another mark or grade, as an issued decision has it; readiness follows at once.

    Refused: a decision that is not issued, a grade outside the unit's scale, a change that changes nothing, and a
    second change of one result by one decision.
    """
    _check_issued(decision)
    Registration.objects.select_for_update().get(pk=result.registration_id)
    row = Result.objects.select_for_update(of=("self",)).select_related("unit").get(pk=result.pk)
    _check(decision, row, mark, grade)
    change = ResultChange.objects.create(
        decision=decision,
        result=row,
        old_mark=row.mark,
        new_mark=mark,
        old_grade=row.grade,
        new_grade=grade,
        at=at,
        by=by,
    )
    Result.objects.filter(pk=row.pk).update(mark=mark, grade=grade)
    watchers.changed([row.registration_id], at=at)
    audit.record(verb="casework.result_changed", by=by, at=at, subject=row, centre=row.centre)
    return change


@transaction.atomic
def change_award(*, decision: Decision, award: AwardResult, grade: str, by: Any, at: datetime) -> AwardChange:
    """Give an issued overall grade another value, as an issued decision has it; refused as `change_result` refuses."""
    _check_issued(decision)
    Registration.objects.select_for_update().get(pk=award.registration_id)
    row = _held_award(award)
    _check_award(decision, row, grade)
    change = AwardChange.objects.create(
        decision=decision, award=row, old_grade=row.grade, new_grade=grade, at=at, by=by
    )
    AwardResult.objects.filter(pk=row.pk).update(grade=grade)
    watchers.changed([row.registration_id], at=at)
    audit.record(verb="casework.award_changed", by=by, at=at, subject=row, centre=row.centre)
    return change


def _held_award(award: AwardResult) -> AwardResult:
    rows = AwardResult.objects.select_for_update(of=("self",))
    return rows.select_related("registration__programme__qualification", "centre").get(pk=award.pk)


def _check_award(decision: Decision, row: AwardResult, grade: str) -> None:
    if row.centre_id != decision.case.centre_id:
        raise Refused("This result belongs to another centre.", code="foreign")
    if not Grade.objects.filter(scale=row.registration.programme.qualification.scale_id, code=grade).exists():
        raise Refused(f"{grade} is not a grade of the qualification.", code="invalid", field="overall")
    if row.grade == grade:
        raise Refused("The overall grade is this one already.", code="unchanged")
    if AwardChange.objects.filter(decision=decision, award=row).exists():
        raise Refused("This decision has changed the overall grade already.", code="done")


def _check_issued(decision: Decision) -> None:
    if decision.issued_at is None:
        raise Refused("A result changes only by a decision that is issued.", code="not_issued")


def _check(decision: Decision, row: Result, mark: int | None, grade: str) -> None:
    if row.centre_id != decision.case.centre_id:
        raise Refused("This result belongs to another centre.", code="foreign")
    if not Grade.objects.filter(scale=row.unit.scale_id, code=grade).exists():
        raise Refused(f"{grade} is not a grade of the unit.", code="invalid", field="grade")
    if (row.mark, row.grade) == (mark, grade):
        raise Refused("The result has this mark and grade already.", code="unchanged")
    if ResultChange.objects.filter(decision=decision, result=row).exists():
        raise Refused("This decision has changed the result already.", code="done")
