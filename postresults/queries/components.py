"""One component of one series at a centre: marks, boundaries, and every candidate against the cohort."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.catalogue.models import Grade, Unit
from portal.learners.models import Boundary, Paper, Result
from portal.web.actor import Actor
from postresults.models import Request
from postresults.rules.boundaries import Place, Step, place
from postresults.rules.cohort import Comparison, Component, compare
from postresults.rules.services import OF_MARKS


@dataclass(frozen=True)
class Candidate:
    """One result as the page shows it. Without a mark it has no place and nothing to compare."""

    result: Any
    grade: str
    place: Place | None
    comparison: Comparison | None
    review: str = ""  # the reference of a review that is under way

    @property
    def near(self) -> bool:
        return self.place is not None and self.place.near

    @property
    def unexpected(self) -> bool:
        return self.comparison is not None and self.comparison.unexpected


@dataclass(frozen=True)
class Cohort:
    """Everything that a component's page and its spreadsheet show."""

    unit: Unit
    series: Any
    candidates: tuple[Candidate, ...]
    steps: tuple[Step, ...]
    unclassified: str
    paper: Paper | None

    @property
    def marks(self) -> list[int]:
        return [one.result.mark for one in self.candidates if one.result.mark is not None]

    @property
    def max_mark(self) -> int:
        return self.paper.max_mark if self.paper else max([*self.marks, *(step.mark for step in self.steps)], default=0)

    @property
    def release(self) -> Any:
        """The release that comes to candidates last: until then the page is restricted."""
        return max((one.result.release for one in self.candidates), key=lambda release: release.to_candidates_at)

    def restricted_until(self, at: datetime) -> datetime | None:
        until: datetime = self.release.to_candidates_at
        return until if until > at else None

    @property
    def qualifications(self) -> list[Any]:
        found = {one.result.registration.programme.qualification for one in self.candidates}
        return sorted(found, key=lambda row: row.title)


def cohort(*, actor: Actor, unit: str, series: str) -> Cohort | None:
    """The results of a component that the actor may see, or None where there are none. Six queries."""
    rows = list(
        Result.objects.shown_to(actor)
        .filter(unit__code=unit, series=series)
        .select_related("unit", "series", "release", "registration__learner", "registration__programme__qualification")
        .order_by("registration__learner__family_name", "registration__learner__given_name", "pk")
    )
    if not rows:
        return None
    found: Unit = rows[0].unit
    labels = _labels(found)
    steps = _steps(found, series, labels)
    compared = _compared(actor, rows)
    reviews = _reviews(rows)
    return Cohort(
        unit=found,
        series=rows[0].series,
        candidates=tuple(_candidate(row, labels, steps, compared, reviews) for row in rows),
        steps=steps,
        unclassified=next(iter(labels.values()), "Unclassified"),
        paper=Paper.objects.filter(unit=found, series=series).first(),
    )


def _labels(unit: Unit) -> dict[str, str]:
    """Grade → its words, lowest first."""
    return dict(Grade.objects.filter(scale=unit.scale_id).order_by("rank").values_list("code", "label"))


def _steps(unit: Unit, series: str, labels: Mapping[str, str]) -> tuple[Step, ...]:
    rows = Boundary.objects.filter(unit=unit, series=series).order_by("mark")
    return tuple(Step(row.grade, labels.get(row.grade, row.grade), row.mark) for row in rows)


def _compared(actor: Actor, rows: Sequence[Result]) -> dict[int, Comparison]:
    """Learner → the comparison, with the cohorts of every marked component that one of these learners took."""
    own: Component = (rows[0].unit_id, rows[0].series_id)
    marked = Result.objects.shown_to(actor).filter(mark__isnull=False)
    theirs = marked.filter(registration__learner__in=[row.registration.learner_id for row in rows])
    wide = marked.filter(unit__in=theirs.values("unit"), series__in=theirs.values("series"))
    cohorts: dict[Component, dict[int, int]] = {own: {}}
    for learner, unit, series, mark in wide.values_list("registration__learner", "unit", "series", "mark"):
        cohorts.setdefault((unit, series), {})[learner] = mark
    return compare(own, cohorts)


def _reviews(rows: Sequence[Result]) -> dict[int, str]:
    """Result → the reference of the review of its marks that is under way."""
    services = [service.value for service in OF_MARKS]
    live = Request.objects.filter(result__in=[row.pk for row in rows], live=True, service__in=services)
    return dict(live.values_list("result", "case__reference"))


def _candidate(
    row: Result,
    labels: Mapping[str, str],
    steps: Sequence[Step],
    compared: Mapping[int, Comparison],
    reviews: Mapping[int, str],
) -> Candidate:
    return Candidate(
        result=row,
        grade=labels.get(row.grade, row.grade),
        place=place(row.mark, steps) if row.mark is not None and steps else None,
        comparison=compared.get(row.registration.learner_id),
        review=reviews.get(row.pk, ""),
    )
