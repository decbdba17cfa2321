"""What each row of a file of results would do."""

from collections.abc import Collection, Sequence

from portal.catalogue.models import Grade, Part, Qualification, Series, Unit, UnitKind
from portal.errors import Refused
from portal.intake.kinds import CellFault, Planned, Row
from portal.intake.rules import nearest, read_date
from portal.learners.models import AwardResult, Boundary, Paper, Registration, Result, ResultRelease
from portal.learners.queries.papers import mark_scales
from portal.learners.rules.marks import check_mark
from portal.learners.rules.result_sheets import AWARDS, BOUNDARIES, RESULTS, heading


def plan_results(*, kind: str, rows: Sequence[Row]) -> list[Planned]:
    """A plan for each row, in their order and in a fixed number of queries: new, unchanged, or faults."""
    plans = {RESULTS: _Results, BOUNDARIES: _Boundaries, AWARDS: _Awards}[kind](rows)
    planned = [plans.plan(row) for row in rows]
    return _once_each(kind, rows, planned)


class _Plans:
    """What all kinds of rows are held against, read at once."""

    kind = ""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.series = set(Series.objects.values_list("code", flat=True))
        self.units = {row.code: row for row in Unit.objects.filter(code__in=_cells(rows, "unit"))}
        self.registrations = {
            row.number: row
            for row in Registration.objects.filter(number__in=_cells(rows, "registration")).select_related(
                "learner", "programme__qualification"
            )
        }
        self.releases = set(ResultRelease.objects.values_list("series", "level"))
        self.grades = set(Grade.objects.values_list("scale", "code"))

    def plan(self, row: Row) -> Planned:
        raise NotImplementedError

    def fault(self, key: str, row: Row, reason: str, fix: str, use: str = "") -> CellFault:
        return CellFault(key, heading(self.kind, key), row.cells[key][:200], reason, fix, use)

    def _series(self, row: Row) -> list[CellFault]:
        if row.cells["series"] in self.series:
            return []
        near = nearest(row.cells["series"], self.series)
        return [self.fault("series", row, "There is no such series.", "Write it as 2024-06.", near)]

    def _registration(self, row: Row) -> list[CellFault]:
        """A registration, and the moments of its level: nothing is loaded that would show at once by mistake."""
        found = self.registrations.get(row.cells["registration"])
        if found is None:
            return [self.fault("registration", row, "There is no such registration.", "Check the number.")]
        level = found.programme.qualification.level
        if row.cells["series"] in self.series and (row.cells["series"], level) not in self.releases:
            words = f"Nobody has set when results of level {level} come out in this series."
            return [self.fault("series", row, words, "Set the moments under Releases of results first.")]
        return []

    def _unit(self, row: Row) -> list[CellFault]:
        if row.cells["unit"] in self.units:
            return []
        return [self.fault("unit", row, "There is no such unit.", "Use the unit’s code, such as FIR-BUS-2.")]

    def _grade(self, row: Row, scale: str, of: str) -> list[CellFault]:
        if (scale, row.cells["grade"]) in self.grades:
            return []
        codes = [code for held, code in self.grades if held == scale]
        words = f"This is not a grade of the {of}."
        return [self.fault("grade", row, words, f"Use one of {', '.join(sorted(codes))}.")]

    def _number(self, row: Row, key: str) -> int | None:
        cell = row.cells[key]
        return int(cell) if cell.isascii() and cell.isdecimal() and len(cell) <= 4 else None

    def _whole(self, row: Row, key: str) -> list[CellFault]:
        if self._number(row, key) is not None:
            return []
        return [self.fault(key, row, "This is not a whole number.", "Write digits only, such as 36.")]


class _Results(_Plans):
    kind = RESULTS

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__(rows)
        wanted = {
            (self.units[row.cells["unit"]].pk, row.cells["series"]) for row in rows if row.cells["unit"] in self.units
        }
        self.scales = mark_scales(wanted)
        external = Part.objects.filter(unit__in=self.units.values(), unit__kind=UnitKind.EXTERNAL)
        self.parts = set(external.values_list("qualification", "unit"))
        held = Result.objects.filter(registration__in=self.registrations.values())
        self.standing = {
            (pk, unit, series): (grade, mark)
            for pk, unit, series, grade, mark in held.values_list("registration", "unit", "series", "grade", "mark")
        }

    def plan(self, row: Row) -> Planned:
        cells = row.cells
        plan = Planned(key=" ".join(cells[key] for key in ("registration", "unit", "series")))
        plan.faults = [*self._series(row), *self._registration(row), *self._unit(row)]
        if not plan.faults:
            self._plan_known(plan, row, self.registrations[cells["registration"]], self.units[cells["unit"]])
        return plan

    def _plan_known(self, plan: Planned, row: Row, registration: Registration, unit: Unit) -> None:
        plan.about = f"{registration.learner}, {unit}"
        plan.faults = [*self._assessed(row, registration, unit), *self._grade(row, unit.scale_id, "unit")]
        plan.faults += self._whole(row, "mark") if row.cells["mark"] else []
        if plan.faults:
            return
        mark, grade, series = self._number(row, "mark"), row.cells["grade"], row.cells["series"]
        plan.faults = self._agrees(row, unit.pk, mark)
        standing = self.standing.get((registration.pk, unit.pk, series))
        if standing is not None and standing != (grade, mark):
            words = "The result is issued with another grade or mark."
            plan.faults.append(self.fault("grade", row, words, "Only a decision changes it: take the row out."))
        plan.is_new = standing is None
        plan.values = {"registration": registration.pk, "centre": registration.centre_id, "unit": unit.pk}
        plan.values |= {"series": series, "grade": grade, "mark": mark}

    def _assessed(self, row: Row, registration: Registration, unit: Unit) -> list[CellFault]:
        if (registration.programme.qualification_id, unit.pk) in self.parts:
            return []
        words = "The unit is not an external one of the learner’s qualification."
        return [self.fault("unit", row, words, "Check the unit and the registration.")]

    def _agrees(self, row: Row, unit: int, mark: int | None) -> list[CellFault]:
        scale = self.scales.get((unit, row.cells["series"]))
        if scale is None or mark is None:
            return []
        try:
            check_mark(mark=mark, grade=row.cells["grade"], scale=scale)
        except Refused as refusal:
            return [self.fault("mark", row, refusal.message, "Correct the mark or the grade.")]
        return []


