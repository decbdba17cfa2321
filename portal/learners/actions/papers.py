"""Papers and grade boundaries: loaded by staff, and fixed once a result rests on them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.catalogue.models import Grade, Unit
from portal.errors import Refused
from portal.learners.models import Boundary, Paper, Result
from portal.learners.rules.marks import check_boundaries


@dataclass(frozen=True)
class PaperLine:
    """A unit in a series: its highest mark, the day it was sat, and grade → lowest mark."""

    unit_id: int
    series_id: str
    max_mark: int
    sat_on: date | None
    boundaries: Mapping[str, int]


@transaction.atomic
def load_papers(*, lines: Sequence[PaperLine], by: Any, at: datetime) -> int:
    """Load papers with their boundaries; returns how many were new or changed. The same twice is harmless.

    Raises Refused for a grade outside the unit's scale, boundaries that do not rise with the grades, and for a change
    of a paper on which results with marks rest already.
    """
    grades = _grades({line.unit_id for line in lines})
    changed = [line for line in lines if _differs(line)]
    for line in changed:
        check_boundaries(boundaries=line.boundaries, max_mark=line.max_mark, grades=grades[line.unit_id])
        if Result.objects.filter(unit=line.unit_id, series=line.series_id, mark__isnull=False).exists():
            raise Refused("Results rest on the boundaries of a paper in this list. They cannot change.", code="fixed")
        _write(line)
    if changed:
        audit.record(verb="learners.papers_loaded", by=by, at=at, subject=by, data={"papers": len(changed)})
    return len(changed)


def _grades(units: set[int]) -> dict[int, list[str]]:
    """Unit → the grades of its scale, lowest first."""
    scales: dict[str, list[str]] = {}
    for scale, code in Grade.objects.order_by("rank").values_list("scale_id", "code"):
        scales.setdefault(scale, []).append(code)
    return {pk: scales[scale] for pk, scale in Unit.objects.filter(pk__in=units).values_list("pk", "scale_id")}


def _differs(line: PaperLine) -> bool:
    own = {"unit": line.unit_id, "series": line.series_id}
    paper = Paper.objects.filter(**own).first()
    stored = dict(Boundary.objects.filter(**own).values_list("grade", "mark"))
    return paper is None or (paper.max_mark, paper.sat_on, stored) != (
        line.max_mark,
        line.sat_on,
        dict(line.boundaries),
    )


def _write(line: PaperLine) -> None:
    own: dict[str, Any] = {"unit_id": line.unit_id, "series_id": line.series_id}
    Paper.objects.update_or_create(**own, defaults={"max_mark": line.max_mark, "sat_on": line.sat_on})
    Boundary.objects.filter(**own).delete()
    Boundary.objects.bulk_create([Boundary(**own, grade=grade, mark=mark) for grade, mark in line.boundaries.items()])
