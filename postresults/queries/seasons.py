"""What a centre has results of: by series, qualification and component."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.catalogue.models import Qualification, Series, Unit
from portal.learners.models import Boundary, Paper, Result
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
    """Each qualification with its components, by title and number. Five queries, however many results there are."""
    columns = (_AWARD, "unit", "release__to_candidates_at", "mark")
    groups: dict[tuple[int, int, datetime], list[int | None]] = defaultdict(list)
    for award, unit, out_at, mark in Result.objects.shown_to(actor).filter(series=series).values_list(*columns):
        groups[award, unit, out_at].append(mark)
    known = _Known(series, {unit for _, unit, _ in groups})
    found: dict[int, list[Line]] = defaultdict(list)
    for (award, unit, out_at), marks in groups.items():
        found[award].append(known.line(unit, out_at, marks, actor.at))
    awards = Qualification.objects.filter(pk__in=found).order_by("title", "level")
    return [(award, sorted(found[award.pk], key=lambda line: line.unit.number)) for award in awards]


class _Known:
    """Units, papers and boundaries of a series, read at once."""

    def __init__(self, series: Series, units: set[int]) -> None:
        self.units = Unit.objects.in_bulk(units)
        self.sat_on = dict(Paper.objects.filter(unit__in=units, series=series).values_list("unit", "sat_on"))
        self.steps: dict[int, list[Step]] = defaultdict(list)
        for row in Boundary.objects.filter(unit__in=units, series=series).order_by("mark"):
            self.steps[row.unit_id].append(Step(row.grade, row.grade, row.mark))

    def line(self, unit: int, out_at: datetime, marks: list[int | None], at: datetime) -> Line:
        steps = self.steps[unit]
        return Line(
            unit=self.units[unit],
            sat_on=self.sat_on.get(unit),
            candidates=len(marks),
            near=sum(place(mark, steps).near for mark in marks if mark is not None),
            restricted_until=out_at if out_at > at else None,
            out_at=out_at,
        )
