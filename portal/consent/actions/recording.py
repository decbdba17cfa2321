"""Consent that the learner gave by hand: a paper that the centre holds, or a scan of it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit.actions import record
from portal.consent import watchers
from portal.consent.actions.asking import open_consent
from portal.consent.models import Consent
from portal.consent.queries.papers import last_released_on
from portal.consent.rules import Answer, Purpose, Way
from portal.errors import Refused
from portal.files.actions import store_form
from portal.learners.models import Learner, Result
from portal.web.words import day


@transaction.atomic
def record_paper(
    *,
    learner: Learner,
    papers: Collection[Result],
    purpose: Purpose,
    held_by: str,
    signed_on: date,
    by: Any,
    at: datetime,
    named: bool | None = None,
) -> Consent:
    """The learner has signed on paper, and somebody at the centre holds it. Refused for a day before the results."""
    if not held_by.strip():
        raise Refused("Say who holds the signed paper.", code="held_by", field="held_by")
    consent = open_consent(learner=learner, papers=papers, purpose=purpose, way=Way.PAPER, by=by, at=at)
    consent.held_by = held_by.strip()[:120]
    return _signed(consent, papers, signed_on=signed_on, named=named, by=by, at=at)


@transaction.atomic
def record_upload(
    *,
    learner: Learner,
    papers: Collection[Result],
    purpose: Purpose,
    name: str,
    content: bytes,
    signed_on: date,
    by: Any,
    at: datetime,
    named: bool | None = None,
) -> Consent:
    """The signed paper itself, as a PDF or a photograph of up to 5 MB, kept encrypted until it is disposed of."""
    consent = open_consent(learner=learner, papers=papers, purpose=purpose, way=Way.UPLOAD, by=by, at=at)
    consent.file = store_form(centre=consent.centre, purpose="consent", name=name, content=content, by=by, at=at)
    return _signed(consent, papers, signed_on=signed_on, named=named, by=by, at=at)


def _signed(
    consent: Consent, papers: Collection[Result], *, signed_on: date, named: bool | None, by: Any, at: datetime
) -> Consent:
    _check_day(signed_on, papers, at=at)
    if consent.purpose == Purpose.TEACHING.value and named is None:
        raise Refused("Say whether the learner’s name may be shown.", code="named", field="named")
    consent.signed_on, consent.named = signed_on, named
    consent.answer, consent.answered_at = Answer.YES.value, at
    consent.save()
    watchers.answered([consent.pk], at=at)
    record(verb="consent.recorded", by=by, at=at, subject=consent, centre=consent.centre, data={"way": consent.way})
    return consent


def _check_day(signed_on: date, papers: Collection[Result], *, at: datetime) -> None:
    """Consent is given once the learner knows the result, so not before it; and not in the future."""
    if signed_on > clock.london_date(at):
        raise Refused("The day of the signature lies in the future.", code="signed_on", field="signed_on")
    released_on = last_released_on(papers)
    if signed_on < released_on:
        raise Refused(
            f"The results came out on {day(released_on)}. Consent given before that does not count.",
            code="before_results",
            field="signed_on",
        )
