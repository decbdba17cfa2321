"""What the rows of a file of unit grades would do."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from claims.models import Claim, UnitGrade
from claims.rules import ClaimStatus
from claims.rules.sheets import COLUMNS, GradeName, allowed_words, read_grade, suggest_grade
from portal.catalogue.models import Grade, Part, UnitKind
from portal.centres.models import Centre
from portal.intake.kinds import Change, Planned, Row
from portal.learners.queries.roll import Registered
from portal.learners.queries.sheets import Reader
from portal.learners.queries.units import UnitRoll, named_unit, take_into_set

_FIXED = [ClaimStatus.SUBMITTED.value, ClaimStatus.ACCEPTED.value]


class _GradeReader(Reader):
    headings = {column.key: column.heading for column in COLUMNS}


class _Known(UnitRoll):
    """What rows of unit grades are held against. Eight queries, however many rows."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(centre)
        self.scales: dict[str, list[GradeName]] = defaultdict(list)
        for grade in Grade.objects.order_by("rank"):
            self.scales[grade.scale_id].append(GradeName(grade.code, grade.label))
        self.stored = {(row.registration_id, row.unit_id): row for row in UnitGrade.objects.filter(centre=centre)}
        claims = Claim.objects.filter(centre=centre, status__in=_FIXED)
        self.claimed = set(claims.values_list("registration_id", flat=True))

    def label(self, part: Part, code: str) -> str:
        return next((grade.label for grade in self.scales[part.unit.scale_id] if grade.code == code), code)


def plan_unit_grades(*, centre: Centre, rows: Sequence[Row], at: datetime) -> list[Planned]:
    """What each row of a file of unit grades would do."""
    known = _Known(centre)
    return [_plan(_GradeReader(row), known) for row in rows]


def _plan(reader: Reader, known: _Known) -> Planned:
    found = named_unit(reader, known, UnitKind.INTERNAL)
    if found is None:
        return Planned(about=reader.cell("candidate_number"), faults=reader.faults)
    registration, part = found
    grade = _grade(reader, known, part)
    stored = known.stored.get((registration.pk, part.unit_id))
    adds = part.unit_id not in known.sets[registration.pk]
    if not reader.faults:
        take_into_set(reader, known, registration, part)
        _check_claimed(reader, known, registration, stored.grade if stored else "", grade)
    return Planned(
        key=f"{registration.pk}/{part.unit_id}",
        about=f"{registration.candidate_number} {registration.learner}: {part.unit}",
        is_new=stored is None,
        values={
            "registration": registration.pk,
            "unit": part.unit_id,
            "grade": grade,
            "adds": adds,
            "differs": stored is None or stored.grade != grade,
            "write": registration.pk not in known.claimed,
        },
        changes=_changes(known, part, stored, grade, adds),
        faults=reader.faults,
    )


def _grade(reader: Reader, known: _Known, part: Part) -> str:
    words, scale = reader.cell("grade"), known.scales[part.unit.scale_id]
    if not words:
        reader.fault("grade", "The grade is missing.", "Fill it in, or take the row out until there is one.")
        return ""
    grade = read_grade(words, scale)
    if not grade:
        use = suggest_grade(words, scale)
        allowed = f"Use {allowed_words(scale)}."
        fix = f"Is it {use}, “{known.label(part, use)}”? {allowed}" if use else allowed
        reader.fault("grade", f"This is not a grade of {part.unit.noun.lower()} {part.unit.number}.", fix, use)
    return grade


def _check_claimed(reader: Reader, known: _Known, registration: Registered, stored: str, grade: str) -> None:
    if registration.pk in known.claimed and stored != grade:
        reader.fault(
            "grade",
            "The learner is already claimed, so the unit grades are fixed.",
            "Undo the claim first, or take this row out.",
        )


def _changes(known: _Known, part: Part, stored: Any, grade: str, adds: bool) -> list[Change]:
    if stored is None:
        return []
    changes = [Change("Set of units", "Not in the set", "In the set")] if adds else []
    if stored.grade != grade:
        changes.append(Change("Grade", known.label(part, stored.grade), known.label(part, grade)))
    return changes
