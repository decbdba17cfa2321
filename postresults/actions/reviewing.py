"""What a reviewer finds, and the decision that somebody else makes on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.casework.actions import Line, check_may_take, decide, record_part, reissue
from portal.casework.models import Decision
from portal.casework.rules import Part
from portal.catalogue.models import Grade
from portal.errors import Refused
from portal.learners.models import AwardResult
from portal.learners.queries.papers import mark_scales
from portal.learners.rules.marks import check_mark, grade_at
from postresults.actions.working import hold
from postresults.kinds import REVIEW
from postresults.models import Finding, Request
from postresults.rules import states
from postresults.rules.outcomes import check_finding
from postresults.rules.services import Service


@transaction.atomic
def recommend(
    *,
    request: Request,
    mark: int | None,
    reason: str,
    comment: str,
    by: Any,
    at: datetime,
    overall: str = "",
    reviewer: Any = None,
) -> Finding:
    """Record what the reviewer recommends: the mark (None: it stays), the error found, and the overall grade.

    The grade follows from the boundaries of the paper. `reviewer` is who reviewed, where somebody else enters it; they
    have reviewed the case from here on. Refused outside a review, to somebody involved, for a decision that waits,
    for a mark off the paper, without a reason and, where the mark changes, without a comment.
    """
    (row,) = hold([request.pk])
    who = reviewer or by
    if row.case.status != states.REVIEWING:
        raise Refused(f"{row.case.reference} is not under review.", code="moved")
    check_may_take(case=row.case, user=who, taking=Part.REVIEWED, at=at)
    if Decision.objects.filter(case=row.case, issued_at=None, sent_back_at=None).exists():
        raise Refused(
            "There is a decision that waits. Send it back before you change what it rests on.", code="decided"
        )
    found = _finding(row, mark, reason, comment, overall)
    found.by, found.at = who, at
    found.save()
    record_part(row.case, who, Part.REVIEWED, at)
    audit.record(verb="postresults.reviewed", by=by, at=at, subject=row.case, centre=row.centre)
    return found


def _finding(row: Request, mark: int | None, reason: str, comment: str, overall: str) -> Finding:
    old = row.result.mark if row.result else None
    new = old if mark is None else mark
    check_finding(service=Service(row.service), old_mark=old, new_mark=new, reason=reason, comment=comment)
    return Finding(
        request=row,
        mark=new,
        grade=_grade(row, new),
        overall=_overall(row, overall),
        reason=reason,
        comment=comment.strip(),
    )


def _grade(row: Request, mark: int | None) -> str:
    """The grade that a mark gives; without boundaries the old one stays."""
    if row.result is None:
        return ""
    if mark is None or mark == row.result.mark:
        return row.result.grade
    scale = mark_scales({(row.unit_id, row.series_id)}).get((row.unit_id, row.series_id))
    if scale is None or not scale.boundaries:
        raise Refused("The paper has no grade boundaries, so a new mark gives no grade.", code="invalid", field="mark")
    grade = grade_at(mark, scale)
    check_mark(mark=mark, grade=grade, scale=scale)
    return grade


def _overall(row: Request, overall: str) -> str:
    """The overall grade after the review; empty where the award has none in the series."""
    award = award_of(row)
    if award is None:
        if overall:
            raise Refused("There is no overall grade in this series.", code="invalid", field="overall")
        return ""
    scale = award.registration.programme.qualification.scale_id
    if overall and not Grade.objects.filter(scale=scale, code=overall).exists():
        raise Refused(f"{overall} is not a grade of the qualification.", code="invalid", field="overall")
    return overall or award.grade


def award_of(row: Request) -> AwardResult | None:
    """The overall grade that stands on the result of a request."""
    awards = AwardResult.objects.filter(registration=row.registration_id, series=row.series_id)
    return awards.select_related("registration__programme__qualification").first()


@transaction.atomic
def decide_reviews(*, requests: Sequence[Request], reasons: str, by: Any, at: datetime) -> list[Decision]:
    """Decide reviews as their reviewers recommend, all or none. Who decides is nobody who reviewed.

    In the place of an issued decision it makes a new one. Refused where nobody has recommended anything since the
    review began, otherwise as `casework.decide` refuses.
    """
    return [_decide(row, reasons, by=by, at=at) for row in hold([request.pk for request in requests])]


def _decide(row: Request, reasons: str, *, by: Any, at: datetime) -> Decision:
    issued = Decision.objects.standing().filter(case=row.case, issued_at__isnull=False).first()
    found = Finding.objects.filter(request=row).order_by("-pk").first()
    if found is None or (issued is not None and found.at < issued.issued_at):
        raise Refused(f"No reviewer has recommended anything for {row.case.reference} yet.", code="finding")
    lines = _lines(row, found)
    held = {"outcome": outcome_of_lines(row, found), "reasons": reasons, "lines": lines, "by": by, "at": at}
    if issued is not None:
        return reissue(decision=issued, **held)
    return decide(case=row.case, kind=REVIEW.key, **held)


def _lines(row: Request, found: Finding) -> list[Line]:
    own = Line(
        result=row.result,
        unit=row.unit,
        new_mark=found.mark,
        new_grade=found.grade,
        reason=found.reason,
        comment=found.comment,
    )
    award = award_of(row)
    return [own, Line(award=award, new_grade=found.overall)] if award and found.overall else [own]


def outcome_of_lines(row: Request, found: Finding) -> str:
    """Whether anything changes: the mark, the grade of the unit, or the overall grade."""
    award, old = award_of(row), row.result
    marks = old is not None and (found.mark, found.grade) != (old.mark, old.grade)
    overall = award is not None and found.overall not in ("", award.grade)
    return states.CHANGED if marks or overall else states.UNCHANGED
