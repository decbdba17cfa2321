"""Taking a request back before work on it begins."""

from datetime import datetime
from typing import Any

from django.db import transaction

from deadlines.actions import stop_clock
from portal.casework.actions import move
from portal.clock import london_date
from portal.errors import Refused
from portal.fees.actions import waive
from portal.fees.rules import Reason
from portal.learners.models import Learner, Registration
from postresults.actions.filing import charges_of
from postresults.models import Request
from postresults.rules import states
from postresults.rules.services import Service, terms_of


@transaction.atomic
def withdraw_request(*, request: Request, by: Any, at: datetime) -> Request:
    """Withdraw a request: its clock stops and its charges fall away; other components of the review go on.

    Refused once work has begun, or when it has ended. Whoever comes second meets the state the first one left.
    """
    row = _held(request)
    if states.WITHDRAWN not in states.MOVES[row.case.status]:
        raise Refused(_WORDS.get(row.case.status, "This request has ended already."), code="moved")
    filed_at = row.received_at
    row.case = move(case=row.case, to=states.WITHDRAWN, by=by, at=at)
    Request.objects.filter(pk=row.pk).update(live=False)
    if filed_at is not None:
        _undo_filing(row, filed_at, by=by, at=at)
    return row


_WORDS = {
    states.REVIEWING: "Work on this review has begun, so it cannot be withdrawn. Write to us in the messages below.",
    states.WITHDRAWN: "This request is withdrawn already.",
}


def _held(request: Request) -> Request:
    """The request as it stands once nobody else can change it: learner, registration, then the row itself."""
    if request.registration_id is not None:
        learner = Registration.objects.values("learner").filter(pk=request.registration_id)
        list(Learner.objects.select_for_update().filter(pk__in=learner).values_list("pk"))
        list(Registration.objects.select_for_update().filter(pk=request.registration_id).values_list("pk"))
    rows = Request.objects.select_for_update(of=("self",)).select_related(
        "case__centre", "centre", "submission", "registration__programme__qualification"
    )
    return rows.get(pk=request.pk)


def _undo_filing(row: Request, filed_at: datetime, *, by: Any, at: datetime) -> None:
    limit = terms_of(Service(row.service), on=london_date(filed_at)).limit
    if limit:
        stop_clock(case=row.case, limit=limit, at=at, by=by)
    charges = charges_of(row)
    waive(centre=row.centre, group=row.group, reason=Reason.CANCELLED, by=by, at=at, only=charges)
