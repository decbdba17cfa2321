"""What the rows of a file of unit grades would do."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from claims.models import Claim, UnitGrade
from claims.queries.roll import Roll, registrations
from claims.rules import ClaimStatus
from claims.rules.sheets import COLUMNS, GradeName, allowed_words, read_grade, suggest_grade, unit_names
from portal.catalogue.models import AwardRule, Grade, Part, UnitKind
from portal.centres.models import Centre
from portal.intake.kinds import Change, Planned, Row
from portal.intake.rules import plain
from portal.learners.models import Registration, UnitChoice
from portal.learners.queries.sheets import Reader

_FIXED = [ClaimStatus.SUBMITTED.value, ClaimStatus.ACCEPTED.value]


class _GradeReader(Reader):
    headings = {column.key: column.heading for column in COLUMNS}


class _Known(Roll):
    """What rows of unit grades are held against. Eight queries, however many rows."""

    def __init__(self, centre: Centre) -> None:
        super().__init__(centre)
        awards = {row.programme.qualification_id for row in self.by_number.values()}
        self._read_parts(awards)
        self._read_grades(centre)
        self.hours = dict(
            AwardRule.objects.filter(qualification__in=awards)
            .order_by("in_force_from")
            .values_list("qualification_id", "total_hours")
        )

    def _read_parts(self, awards: set[int]) -> None:
        self.parts: dict[int, dict[str, Part]] = defaultdict(dict)
        for part in Part.objects.filter(qualification__in=awards).select_related("unit").order_by("pk"):
            unit = part.unit
            for name in unit_names(code=unit.code, number=unit.number, noun=unit.noun, title=unit.title):
                self.parts[part.qualification_id].setdefault(name, part)
        self.scales: dict[str, list[GradeName]] = defaultdict(list)
        for grade in Grade.objects.order_by("rank"):
            self.scales[grade.scale_id].append(GradeName(grade.code, grade.label))

    def _read_grades(self, centre: Centre) -> None:
        self.stored = {(row.registration_id, row.unit_id): row for row in UnitGrade.objects.filter(centre=centre)}
        claims = Claim.objects.filter(centre=centre, status__in=_FIXED)
        self.claimed = set(claims.values_list("registration_id", flat=True))
        # Units and hours of each set, with what earlier rows of the file add to it.
        self.sets: dict[int, dict[int, int]] = defaultdict(dict)
        choices = UnitChoice.objects.filter(registration__centre=centre)
        for registration, unit, hours in choices.values_list("registration_id", "unit_id", "unit__guided_hours"):
            self.sets[registration][unit] = hours

    def label(self, part: Part, code: str) -> str:
        return next((grade.label for grade in self.scales[part.unit.scale_id] if grade.code == code), code)


def plan_unit_grades(*, centre: Centre, rows: Sequence[Row], at: datetime) -> list[Planned]:
    """What each row of a file of unit grades would do."""
    known = _Known(centre)
    return [_plan(_GradeReader(row), known) for row in rows]


def _plan(reader: Reader, known: _Known) -> Planned:
    found = _registration_and_part(reader, known)
    if found is None:
        return Planned(about=reader.cell("candidate_number"), faults=reader.faults)
    registration, part = found
    grade = _grade(reader, known, part)
    stored = known.stored.get((registration.pk, part.unit_id))
    adds = part.unit_id not in known.sets[registration.pk]
    if not reader.faults:
        _check_set(reader, known, registration, part)
        _check_claimed(reader, known, registration, stored.grade if stored else "", grade)
    return Planned(
        key=f"{registration.pk}/{part.unit_id}",
        about=f"{registration.learner.candidate_number} {registration.learner}: {part.unit}",
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


def _registration_and_part(reader: Reader, known: _Known) -> tuple[Registration, Part] | None:
    """The one registration and unit that the row is about; a fault when there is none or more than one."""
    rows = registrations(reader, known)
    if not rows:
        return None
    name = _unit_name(reader)
    if not name:
        return None
    found = [(row, part) for row in rows if (part := known.parts[row.programme.qualification_id].get(name)) is not None]
    if not found:
        titles = " or ".join(row.programme.qualification.title for row in rows)
        reader.fault("unit", f"There is no such unit in {titles}.", "Write the unit’s number or code.")
    elif len(found) > 1:
        reader.fault(
            "unit",
            "The learner has this unit on more than one programme.",
            "Add a column “Qualification” that says which.",
        )
    elif found[0][1].unit.kind != UnitKind.INTERNAL:
        unit = found[0][1].unit
        reader.fault("unit", f"{unit.noun} {unit.number} is assessed by us, not by your centre.", "Take this row out.")
    else:
        return found[0]
    return None


def _unit_name(reader: Reader) -> str:
    words = reader.cell("unit")
    if not words:
        reader.fault("unit", "The unit is missing.", "Write its number or code.")
        return ""
    name = plain(words)
    return name.lstrip("0") or name


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


def _check_set(reader: Reader, known: _Known, registration: Registration, part: Part) -> None:
    """A grade for an optional unit takes the unit into the set, as long as the set does not grow too large."""
    chosen = known.sets[registration.pk]
    if part.unit_id in chosen:
        return
    needed = known.hours.get(registration.programme.qualification_id, 0)
    hours = sum(chosen.values()) + part.unit.guided_hours
    if needed and hours > needed:
        reader.fault(
            "unit",
            f"{part.unit.noun} {part.unit.number} is not in the learner’s set of units, and with it the set would come "
            f"to {hours} hours; the award needs {needed}.",
            "Change the learner’s set of units first, or take this row out.",
        )
    else:
        chosen[part.unit_id] = part.unit.guided_hours


def _check_claimed(reader: Reader, known: _Known, registration: Registration, stored: str, grade: str) -> None:
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
