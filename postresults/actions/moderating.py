"""A review of moderation: one request for the whole cohort, without consent."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from portal.audit import actions as audit
from portal.casework.actions import open_case, write_note
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.errors import Refused
from portal.learners.models import Result
from postresults.actions.filing import file_requests
from postresults.actions.locks import lock_results
from postresults.actions.requesting import open_submission
from postresults.actions.telling import send_receipt
from postresults.kinds import REVIEW
from postresults.models import Request, Submission
from postresults.queries.moderation import Moderated, moderated
from postresults.rules import states
from postresults.rules.services import Service


@transaction.atomic
def submit_moderation(
    *, centre: Centre, series: Series, unit: str, words: str, token: str, by: Any, at: datetime
) -> Submission:
    """Ask for a review of moderation (service 3) of a component, by its code, for everybody who took it.

    No learner is asked: grades that are issued are not lowered by it. `words` say what the concern is and open the
    thread of the case. The same `token` again returns the first submission. Raises Refused with the first reason.
    """
    found = _component(centre, series, unit, at)
    lock_results(found.results, centre=centre)
    before = Submission.objects.filter(centre=centre, token=token).first()
    if before:
        return before
    found = _component(centre, series, unit, at)
    if not found.offer.offered:
        raise Refused(f"{found.offer.reason} {found.offer.next_step}".strip(), code=found.offer.code)
    if not words.strip():
        raise Refused("Say what your concern about the moderation is.", code="required", field="words")
    submission = open_submission(centre, series, token, None, by, at)
    request = _store(submission, found, by=by, at=at)
    write_note(case=request.case, text=words, kind="message", by=by, at=at, from_centre=True)
    file_requests(requests=[request], by=by, at=at)
    send_receipt(submission=submission, requests=[request], at=at)
    audit.record(verb="postresults.submitted", by=by, at=at, subject=submission, centre=centre, data={"requests": 1})
    return submission


def _component(centre: Centre, series: Series, unit: str, at: datetime) -> Moderated:
    rows = moderated(results=Result.objects.filter(centre=centre), series=series, at=at)
    found = next((row for row in rows if row.unit.code == unit), None)
    if found is None:
        raise Refused("This component has no moderation of ours to review.", code="foreign")
    return found


def _store(submission: Submission, found: Moderated, *, by: Any, at: datetime) -> Request:
    case = open_case(
        kind=REVIEW.key,
        centre=submission.centre,
        unit=found.unit,
        series=submission.series,
        by=by,
        at=at,
        status=states.WAITING,
    )
    try:
        with transaction.atomic():
            return Request.objects.create(
                case=case,
                centre=submission.centre,
                submission=submission,
                unit=found.unit,
                series=submission.series,
                service=Service.MODERATION.value,
                group=f"{submission.reference}/cohort",
            )
    except IntegrityError:
        raise Refused("Somebody has just asked for this. Look at the list again.", code="stale") from None
