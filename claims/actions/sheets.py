"""The file of unit grades, as intake carries it out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from claims.actions.grades import GradeLine, record_grades
from claims.queries.sheets import plan_unit_grades
from claims.rules.sheets import COLUMNS, NEEDS
from portal.intake import kinds
from portal.intake.kinds import Sheet
from portal.learners import watchers
from portal.learners.actions import add_units
from portal.learners.models import Registration

KIND = "unit-grades"


def commit_unit_grades(*, upload: Any, values: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
    """Take the units into the learners' sets where need be, and report the grades."""
    rows = [row for row in values if row["write"]]
    choices = [(row["registration"], row["unit"]) for row in rows if row["adds"]]
    add_units(centre=upload.centre, choices=choices, by=by, at=at, subject=upload, tell=False)
    grades = [GradeLine(row["registration"], row["unit"], row["grade"]) for row in rows]
    record_grades(centre=upload.centre, grades=grades, by=by, at=at, upload=upload)
    # A grade that differs has its learner's readiness rewritten; a unit that is only taken into the set has not.
    taken = {row["registration"] for row in rows if row["adds"]} - {
        row["registration"] for row in rows if row["differs"]
    }
    if taken:
        watchers.changed(taken, at=at)


def _lock(*, centre: Any) -> None:
    list(Registration.objects.select_for_update().filter(centre=centre).order_by("pk").values_list("pk"))


UNIT_GRADES = Sheet(
    key=KIND,
    title="Unit grades",
    noun="unit grade",
    says="Grades of units that your centre assesses. A grade for an optional unit takes it into the learner’s set.",
    columns=COLUMNS,
    needs=NEEDS,
    plan=plan_unit_grades,
    commit=commit_unit_grades,
    lock=_lock,
)


def register_sheet() -> None:
    """To be called from the app's ready()."""
    kinds.register(UNIT_GRADES)
