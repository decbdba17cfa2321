"""The outcome of a request as the centre reads it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from deadlines.models import Clock
from deadlines.queries import explain_clock
from portal.casework.models import Decision, DecisionLine, Document
from portal.catalogue.models import Grade
from portal.fees.models import FeeLine
from portal.fees.rules import Reason
from portal.web.actor import Actor
from postresults.models import Request
from postresults.rules.appeals import LODGE
from postresults.rules.states import OUTCOMES, REASONS


@dataclass(frozen=True)
class Component:
    """One component: its marks and grades before and after, in words, with the error found and the comment."""

    unit: Any
    old_mark: int | None
    new_mark: int | None
    old_grade: str
    new_grade: str
    reason: str
    comment: str

    @property
    def changed(self) -> bool:
        return (self.old_mark, self.old_grade) != (self.new_mark, self.new_grade)


@dataclass(frozen=True)
class Outcome:
    """An issued decision. `overall` holds the overall grade before and after, where there is one."""

    decision: Decision
    words: str
    components: tuple[Component, ...]
    overall: tuple[str, str] | None
    fee: str
    window: dict[str, Any] | None
    letter: Document | None
    scripts: tuple[Document, ...]


def outcome_of(*, request: Request, actor: Actor, as_of: datetime) -> Outcome | None:
    """What was decided, from the moment it is issued; None before. Six queries."""
    issued = Decision.objects.visible_to(actor).filter(case=request.case_id, issued_at__isnull=False)
    decision = issued.filter(superseded_by__issued_at=None).order_by("-pk").first()
    if decision is None:
        return None
    lines = list(DecisionLine.objects.filter(decision=decision).select_related("unit", "award").order_by("pk"))
    labels = _labels(request)
    held = Document.objects.visible_to(actor).filter(case=request.case_id).select_related("verification")
    documents = list(held.defer("content").order_by("-pk"))
    return Outcome(
        decision=decision,
        words=OUTCOMES[decision.outcome],
        components=tuple(_component(line, labels[0]) for line in lines if not line.award_id),
        overall=_overall(lines, labels[1]),
        fee=_fee(request),
        window=_window(request, as_of),
        letter=next((row for row in documents if row.decision_id == decision.pk and row.kind == "outcome"), None),
        scripts=tuple(row for row in documents if row.kind != "outcome"),
    )


def _labels(request: Request) -> tuple[dict[str, str], dict[str, str]]:
    """The words of the unit's grades and of the overall grades."""
    award = request.registration.programme.qualification.scale_id if request.registration else ""
    found: dict[str, dict[str, str]] = {award: {}, request.unit.scale_id: {}}
    rows = Grade.objects.filter(scale__in=found).values_list("scale_id", "code", "label")
    for scale, code, label in rows:
        found[scale][code] = label
    return found[request.unit.scale_id], found[award]


def _component(line: DecisionLine, labels: dict[str, str]) -> Component:
    return Component(
        unit=line.unit,
        old_mark=line.old_mark,
        new_mark=line.new_mark,
        old_grade=labels.get(line.old_grade, line.old_grade),
        new_grade=labels.get(line.new_grade, line.new_grade),
        reason=REASONS.get(line.reason, ""),
        comment=line.comment,
    )


def _overall(lines: list[DecisionLine], labels: dict[str, str]) -> tuple[str, str] | None:
    line = next((line for line in lines if line.award_id), None)
    if line is None:
        return None
    return labels.get(line.old_grade, line.old_grade), labels.get(line.new_grade, line.new_grade)


def _fee(request: Request) -> str:
    """What the outcome does to the fee of the whole review, in one sentence."""
    lines = list(FeeLine.objects.filter(centre=request.centre_id, group=request.group, reverses=None))
    if not lines:
        return "Nothing is charged."
    if any(line.reason == Reason.GRADE_CHANGED.value for line in lines):
        return "Nothing is charged for this review, all its components included, because the grade changed."
    return "The fee stands, because the grade did not change."


def _window(request: Request, as_of: datetime) -> dict[str, Any] | None:
    """The last day for an appeal, with its working."""
    clock = Clock.objects.filter(case=request.case_id, limit=LODGE).order_by("-pk").first()
    return explain_clock(clock, as_of=as_of) if clock else None
