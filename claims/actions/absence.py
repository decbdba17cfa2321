"""`Not this summer`: a learner who will not complete in the series, taken out of every count."""

from datetime import datetime
from typing import Any

from django.db import transaction

from claims.actions.readiness import recompute
from claims.models import Absence, Readiness
from claims.rules import State
from portal.audit import actions as audit
from portal.errors import Refused
from portal.learners.models import Registration


@transaction.atomic
def not_this_summer(*, registration: Registration, reason: str, by: Any, at: datetime) -> Absence:
    """Take a learner out of this series' counts. Refused once claimed. Undoable at any time."""
    state = _locked_state(registration)
    if state in (State.CLAIMED, State.ISSUED):
        raise Refused("This learner is already claimed, so they cannot be taken out.", code="claimed")
    if state is State.ABSENT:
        raise Refused("This learner is already marked as not completing this summer.", code="absent")
    absence = Absence.objects.create(
        centre_id=registration.centre_id, registration=registration, reason=reason, at=at, by=by
    )
    recompute([registration.pk], at)
    audit.record(verb="claims.absent", by=by, at=at, subject=registration, centre=registration.centre)
    return absence


@transaction.atomic
def undo_not_this_summer(*, registration: Registration, by: Any, at: datetime) -> None:
    """Put a learner back into the counts."""
    _locked_state(registration)
    undone = Absence.objects.filter(registration=registration, undone_at=None).update(undone_at=at, undone_by=by)
    if not undone:
        raise Refused("This learner is not marked as not completing this summer.", code="not_absent")
    recompute([registration.pk], at)
    audit.record(verb="claims.absent_undone", by=by, at=at, subject=registration, centre=registration.centre)


def _locked_state(registration: Registration) -> State:
    Registration.objects.select_for_update().get(pk=registration.pk)
    return State(Readiness.objects.get(registration=registration).state)
