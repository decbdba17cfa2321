"""Unit grades: one upload for everybody, then what was corrected by hand."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from claims.actions import GradeLine, record_grades
from portal.catalogue.models import UnitKind
from portal.centres.models import Centre
from portal.demo.actions.learning import Enrolled
from portal.demo.actions.people import officer_of
from portal.intake.models import Upload, UploadStatus


def upload_grades(*, centre: Centre, enrolled: Sequence[Enrolled], at: datetime) -> None:
    """The centre's file of unit grades, already committed, and the grades it brought."""
    lines = [line for one in enrolled for line in _lines(one)]
    officer = officer_of(centre)
    upload = Upload.objects.create(
        centre=centre,
        kind="unit_grades",
        filename="unit grades june.csv",
        digest=hashlib.sha256(repr(lines).encode()).hexdigest(),
        status=UploadStatus.COMMITTED,
        received_at=at,
        by=officer,
        committed_at=at,
    )
    record_grades(centre=centre, grades=lines, by=officer, at=at, upload=upload)


def _lines(one: Enrolled) -> list[GradeLine]:
    changed = {one.story.changed.unit: one.story.changed.uploaded} if one.story.changed else {}
    return [
        GradeLine(one.registration.pk, unit.pk, changed.get(unit.code, one.grades[unit.code]))
        for unit in one.units
        if unit.kind == UnitKind.INTERNAL and unit.code not in one.story.ungraded
    ]


def correct_by_hand(*, centre: Centre, enrolled: Sequence[Enrolled], at: datetime) -> None:
    """Grades that were put right on the page after the upload."""
    officer = officer_of(centre)
    for one in enrolled:
        if one.story.changed:
            unit = next(unit for unit in one.units if unit.code == one.story.changed.unit)
            line = GradeLine(one.registration.pk, unit.pk, one.story.changed.now)
            record_grades(centre=centre, grades=[line], by=officer, at=at)
