"""Unit grades that the centre reports."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from claims.actions.locks import lock_registrations
from claims.actions.readiness import recompute
from claims.models import UnitGrade
from claims.queries.fixed import check_not_claimed
from portal.audit import actions as audit
from portal.centres.models import Centre
from portal.errors import Refused, Stale
from portal.intake.models import Upload
from portal.web.words import listed


@dataclass(frozen=True)
class GradeLine:
    """A grade for one unit of one registration. `version` is the one the page was made from; None does not check."""

    registration_id: int
    unit_id: int
    grade: str
    version: int | None = None


@transaction.atomic
def record_grades(
    *, centre: Centre, grades: Sequence[GradeLine], by: Any, at: datetime, upload: Upload | None = None
) -> int:
    """Report unit grades for a centre's learners and recompute their readiness. Returns how many rows changed.

    Grades must already be in their unit's scale. Refused while a claim is with the awarding organisation, because
    its grade rests on these; a queried claim is open for correction. A line whose version is old raises Stale.
    """
    ids = sorted({line.registration_id for line in grades})
    if lock_registrations(ids, centre=centre) != ids:
        raise Refused("A learner in this list is not registered at your centre.", code="foreign")
    check_not_claimed(ids)
    stored = {(row.registration_id, row.unit_id): row for row in UnitGrade.objects.filter(registration__in=ids)}
    rows = [
        row
        for line in grades
        if (row := _changed(stored.get((line.registration_id, line.unit_id)), line, centre, by, at, upload))
    ]
    _save(rows)
    if rows:
        recompute({row.registration_id for row in rows}, at)
        audit.record(
            verb="claims.grades_recorded",
            by=by,
            at=at,
            subject=upload or rows[0].registration,
            centre=centre,
            data={
                "grades": len(rows),
                "learners": len({row.registration_id for row in rows}),
                "units": _units(rows) if upload is None else "",
            },
        )
    return len(rows)


def _changed(
    row: UnitGrade | None, line: GradeLine, centre: Centre, by: Any, at: datetime, upload: Upload | None
) -> UnitGrade | None:
    if line.version is not None and line.version != (row.version if row else 0):
        raise Stale(
            "Somebody changed this grade while you had the page open. Nothing was saved.",
            theirs=row.grade if row else "",
            yours=line.grade,
        )
    if row is None:
        row = UnitGrade(centre=centre, registration_id=line.registration_id, unit_id=line.unit_id, grade="", version=0)
    elif row.grade == line.grade and (upload is None or row.uploaded_grade == line.grade):
        return None
    row.grade, row.reported_at, row.reported_by = line.grade, at, by
    row.version += 1
    if upload is not None:
        row.upload, row.uploaded_grade = upload, line.grade
    return row


def _save(rows: list[UnitGrade]) -> None:
    UnitGrade.objects.bulk_create([row for row in rows if row.pk is None], batch_size=500)
    UnitGrade.objects.bulk_update(
        [row for row in rows if row.version > 1],
        ["grade", "reported_at", "reported_by", "upload", "uploaded_grade", "version"],
        batch_size=500,
    )


def _units(rows: list[UnitGrade]) -> str:
    """ ": Units 1 and 8", for the timeline of one learner; nothing where there would be too many to name."""
    numbers = sorted({row.unit.number for row in rows}, key=lambda number: (len(number), number))
    return f": {'Unit' if len(numbers) == 1 else 'Units'} {listed(numbers)}" if len(numbers) < 15 else ""
