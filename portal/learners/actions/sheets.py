"""The files of learners and registrations, as intake carries them out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.intake.kinds import Sheet
from portal.learners.actions.people import LearnerLine, save_learners
from portal.learners.actions.registrations import RegistrationLine, save_registrations
from portal.learners.models import Learner, Registration
from portal.learners.queries.sheets import plan_learners, plan_registrations, values_of
from portal.learners.rules.sheets import (
    LEARNER_COLUMNS,
    LEARNER_NEEDS,
    REGISTRATION_COLUMNS,
    REGISTRATION_NEEDS,
)


def commit_learners(*, upload: Any, values: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
    """Save the learners of a file."""
    lines = [LearnerLine(**{**row, "born_on": values_of(row, "born_on")}) for row in values]
    save_learners(centre=upload.centre, lines=lines, by=by, at=at, subject=upload)


def commit_registrations(*, upload: Any, values: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
    """Save the registrations of a file."""
    lines = [
        RegistrationLine(
            learner_id=row["learner"],
            programme_id=row["programme"],
            series_id=row["series"],
            number=row["number"],
            registered_on=values_of(row, "registered_on"),
        )
        for row in values
    ]
    save_registrations(centre=upload.centre, lines=lines, by=by, at=at, subject=upload)


def _lock_learners(*, centre: Any) -> None:
    list(Learner.objects.select_for_update().filter(centre=centre).order_by("pk").values_list("pk"))


def _lock_registrations(*, centre: Any) -> None:
    list(Registration.objects.select_for_update().filter(centre=centre).order_by("pk").values_list("pk"))


LEARNERS = Sheet(
    key="learners",
    title="Learners",
    noun="learner",
    says="Names, dates of birth and identifiers of your learners. An empty cell leaves what we hold as it is.",
    columns=LEARNER_COLUMNS,
    needs=LEARNER_NEEDS,
    plan=plan_learners,
    commit=commit_learners,
    lock=_lock_learners,
)
REGISTRATIONS = Sheet(
    key="registrations",
    title="Registrations",
    noun="registration",
    says="Which learner is on which programme, and when they complete. Mandatory units are taken by themselves.",
    columns=REGISTRATION_COLUMNS,
    needs=REGISTRATION_NEEDS,
    plan=plan_registrations,
    commit=commit_registrations,
    lock=_lock_registrations,
)
SHEETS = (LEARNERS, REGISTRATIONS)
