"""What follows when the outcome of a review goes out, in the same transaction."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from deadlines.actions import start_clock, stop_clock
from portal.casework.models import Case, Decision, DecisionLine
from portal.clock import london_date
from portal.consent.actions import set_retention
from portal.errors import Refused
from portal.fees.actions import waive
from portal.fees.models import FeeLine
from portal.fees.rules import Reason
from postresults.actions.letters import file_outcome
from postresults.actions.working import stop_promise
from postresults.models import Request
from postresults.rules.appeals import LODGE
from postresults.rules.outcomes import fee_falls_away


def outcome_issued(decision: Decision, *, by: Any, at: datetime) -> None:
    """Our promise is kept, the window for an appeal runs, the fee falls away where a grade changed, the letter is made.

    Called by casework with the case held, before results change: consents are held before registrations.
    """
    request = Request.objects.select_related("case__centre", "centre", "registration", "unit").get(pk=decision.case_id)
    lines = list(DecisionLine.objects.filter(decision=decision).select_related("unit", "award").order_by("pk"))
    Request.objects.filter(pk=request.pk).update(live=False)
    stop_promise(request, by=by, at=at)
    open_window_again(decision, by=by, at=at)
    if request.consent_id:
        set_retention(consents=[request.consent_id], last_outcome_on=london_date(at))
    if _falls_away(lines):
        waive_group(request, by=by, at=at)
    file_outcome(request=request, decision=decision, lines=lines, by=by, at=at)


def open_window_again(decision: Decision, *, by: Any, at: datetime) -> None:
    """Count the days for an appeal from the receipt of the decision; an earlier count of the case ends.

    So too when staff record a later receipt, of a letter.
    """
    stop_clock(case=decision.case, limit=LODGE, at=at, by=by)
    start_clock(case=decision.case, limit=LODGE, started_at=decision.received_at or at, by=by, at=at)


def _falls_away(lines: list[DecisionLine]) -> bool:
    overall = [line for line in lines if line.award_id]
    return fee_falls_away(
        has_overall=bool(overall),
        overall_changes=any(line.changes for line in overall),
        grade_changes=any(line.old_grade != line.new_grade for line in lines if line.result_id),
    )


def waive_group(request: Request, *, by: Any, at: datetime) -> None:
    """All components of the review are free; the same twice changes nothing."""
    if FeeLine.objects.filter(centre=request.centre, group=request.group).exists():
        waive(centre=request.centre, group=request.group, reason=Reason.GRADE_CHANGED, by=by, at=at)


def review_reopened(case: Case, *, by: Any, at: datetime) -> None:
    """The request is with us again. Refused where another review of the component has begun since.

    The window for an appeal goes on: the decision stands until another one takes its place.
    """
    try:
        with transaction.atomic():
            Request.objects.filter(pk=case.pk).update(live=True)
    except IntegrityError:
        raise Refused("Another request for this component has been made since.", code="stale") from None
