"""Results of externally assessed units: loaded once, changed only by a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.catalogue.models import Grade, Part, UnitKind
from portal.centres.models import Centre
from portal.errors import Refused
from portal.learners import watchers
from portal.learners.models import Registration, Result


@dataclass(frozen=True)
class ResultLine:
    registration_id: int
    unit_id: int
    series_id: str
    grade: str
    issued_at: datetime


@transaction.atomic
def load_results(*, centre: Centre, lines: Sequence[ResultLine], by: Any, at: datetime, subject: Any = None) -> int:
    """Load issued grades of one centre's learners. Set-based; returns how many are new; the same twice is harmless.

    Raises Refused for a registration of another centre, a unit that is not external, a grade outside the unit's
    scale, or a result that stands with another grade.
    """
    ids = sorted({line.registration_id for line in lines})
    rows = Registration.objects.select_for_update(of=("self",)).filter(pk__in=ids, centre=centre).order_by("pk")
    _check_grades(dict(rows.values_list("pk", "programme__qualification_id")), lines)
    standing = {
        (row.registration_id, row.unit_id, row.series_id): row.grade
        for row in Result.objects.filter(registration__in=ids)
    }
    new = {key: line for line in lines if _is_new(key := _key(line), line, standing)}
    Result.objects.bulk_create([_result(centre, line) for line in new.values()], batch_size=500)
    if new:
        watchers.changed({line.registration_id for line in new.values()}, at=at)
        data = {"new": len(new)}
        audit.record(verb="learners.results_loaded", by=by, at=at, subject=subject or centre, centre=centre, data=data)
    return len(new)


def _key(line: ResultLine) -> tuple[int, int, str]:
    return line.registration_id, line.unit_id, line.series_id


def _is_new(key: tuple[int, int, str], line: ResultLine, standing: dict[tuple[int, int, str], str]) -> bool:
    if key not in standing:
        return True
    if standing[key] != line.grade:
        raise Refused("A result in this list is issued with another grade. Only a decision changes it.")
    return False


def _check_grades(awards: dict[int, int], lines: Sequence[ResultLine]) -> None:
    external = Part.objects.filter(qualification__in=set(awards.values()), unit__kind=UnitKind.EXTERNAL)
    scales = {
        (award, unit): scale
        for award, unit, scale in external.values_list("qualification_id", "unit_id", "unit__scale")
    }
    grades = set(Grade.objects.filter(scale__in=set(scales.values())).values_list("scale_id", "code"))
    for line in lines:
        scale = scales.get((awards.get(line.registration_id, 0), line.unit_id))
        if scale is None:
            raise Refused("A result in this list is not for an external unit of a learner of this centre.")
        if (scale, line.grade) not in grades:
            raise Refused(f"{line.grade} is not a grade of the unit.", code="invalid", field="grade")


def _result(centre: Centre, line: ResultLine) -> Result:
    return Result(
        centre=centre,
        registration_id=line.registration_id,
        unit_id=line.unit_id,
        series_id=line.series_id,
        grade=line.grade,
        issued_at=line.issued_at,
    )
