"""Results of externally assessed units and overall grades: loaded once, changed only by a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.catalogue.models import Grade, Part, Qualification, UnitKind
from portal.centres.models import Centre
from portal.errors import Refused
from portal.learners import watchers
from portal.learners.models import AwardResult, Registration, Result, ResultRelease
from portal.learners.queries.papers import mark_scales
from portal.learners.rules.marks import check_mark


@dataclass(frozen=True)
class ResultLine:
    registration_id: int
    unit_id: int
    series_id: str
    grade: str
    issued_at: datetime
    mark: int | None = None


@dataclass(frozen=True)
class AwardLine:
    registration_id: int
    series_id: str
    grade: str


@transaction.atomic
def load_results(*, centre: Centre, lines: Sequence[ResultLine], by: Any, at: datetime, subject: Any = None) -> int:
    """Load issued grades of one centre's learners. Set-based; returns how many are new; the same twice is harmless.

    Nothing shows before the moments of the series and level, which must be set first. Raises Refused while they are
    not, for a registration of another centre, a unit that is not external, a grade outside the unit's scale, a mark
    that gives another grade, or a result that stands with another grade or mark.
    """
    held = _hold(centre, lines)
    _check_grades({pk: award for pk, (award, _) in held.items()}, lines)
    _check_marks(lines)
    releases = _releases(held, lines)
    standing = {
        (row.registration_id, row.unit_id, row.series_id): (row.grade, row.mark)
        for row in Result.objects.filter(registration__in=held)
    }
    new = {key: line for line in lines if _is_new(key := _key(line), line, standing)}
    rows = [_result(centre, line, releases[line.registration_id, line.series_id]) for line in new.values()]
    Result.objects.bulk_create(rows, batch_size=500)
    if new:
        _tell_counted(rows, at)
        data = {"new": len(new)}
        audit.record(verb="learners.results_loaded", by=by, at=at, subject=subject or centre, centre=centre, data=data)
    return len(new)


@transaction.atomic
def load_award_results(
    *, centre: Centre, lines: Sequence[AwardLine], by: Any, at: datetime, subject: Any = None
) -> int:
    """Load overall grades of one centre's learners. Set-based; returns how many are new; the same twice is harmless.

    Raises Refused as `load_results` does.
    """
    held = _hold(centre, lines)
    _check_award_grades({pk: award for pk, (award, _) in held.items()}, lines)
    releases = _releases(held, lines)
    standing = {
        (row.registration_id, row.series_id): row.grade for row in AwardResult.objects.filter(registration__in=held)
    }
    if any(standing.get((line.registration_id, line.series_id), line.grade) != line.grade for line in lines):
        raise Refused("An overall grade in this list is issued with another grade. Only a decision changes it.")
    new = {key: line for line in lines if (key := (line.registration_id, line.series_id)) not in standing}
    rows = [_award(centre, line, releases[key], at) for key, line in new.items()]
    AwardResult.objects.bulk_create(rows, batch_size=500)
    if new:
        data = {"new": len(new)}
        audit.record(verb="learners.awards_loaded", by=by, at=at, subject=subject or centre, centre=centre, data=data)
    return len(new)


def _hold(centre: Centre, lines: Sequence[Any]) -> dict[int, tuple[int, str]]:
    """Lock the registrations in order; id → (qualification, level)."""
    ids = sorted({line.registration_id for line in lines})
    rows = Registration.objects.select_for_update(of=("self",)).filter(pk__in=ids, centre=centre).order_by("pk")
    found = rows.values_list("pk", "programme__qualification_id", "programme__qualification__level")
    return {pk: (award, level) for pk, award, level in found}


def _releases(held: dict[int, tuple[int, str]], lines: Sequence[Any]) -> dict[tuple[int, str], ResultRelease]:
    """The release of each line by (registration, series). Raises Refused where the moments are not set."""
    rows = ResultRelease.objects.filter(series__in={line.series_id for line in lines}).order_by("pk")
    found = {(row.series_id, row.level): row for row in rows.select_for_update(no_key=True)}
    wanted = {(line.registration_id, line.series_id): held[line.registration_id][1] for line in lines}
    for (_, series), level in wanted.items():
        if (series, level) not in found:
            raise Refused(
                f"Set when results of series {series}, level {level}, come out before you load them.", code="no_release"
            )
    return {(pk, series): found[series, level] for (pk, series), level in wanted.items()}


def _tell_counted(rows: Sequence[Result], at: datetime) -> None:
    """Results that come after their release was told count at once; the others wait for the telling."""
    counted = {row.registration_id for row in rows if row.release.told_at}
    if counted:
        watchers.changed(counted, at=at)


def _key(line: ResultLine) -> tuple[int, int, str]:
    return line.registration_id, line.unit_id, line.series_id


def _is_new(
    key: tuple[int, int, str], line: ResultLine, standing: dict[tuple[int, int, str], tuple[str, int | None]]
) -> bool:
    if key not in standing:
        return True
    if standing[key] != (line.grade, line.mark):
        raise Refused("A result in this list is issued with another grade or mark. Only a decision changes it.")
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


def _check_marks(lines: Sequence[ResultLine]) -> None:
    marked = [line for line in lines if line.mark is not None]
    scales = mark_scales({(line.unit_id, line.series_id) for line in marked}) if marked else {}
    for line in marked:
        if scale := scales.get((line.unit_id, line.series_id)):
            check_mark(mark=line.mark or 0, grade=line.grade, scale=scale)


def _check_award_grades(awards: dict[int, int], lines: Sequence[AwardLine]) -> None:
    scales = dict(Qualification.objects.filter(pk__in=set(awards.values())).values_list("pk", "scale_id"))
    grades = set(Grade.objects.filter(scale__in=set(scales.values())).values_list("scale_id", "code"))
    for line in lines:
        award = awards.get(line.registration_id)
        if award is None:
            raise Refused("An overall grade in this list is not for a learner of this centre.")
        if (scales[award], line.grade) not in grades:
            raise Refused(f"{line.grade} is not a grade of the qualification.", code="invalid", field="grade")


def _award(centre: Centre, line: AwardLine, release: ResultRelease, at: datetime) -> AwardResult:
    return AwardResult(
        centre=centre,
        registration_id=line.registration_id,
        series_id=line.series_id,
        release=release,
        grade=line.grade,
        issued_at=at,
    )


def _result(centre: Centre, line: ResultLine, release: ResultRelease) -> Result:
    return Result(
        centre=centre,
        registration_id=line.registration_id,
        unit_id=line.unit_id,
        series_id=line.series_id,
        release=release,
        grade=line.grade,
        mark=line.mark,
        issued_at=line.issued_at,
    )