class _Awards(_Plans):
    kind = AWARDS

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__(rows)
        held = AwardResult.objects.filter(registration__in=self.registrations.values())
        self.standing = {
            (pk, series): grade for pk, series, grade in held.values_list("registration", "series", "grade")
        }

    def plan(self, row: Row) -> Planned:
        cells = row.cells
        plan = Planned(key=f"{cells['registration']} {cells['series']}")
        plan.faults = [*self._series(row), *self._registration(row)]
        if plan.faults:
            return plan
        registration = self.registrations[cells["registration"]]
        award: Qualification = registration.programme.qualification
        plan.about = f"{registration.learner}, {award}"
        plan.faults = self._grade(row, award.scale_id, "qualification")
        standing = self.standing.get((registration.pk, cells["series"]))
        if standing not in (None, cells["grade"]):
            words = "The overall grade is issued with another grade."
            plan.faults.append(self.fault("grade", row, words, "Only a decision changes it: take the row out."))
        plan.is_new = standing is None
        plan.values = {"registration": registration.pk, "centre": registration.centre_id}
        plan.values |= {"series": cells["series"], "grade": cells["grade"]}
        return plan


class _Boundaries(_Plans):
    kind = BOUNDARIES

    def __init__(self, rows: Sequence[Row]) -> None:
        super().__init__(rows)
        units = self.units.values()
        self.papers = {
            (unit, series): (max_mark, sat_on)
            for unit, series, max_mark, sat_on in Paper.objects.filter(unit__in=units).values_list(
                "unit", "series", "max_mark", "sat_on"
            )
        }
        self.standing = {
            (unit, series, grade): mark
            for unit, series, grade, mark in Boundary.objects.filter(unit__in=units).values_list(
                "unit", "series", "grade", "mark"
            )
        }

    def plan(self, row: Row) -> Planned:
        cells = row.cells
        plan = Planned(key=" ".join(cells[key] for key in ("unit", "series", "grade")))
        plan.faults = [*self._series(row), *self._unit(row), *self._whole(row, "max_mark"), *self._whole(row, "mark")]
        on = read_date(cells["sat_on"]) if cells["sat_on"] else None
        if cells["sat_on"] and on is None:
            plan.faults.append(self.fault("sat_on", row, "This is not a date.", "Write it as 15/05/2024."))
        if plan.faults:
            return plan
        unit = self.units[cells["unit"]]
        plan.about, plan.faults = str(unit), self._grade(row, unit.scale_id, "unit")
        mark, max_mark = self._number(row, "mark"), self._number(row, "max_mark")
        own = (unit.pk, cells["series"])
        plan.is_new = (self.standing.get((*own, cells["grade"])), self.papers.get(own)) != (mark, (max_mark, on))
        plan.values = {"unit": unit.pk, "series": cells["series"], "max_mark": max_mark, "grade": cells["grade"]}
        plan.values |= {"mark": mark, "sat_on": on.isoformat() if on else None}
        return plan


def _cells(rows: Sequence[Row], key: str) -> Collection[str]:
    return {row.cells.get(key, "") for row in rows}


def _once_each(kind: str, rows: Sequence[Row], planned: list[Planned]) -> list[Planned]:
    """Two rows about one thing: the later one is refused."""
    first: dict[str, int] = {}
    key = "unit" if kind == BOUNDARIES else "registration"
    for row, plan in zip(rows, planned, strict=True):
        line = first.setdefault(plan.key, row.line)
        if line != row.line:
            words = f"Row {line} is about the same result."
            plan.faults.append(
                CellFault(key, heading(kind, key), row.cells[key][:200], words, "Keep one of the two rows.")
            )
    return planned
