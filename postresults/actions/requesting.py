"""Asking: one submission, one receipt, a case for each component."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from portal.audit import actions as audit
from portal.casework.actions import Opening, open_many
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.clock import london_date
from portal.consent.models import Consent
from portal.consent.queries import in_force
from portal.consent.rules import Purpose
from portal.errors import Refused
from portal.learners.models import Result
from postresults.actions.filing import file_requests
from postresults.actions.locks import lock_results
from postresults.actions.telling import send_receipt
from postresults.kinds import REVIEW, SCRIPT
from postresults.models import Request, Submission
from postresults.queries.standings import standings
from postresults.rules import states
from postresults.rules.asking import Line, check_lines, reference
from postresults.rules.offers import check_offered
from postresults.rules.purposes import purpose_of
from postresults.rules.services import REVIEWS, Service, terms_of


@dataclass(frozen=True)
class Wanted:
    """A line with its result, the consent it rests on (None: it waits for one), and the case that will hold it."""

    line: Line
    result: Result
    consent: Consent | None

    @property
    def waits(self) -> bool:
        return self.consent is None


@transaction.atomic
def submit_requests(
    *,
    centre: Centre,
    series: Series,
    lines: Sequence[Line],
    token: str,
    ceiling_pence: int | None,
    by: Any,
    at: datetime,
    concern: Any = None,
) -> Submission:
    """Ask for services: one submission, one receipt, all or nothing.

    `at` is the moment the server received it; windows are judged on it. The same `token` again returns the first
    submission. Lines whose learner has not agreed yet wait, and file themselves when the consent arrives, up to
    `ceiling_pence`; without a ceiling they are refused. Raises Refused with the first reason.
    """
    check_lines(lines)
    results = {row.pk: row for row in lock_results([line.result_id for line in lines], centre=centre)}
    before = Submission.objects.filter(centre=centre, token=token).first()
    if before:
        return before
    wanted = _wanted(lines, results, series, at)
    _check_consents(wanted, ceiling_pence)
    submission = open_submission(centre, series, token, ceiling_pence, by, at)
    requests = _store(submission, wanted, concern, by=by, at=at)
    file_requests(requests=[request for request in requests if request.consent_id is not None], by=by, at=at)
    send_receipt(submission=submission, requests=requests, at=at)
    data = {"requests": len(requests)}
    audit.record(verb="postresults.submitted", by=by, at=at, subject=submission, centre=centre, data=data)
    return submission


def _wanted(lines: Sequence[Line], results: dict[int, Result], series: Series, at: datetime) -> list[Wanted]:
    """Each line with its result and consent, all of them on offer now."""
    if set(results) != {line.result_id for line in lines} or any(r.series_id != series.pk for r in results.values()):
        raise Refused("A result in this list is not one of your centre’s in this series.", code="foreign")
    found = standings(results=results.values(), at=at)
    for line in lines:
        _check_line(line, found[line.result_id], at)
    consents = {purpose: _consents(results, series, purpose, at) for purpose in (Purpose.REVIEW, Purpose.SCRIPTS)}
    return [Wanted(line, row, _consent(line, row, consents)) for line in lines for row in [results[line.result_id]]]


def _check_line(line: Line, standing: Any, at: datetime) -> None:
    if line.service in (Service.MODERATION, Service.DOWNLOAD, Service.REVIEWED_COPY):
        raise Refused(f"{line.service.label} is not asked for in this way.", code="way")
    check_offered(terms_of(line.service, on=london_date(at)), standing)


def _consents(
    results: dict[int, Result], series: Series, purpose: Purpose, at: datetime
) -> dict[tuple[int, int], Consent]:
    return in_force(
        learner_ids={row.registration.learner_id for row in results.values()},
        unit_ids={row.unit_id for row in results.values()},
        series=series.pk,
        purpose=purpose,
        at=at,
    )


def _consent(line: Line, row: Result, consents: dict[Purpose, dict[tuple[int, int], Consent]]) -> Consent | None:
    return consents[purpose_of(line.service)].get((row.registration.learner_id, row.unit_id))


def _check_consents(wanted: Sequence[Wanted], ceiling_pence: int | None) -> None:
    waiting = sum(each.waits for each in wanted)
    if waiting and ceiling_pence is None:
        raise Refused(
            f"{waiting} of these still wait for the learner’s written consent. Ask for it first, or let us file them "
            "when it arrives.",
            code="consent",
            field="ceiling",
        )


def open_submission(
    centre: Centre, series: Series, token: str, ceiling_pence: int | None, by: Any, at: datetime
) -> Submission:
    """A submission with its reference, inside the caller's transaction."""
    submission = Submission.objects.create(
        reference=uuid4().hex[:20],  # until its number is known
        centre=centre,
        series=series,
        token=token,
        by=by,
        received_at=at,
        ceiling_pence=ceiling_pence,
    )
    submission.reference = reference(series=series.pk, serial=submission.pk)
    submission.save(update_fields=["reference"])
    return submission


def _store(submission: Submission, wanted: Sequence[Wanted], concern: Any, *, by: Any, at: datetime) -> list[Request]:
    """The cases and requests. All begin as waiting; those with consent are filed right after."""
    requests = []
    for kind in (REVIEW, SCRIPT):
        some = [each for each in wanted if (each.line.service in REVIEWS) is (kind is REVIEW)]
        openings = [
            Opening(submission.centre, w.result.registration.learner, w.result.unit, submission.series) for w in some
        ]
        cases = open_many(kind=kind.key, openings=openings, by=by, at=at, status=states.WAITING) if some else []
        requests += [_request(submission, each, case, concern) for each, case in zip(some, cases, strict=True)]
    try:
        with transaction.atomic():
            Request.objects.bulk_create(requests, batch_size=500)
    except IntegrityError:
        raise Refused("Somebody has just asked for one of these. Look at the list again.", code="stale") from None
    return requests


def _request(submission: Submission, wanted: Wanted, case: Any, concern: Any) -> Request:
    line, row = wanted.line, wanted.result
    return Request(
        case=case,
        centre_id=submission.centre_id,
        submission=submission,
        registration=row.registration,
        result=row,
        unit=row.unit,
        series_id=row.series_id,
        service=line.service.value,
        with_copy=line.with_copy,
        place_depends=line.place_depends,
        consent=wanted.consent,
        concern=concern,
        group=f"{submission.reference}/{row.registration.learner.candidate_number}",
    )
