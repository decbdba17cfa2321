"""One registration as its page shows it."""

from typing import Any

from django.db.models import Exists, OuterRef, Subquery

from claims.models import Claim, Query, Readiness, UnitGrade
from claims.rules import ClaimStatus
from claims.rules.eligibility import UnitLine
from claims.rules.words import grade_words
from portal.catalogue.models import Grade, Part, UnitKind
from portal.intake.models import Upload
from portal.learners.models import Entry, Registration, Result, UnitChoice
from portal.web.actor import Actor


def find(*, actor: Actor, number: str) -> Readiness | None:
    """The readiness of one registration of the actor's centre, with everything its page names."""
    rows = Readiness.objects.visible_to(actor).select_related(
        "registration__learner", "registration__programme__qualification", "series", "rule", "centre"
    )
    return rows.filter(registration__number=number).first()


def unit_lines(registration: Registration) -> list[dict[str, Any]]:
    """Every unit of the learner's set, with its grade or what it waits for, in one query."""
    return [
        {
            "number": line.number,
            "title": line.title,
            "assessed": "Your centre" if line.internal else "Us",
            "mandatory": line.mandatory,
            "hours": line.guided_hours,
            "grade": grade_words(line.grade) if line.grade and not (line.terminal and line.pending) else "",
            "waits": _waits(line),
        }
        for line in map(_line, _parts(registration))
    ]


def _parts(registration: Registration) -> Any:
    """The chosen parts of the qualification, each with what was reported, issued and entered for its unit."""
    own = {"registration": registration, "unit": OuterRef("unit")}
    return (
        Part.objects.filter(
            Exists(UnitChoice.objects.filter(**own)), qualification=registration.programme.qualification_id
        )
        .select_related("unit")
        .annotate(
            reported=Subquery(UnitGrade.objects.filter(**own).values("grade")[:1]),
            issued=Subquery(Result.objects.counted().filter(**own).order_by("-issued_at", "-pk").values("grade")[:1]),
            entered=Exists(Entry.objects.filter(**own, series=registration.series_id)),
        )
        .order_by("pk")
    )


def _line(part: Any) -> UnitLine:
    return UnitLine(
        number=part.unit.number,
        title=part.unit.title,
        kind=part.unit.kind,
        guided_hours=part.unit.guided_hours,
        mandatory=part.mandatory,
        terminal=part.terminal,
        chosen=True,
        grade=part.reported or part.issued or "",
        entered=part.entered,
    )


def _waits(line: UnitLine) -> str:
    if line.pending:
        return "Entered, result to come"
    if line.done:
        return ""
    return "No grade yet" if line.internal else "No result and no entry"


def gradable_units(registration: Registration) -> list[dict[str, Any]]:
    """Internally assessed units of the set with their stored grade, version and allowed grades. Four queries."""
    chosen = UnitChoice.objects.filter(registration=registration).values("unit")
    parts = list(
        Part.objects.filter(
            qualification=registration.programme.qualification_id, unit__in=chosen, unit__kind=UnitKind.INTERNAL
        )
        .select_related("unit")
        .order_by("pk")
    )
    stored = {row.unit_id: row for row in UnitGrade.objects.filter(registration=registration)}
    grades: dict[str, list[tuple[str, str]]] = {}
    for grade in Grade.objects.filter(scale__in={part.unit.scale_id for part in parts}).order_by("rank"):
        grades.setdefault(grade.scale_id, []).append((grade.code, grade.label))
    return [_gradable(part, stored.get(part.unit_id), grades[part.unit.scale_id]) for part in parts]


def _gradable(part: Part, row: UnitGrade | None, grades: list[tuple[str, str]]) -> dict[str, Any]:
    return {
        "unit": part.unit,
        "grade": row.grade if row else "",
        "version": row.version if row else 0,
        "grades": grades,
    }


def claims_history(registration: Registration) -> list[dict[str, Any]]:
    """Every claim made for the learner, newest first, with where it stands."""
    claims = Claim.objects.filter(registration=registration).select_related("submission").order_by("-pk")
    return [
        {"claim": claim, "status": ClaimStatus(claim.status), "grade": grade_words(claim.grade)} for claim in claims
    ]


def refused_claim(registration: Registration) -> Claim | None:
    """The refusal that blocks a registration until it is put right."""
    last = (
        Claim.objects.filter(registration=registration).exclude(status=ClaimStatus.UNDONE.value).order_by("pk").last()
    )
    waiting = last is not None and last.status == ClaimStatus.REFUSED.value and last.put_right_at is None
    return last if waiting else None


def questions(*, actor: Actor) -> Any:
    """Questions of staff to the actor's centre, open or answered."""
    return Query.objects.visible_to(actor).select_related(
        "claim__registration__learner",
        "claim__registration__programme__qualification",
        "claim__submission",
        "asked_by",
        "answered_by",
    )


def uploads_of(registration: Registration) -> list[Upload]:
    """The files that hold a unit grade of this learner."""
    return list(Upload.objects.filter(pk__in=UnitGrade.objects.filter(registration=registration).values("upload")))
