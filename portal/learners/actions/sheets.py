"""The files of learners, registrations and entries, as intake carries them out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.intake.kinds import Sheet
from portal.learners.actions.entries import EntryLine, save_entries
from portal.learners.actions.people import LearnerLine, save_learners
from portal.learners.actions.registrations import RegistrationLine, save_registrations
from portal.learners.actions.units import add_units
from portal.learners.models import Learner, Registration
from portal.learners.queries.entries import plan_entries
from portal.learners.queries.sheets import plan_learners, plan_registrations, values_of
from portal.learners.rules.sheets import (
    ENTRY_COLUMNS,
    ENTRY_NEEDS,
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


def commit_entries(*, upload: Any, values: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
    """Take the units into the learners' sets where need be, and enter the learners."""
    choices = [(row["registration"], row["unit"]) for row in values if row["adds"]]
    add_units(centre=upload.centre, choices=choices, by=by, at=at, subject=upload)
    lines = [EntryLine(row["registration"], row["unit"], row["series"]) for row in values]
    save_entries(centre=upload.centre, lines=lines, by=by, at=at, subject=upload)


def _lock_learners(*, centre: Any) -> None:
    list(Learner.objects.select_for_update().filter(centre=centre).order_by("pk").values_list("pk"))


def _lock_registrations(*, centre: Any) -> None:
    list(Registration.objects.select_for_update().filter(centre=centre).order_by("pk").values_list("pk"))


LEARNERS = Sheet(
    key="learners",
    title="Learners",
    noun="learner",
    says="Names, dates of birth and identifiers of your learners. An empty cell leaves what we hold as it is.",
    url_name="learners:upload-learners",
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
    url_name="learners:upload-registrations",
    columns=REGISTRATION_COLUMNS,
    needs=REGISTRATION_NEEDS,
    plan=plan_registrations,
    commit=commit_registrations,
    lock=_lock_registrations,
)
ENTRIES = Sheet(
    key="entries",
    title="Entries",
    noun="entry",
    says=(
        "Learners entered for units that we assess. An entry for an optional unit takes it into the learner’s set. "
        "An entry counts at once; after the entry deadline it can carry a late fee."
    ),
    url_name="learners:upload-entries",
    columns=ENTRY_COLUMNS,
    needs=ENTRY_NEEDS,
    plan=plan_entries,
    commit=commit_entries,
    lock=_lock_registrations,
)
SHEETS = (LEARNERS, REGISTRATIONS, ENTRIES)
