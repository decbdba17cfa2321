"""Putting the question to a learner: by email, or by a QR code for the room."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from portal import clock
from portal.audit.actions import record
from portal.consent.models import Consent, ConsentPaper
from portal.consent.queries.links import link
from portal.consent.queries.papers import check_papers, wording_in_force
from portal.consent.rules import VALID_FOR, Purpose, Way, digest, new_token, retained_until
from portal.consent.rules.purposes import ASKED
from portal.errors import Refused
from portal.learners.models import Learner, Result
from portal.notices.actions import queue
from portal.web.sealing import sealed

KIND = "consent.ask"


@dataclass(frozen=True)
class Asked:
    """A question that was put. `token` is the secret of its link, kept nowhere but in the mail or on the sheet."""

    consent: Consent
    token: str


@transaction.atomic
def ask(
    *,
    learner: Learner,
    papers: Collection[Result],
    purpose: Purpose,
    way: Way,
    by: Any,
    at: datetime,
    wall: datetime,
    contact_email: str = "",
) -> Asked:
    """Ask a learner about some of their issued results, by a link that holds for seven days of real time.

    Refused before the results have reached the candidates, for papers of somebody else, and by email without an
    address. An earlier question of the same purpose about any of these papers, if it has no answer, stops working.
    """
    if way not in ASKED:
        raise Refused("A learner is asked by email or by QR code.", code="way")
    if way is Way.LINK and not contact_email:
        raise Refused("Enter the learner’s email address.", code="address", field="contact_email")
    consent = open_consent(learner=learner, papers=papers, purpose=purpose, way=way, by=by, at=at)
    token = new_token()
    consent.contact_email = contact_email
    consent.digest = digest(token)
    consent.sealed = sealed(token, keys=settings.FIELD_KEYS) if way is Way.QR else ""
    consent.expires_at = wall + VALID_FOR
    consent.answer_by_on = clock.london_date(at + VALID_FOR)
    consent.save()
    if way is Way.LINK:
        _mail(consent, token, at=at)
    record(verb="consent.asked", by=by, at=at, subject=consent, centre=consent.centre, data={"way": way.value})
    return Asked(consent, token)


@transaction.atomic
def ask_again(*, consent: Consent, by: Any, at: datetime, wall: datetime) -> Asked:
    """Put the same question once more, the same way, with a new link; the old one stops working.

    Refused for answers on paper, and while an agreement stands.
    """
    held = Consent.objects.select_for_update(of=("self",)).select_related("learner", "centre").get(pk=consent.pk)
    if Way(held.way) not in ASKED:
        raise Refused("This was answered on paper. Ask the learner by email instead.", code="way")
    if held.disposed_at is not None:
        raise Refused("This was erased at the end of its time. Ask anew from the request.", code="disposed")
    if held.answer == "yes" and held.withdrawn_at is None:
        raise Refused("The learner has agreed already.", code="yes")
    return ask(
        learner=held.learner,
        papers=results_of(held),
        purpose=Purpose(held.purpose),
        way=Way(held.way),
        contact_email=held.contact_email,
        by=by,
        at=at,
        wall=wall,
    )


def results_of(consent: Consent) -> list[Result]:
    """The results that a consent is about, as they stand."""
    rows = Result.objects.filter(centre=consent.centre_id, registration__learner=consent.learner_id)
    wanted = {(paper.unit_id, paper.series_id) for paper in consent.papers.all()}
    return [row for row in rows.select_related("registration") if (row.unit_id, row.series_id) in wanted]


def open_consent(
    *, learner: Learner, papers: Collection[Result], purpose: Purpose, way: Way, by: Any, at: datetime
) -> Consent:
    """A new consent with its papers, in the caller's transaction; open questions about the same papers end.

    The learner's row is held, so that two officers asking at once leave one question open.
    """
    held = Learner.objects.select_for_update(of=("self",)).select_related("centre").get(pk=learner.pk)
    check_papers(learner=held, papers=papers, at=at)
    _supersede(held, papers, purpose, at=at)
    consent = Consent.objects.create(
        centre=held.centre,
        learner=held,
        purpose=purpose.value,
        wording=wording_in_force(purpose, on=clock.london_date(at)),
        way=way.value,
        asked_at=at,
        asked_by=by,
        retain_until=retained_until(clock.london_date(at)),
    )
    rows = [ConsentPaper(consent=consent, unit_id=r.unit_id, series_id=r.series_id, grade=r.grade) for r in papers]
    ConsentPaper.objects.bulk_create(rows)
    return consent


def _supersede(learner: Learner, papers: Collection[Result], purpose: Purpose, *, at: datetime) -> None:
    about = {(result.unit_id, result.series_id) for result in papers}
    waiting = Consent.objects.open().filter(learner=learner, purpose=purpose.value).prefetch_related("papers")
    older = [row.pk for row in waiting if about & {(paper.unit_id, paper.series_id) for paper in row.papers.all()}]
    Consent.objects.open().filter(pk__in=older).update(superseded_at=at, sealed="")


def _mail(consent: Consent, token: str, *, at: datetime) -> None:
    queue(
        kind=KIND,
        dedupe_key=f"{KIND}:{consent.pk}",
        address=consent.contact_email,
        at=at,
        template="consent_ask",
        context={"answer_by_on": consent.answer_by_on, "url": link(token)},
        centre=consent.centre,
        secret=True,
    )
