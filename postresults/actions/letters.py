"""The letter that says how a review came out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from deadlines.models import Clock
from portal.casework.actions import file_letter
from portal.casework.models import Decision, DecisionLine, Document
from portal.errors import Refused
from portal.files.actions import supersede
from portal.web.words import day
from postresults.models import Request
from postresults.rules import states
from postresults.rules.appeals import LODGE
from postresults.rules.services import Service

KIND = "outcome"


def file_outcome(
    *, request: Request, decision: Decision, lines: Sequence[DecisionLine], by: Any, at: datetime
) -> Document:
    """Keep the letter with the case, where the centre reads it."""
    return file_letter(
        case=decision.case,
        title="Outcome of a review",
        kind=KIND,
        paragraphs=_paragraphs(request, decision, lines),
        by=by,
        at=at,
        decision=decision,
    )


@transaction.atomic
def reissue_letter(*, request: Request, by: Any, at: datetime) -> Document:
    """Make the letter of the issued decision anew; the one before it is superseded. The window does not move.

    Refused while no decision is issued.
    """
    issued = Decision.objects.standing().filter(case=request.case_id, issued_at__isnull=False)
    decision = issued.select_related("case__centre", "case__learner").first()
    if decision is None:
        raise Refused("No decision is issued in this case, so there is no letter.", code="not_issued")
    before = Document.objects.filter(decision=decision, kind=KIND, verification__isnull=False)
    supersede(ids=list(before.values_list("verification", flat=True)), at=at)
    lines = DecisionLine.objects.filter(decision=decision).select_related("unit").order_by("pk")
    return file_outcome(request=request, decision=decision, lines=list(lines), by=by, at=at)


def _paragraphs(request: Request, decision: Decision, lines: Sequence[DecisionLine]) -> list[str]:
    learner = decision.case.learner
    about = f"{Service(request.service).label}, {request.unit}, series {request.series_id}."
    who = f"Learner: {learner}, candidate number {learner.candidate_number}." if learner else ""
    told = [words for line in lines for words in _line(line)]
    window = Clock.objects.filter(case=decision.case, limit=LODGE, stopped_at=None).first()
    appeal = f"You can appeal against this outcome until {day(window.due_on)}." if window else ""
    return [
        words for words in (who, about, states.OUTCOMES[decision.outcome], *told, decision.reasons, appeal) if words
    ]


def _line(line: DecisionLine) -> list[str]:
    if line.award_id:
        return [f"Overall grade: {_from_to(line.old_grade, line.new_grade)}."]
    mark, grade = _from_to(line.old_mark, line.new_mark), _from_to(line.old_grade, line.new_grade)
    told = [f"{line.unit}: mark {mark}; grade {grade}."] if line.result_id else []
    return [*told, f"{states.REASONS[line.reason]}.", line.comment] if line.reason else told


def _from_to(old: Any, new: Any) -> str:
    said = {None: "none", "": "none"}
    if old == new:
        return f"{said.get(old, old)}, unchanged"
    return f"{said.get(new, new)} (was {said.get(old, old)})"
