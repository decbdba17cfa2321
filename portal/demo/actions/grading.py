"""Unit grades: one file for everybody, then what was corrected by hand."""

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import datetime

from claims.actions import GradeLine, record_grades
from claims.actions.sheets import KIND
from portal.catalogue.models import UnitKind
from portal.centres.models import Centre
from portal.demo.actions.learning import Enrolled
from portal.demo.actions.people import officer_of
from portal.intake.actions import commit_upload, receive

FILENAME = "unit grades June.csv"
HEADINGS = ("Candidate number", "Learner", "Unit", "Grade")


def upload_grades(*, centre: Centre, enrolled: Sequence[Enrolled], at: datetime) -> None:
    """The centre's file of unit grades, received, looked at and committed."""
    officer = officer_of(centre)
    upload = receive(centre=centre, kind=KIND, filename=FILENAME, content=_file(enrolled), by=officer, at=at)
    commit_upload(upload=upload, good_rows_only=False, by=officer, at=at)


def _file(enrolled: Sequence[Enrolled]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADINGS)
    for one in sorted(enrolled, key=lambda one: one.story.number):
        writer.writerows(_rows(one))
    return text.getvalue().encode()


def _rows(one: Enrolled) -> Iterator[tuple[str, ...]]:
    uploaded = {one.story.changed.unit: one.story.changed.uploaded} if one.story.changed else {}
    for unit in one.units:
        if unit.kind == UnitKind.INTERNAL and unit.code not in one.story.ungraded:
            grade = uploaded.get(unit.code, one.grades[unit.code])
            yield one.story.number, f"{one.story.family}, {one.story.given}", unit.code, grade


def correct_by_hand(*, centre: Centre, enrolled: Sequence[Enrolled], at: datetime) -> None:
    """Grades that were put right on the page after the upload."""
    officer = officer_of(centre)
    for one in enrolled:
        if one.story.changed:
            unit = next(unit for unit in one.units if unit.code == one.story.changed.unit)
            line = GradeLine(one.registration.pk, unit.pk, one.story.changed.now)
            record_grades(centre=centre, grades=[line], by=officer, at=at)
