"""What a centre has results of: by series, qualification and component."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.catalogue.models import Qualification, Series, Unit
from portal.learners.models import Boundary, Paper, Result, ResultRelease
from portal.web.actor import Actor
from postresults.rules.boundaries import Step, place

_AWARD = "registration__programme__qualification"


@dataclass(frozen=True)
class Line:
    """One component of one qualification with its numbers."""

    unit: Unit
    sat_on: Any
    candidates: int
    near: int
    restricted_until: datetime | None
    out_at: datetime


def series_with_results(*, actor: Actor) -> list[Series]:
    """Series of which the actor may see a result, the latest first."""
    shown = Result.objects.shown_to(actor).values("series")
    return list(Series.objects.filter(pk__in=shown).order_by("-code"))


def components(*, actor: Actor, series: Series) -> list[tuple[Qualification, list[Line]]]:
    """Each qualification with its components, by title and number. Six queries, however many results there are."""
    rows = list(Result.objects.shown_to(actor).filter(series=series).values_list(_AWARD, "unit", "release", "mark"))
    groups: dict[tuple[int, int, int], list[int | None]] = defaultdict(list)
    for award, unit, release, mark in rows:
        groups[award, unit, release].append(mark)
    known = _Known(series, groups)
    found: dict[int, list[Line]] = defaultdict(list)
    for (award, unit, release), marks in groups.items():
        found[award].append(known.line(unit, release, marks, actor.at))
    awards = Qualification.objects.filter(pk__in=found).order_by("title", "level")
    return [(award, sorted(found[award.pk], key=lambda line: line.unit.number)) for award in awards]


class _Known:
    """Units, papers, boundaries and releases of a series, read at once."""

    def __init__(self, series: Series, groups: Any) -> None:
        units = {unit for _, unit, _ in groups}
        self.units = Unit.objects.in_bulk(units)
        self.releases = ResultRelease.objects.in_bulk({release for _, _, release in groups})
        self.sat_on = dict(Paper.objects.filter(unit__in=units, series=series).values_list("unit", "sat_on"))
        self.steps: dict[int, list[Step]] = defaultdict(list)
        for row in Boundary.objects.filter(unit__in=units, series=series).order_by("mark"):
            self.steps[row.unit_id].append(Step(row.grade, row.grade, row.mark))

    def line(self, unit: int, release: int, marks: list[int | None], at: datetime) -> Line:
        out_at = self.releases[release].to_candidates_at
        steps = self.steps[unit]
        return Line(
            unit=self.units[unit],
            sat_on=self.sat_on.get(unit),
            candidates=len(marks),
            near=sum(place(mark, steps).near for mark in marks if mark is not None),
            restricted_until=out_at if out_at > at else None,
            out_at=out_at,
        )
