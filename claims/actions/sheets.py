"""The files of unit grades and of claims, as intake carries them out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from claims.actions.claiming import Asked, submit_claims
from claims.actions.grades import GradeLine, record_grades
from claims.queries.files import plan_claims, token_of
from claims.queries.sheets import plan_unit_grades
from claims.rules.files import CLAIM_COLUMNS, CLAIM_NEEDS
from claims.rules.sheets import COLUMNS, NEEDS
from claims.rules.submitting import declaration
from deadlines.queries import current_series
from portal import clock
from portal.intake import kinds
from portal.intake.kinds import Sheet
from portal.learners import watchers
from portal.learners.actions import add_units
from portal.learners.models import Registration

KIND = "unit-grades"
CLAIMS = "claims"


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


def commit_claims(*, upload: Any, values: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
    """Claim for the learners of a file who are ready: the same act as on the check page, with one receipt."""
    asked = [Asked(row["registration"], row["grade"]) for row in values if row["claim"]]
    if not asked:
        return
    series = current_series(on=clock.london_date(at))
    submit_claims(centre=upload.centre, series=series, asked=asked, token=token_of(upload), by=by, at=at)


def _lock(*, centre: Any) -> None:
    list(Registration.objects.select_for_update().filter(centre=centre).order_by("pk").values_list("pk"))


UNIT_GRADES = Sheet(
    key=KIND,
    title="Unit grades",
    noun="unit grade",
    says="Grades of units that your centre assesses. A grade for an optional unit takes it into the learner’s set.",
    url_name="claims:upload",
    columns=COLUMNS,
    needs=NEEDS,
    plan=plan_unit_grades,
    commit=commit_unit_grades,
    lock=_lock,
)
CLAIM_FILE = Sheet(
    key=CLAIMS,
    title="Claims",
    noun="claim",
    says="Learners to claim for. Those claimed already stay as they are; the tracker’s download can be used.",
    url_name="claims:file",
    columns=CLAIM_COLUMNS,
    needs=CLAIM_NEEDS,
    plan=plan_claims,
    commit=commit_claims,
    lock=_lock,
    declaration=declaration,
)


def register_sheet() -> None:
    """To be called from the app's ready()."""
    kinds.register(UNIT_GRADES)
    kinds.register(CLAIM_FILE)
