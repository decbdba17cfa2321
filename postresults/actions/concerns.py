"""A concern about a whole cohort: one act asks for every affected candidate."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.errors import Refused
from portal.learners.models import Result
from postresults.actions.requesting import submit_requests
from postresults.models import Concern, Request, Submission
from postresults.rules.asking import Line


@transaction.atomic
def raise_concern(
    *,
    centre: Centre,
    series: Series,
    unit: str,
    lines: Sequence[Line],
    words: str,
    token: str,
    ceiling_pence: int | None,
    by: Any,
    at: datetime,
) -> Submission:
    """Ask for all affected candidates of one component (by its code), as `submit_requests` does, with the concern.

    Staff then see the cohort as one picture. Refused besides: no words, and a result of another component.
    """
    if not words.strip():
        raise Refused("Say what concerns you about this cohort.", code="required", field="words")
    chosen = Result.objects.filter(pk__in=[line.result_id for line in lines], centre=centre)
    if chosen.exclude(unit__code=unit).exists():
        raise Refused("A concern is about one component. Leave out the results of others.", code="component")
    submission = submit_requests(
        centre=centre, series=series, lines=lines, token=token, ceiling_pence=ceiling_pence, by=by, at=at
    )
    _hang(submission, words, by=by, at=at)
    return submission


def _hang(submission: Submission, words: str, *, by: Any, at: datetime) -> None:
    """Once for each submission: sent twice, its requests hang on their concern already."""
    loose = Request.objects.filter(submission=submission, concern=None)
    first = loose.order_by("pk").first()
    if first is None:
        return
    concern = Concern.objects.create(
        centre=submission.centre, unit_id=first.unit_id, series=submission.series, words=words.strip(), by=by, at=at
    )
    loose.update(concern=concern)
    audit.record(verb="postresults.concern_raised", by=by, at=at, subject=concern, centre=submission.centre)
