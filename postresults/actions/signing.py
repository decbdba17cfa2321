"""Submit when signed: a waiting request files itself on the learner's yes, and ends on a no or with its window."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet, Sum

from portal.casework.actions import move_many
from portal.clock import london_date
from portal.consent.models import Consent
from portal.consent.rules import Answer, Purpose
from portal.fees.models import FeeLine
from portal.fees.queries import prices
from portal.learners.models import Registration
from postresults.actions.filing import charges_of, file_requests
from postresults.actions.telling import tell_filed, tell_lapsed, tell_over_ceiling
from postresults.models import Request, Submission
from postresults.queries.standings import closing_instants
from postresults.rules import states
from postresults.rules.offers import in_time
from postresults.rules.purposes import purpose_of
from postresults.rules.services import FEE_KEYS, Service, terms_of


def file_signed(consent_ids: Collection[int], at: datetime) -> None:
    """Called in the transaction of an answer: file or end what waited for it.

    `at` is the server's receipt of the answer, and the request's receipt too: a sweep's delay makes nothing late.
    """
    for consent in Consent.objects.filter(pk__in=consent_ids).prefetch_related("papers").order_by("pk"):
        requests = _waiting_for(consent)
        if not requests:
            continue
        if consent.answer == Answer.YES.value:
            _file(requests, consent, at)
        else:
            end(requests, at=at)


def _waiting_for(consent: Consent) -> list[Request]:
    """Waiting requests about the papers of a consent, held in the order of all locks: registrations, then cases."""
    units = [paper.unit_id for paper in consent.papers.all()]
    rows = waiting().filter(registration__learner=consent.learner_id, unit__in=units)
    list(Registration.objects.select_for_update().filter(learner=consent.learner_id).order_by("pk").values_list("pk"))
    found = rows.select_for_update(of=("self",)).order_by("pk")
    wanted = [request for request in found if purpose_of(Service(request.service)) is Purpose(consent.purpose)]
    series = {paper.series_id for paper in consent.papers.all()}
    return [request for request in wanted if request.series_id in series]


def waiting() -> QuerySet[Request]:
    """Requests that wait for a consent, with what filing them needs."""
    return Request.objects.filter(case__status=states.WAITING).select_related(
        "case__centre", "centre", "submission__by", "registration__programme__qualification", "unit"
    )


def _file(requests: Sequence[Request], consent: Consent, at: datetime) -> None:
    closes_at = closing_instants(requests[0].series_id)
    late = [request for request in requests if not in_window(request, closes_at, at)]
    end(late, at=at)
    by_submission: dict[int, list[Request]] = defaultdict(list)
    for request in requests:
        if request not in late:
            by_submission[request.submission_id].append(request)
    for held in by_submission.values():
        _file_under_ceiling(held, consent, at)


def in_window(request: Request, closes_at: dict[str, datetime], at: datetime) -> bool:
    """Whether the service of a request can be asked for at an instant."""
    return in_time(terms_of(Service(request.service), on=london_date(at)), closes_at=closes_at, at=at)


def _file_under_ceiling(requests: Sequence[Request], consent: Consent, at: datetime) -> None:
    """All of a submission's requests that this answer completes, or none when they would cost too much."""
    submission = (
        Submission.objects.select_for_update(of=("self",)).select_related("by").get(pk=requests[0].submission_id)
    )
    if charged_so_far(submission) + known_price(requests, at) > (submission.ceiling_pence or 0):
        tell_over_ceiling(submission=submission, requests=requests, at=at)
        return
    Request.objects.filter(pk__in=[request.pk for request in requests]).update(consent=consent)
    for request in requests:
        request.consent = consent
    file_requests(requests=requests, by=submission.by, at=at)
    tell_filed(submission=submission, requests=requests, at=at)


def charged_so_far(submission: Submission) -> int:
    """What the submission's requests cost by now, in pence; charges that fell away do not count."""
    rows = FeeLine.objects.owed().filter(centre=submission.centre_id, group__startswith=f"{submission.reference}/")
    return int(rows.aggregate(sum=Sum("pence"))["sum"] or 0)


def known_price(requests: Sequence[Request], at: datetime) -> int:
    """The known prices of the day, in pence. A price that nobody knows yet cannot be held against a ceiling."""
    charges = [charge for request in requests for charge in charges_of(request)]
    found = prices(keys=[(charge.key, charge.family) for charge in charges], on=london_date(at))
    held = [found[charge.key, charge.family] for charge in charges]
    return sum(price.pence for price in held if price is not None and price.pence is not None)


def end(requests: Sequence[Request], *, at: datetime) -> None:
    """These will not be filed: the learner said no, or the window closed first. The officer is told."""
    if not requests:
        return
    move_many(cases=[request.case for request in requests], to=states.LAPSED, by=None, at=at)
    Request.objects.filter(pk__in=[request.pk for request in requests]).update(live=False)
    tell_lapsed(requests=requests, at=at)


# An answer that reached the server in time may still be on its way through the process when the window closes.
# No request lives longer than this, so what waits after it was not answered in time.
GRACE = timedelta(minutes=10)


@transaction.atomic
def end_out_of_time(*, as_of: datetime) -> int:
    """The sweep: end what still waits ten minutes after its window has closed; how many ended.

    Safe twice and in parallel. An answer after the window ends its requests itself, at once.
    """
    ended = 0
    unfiled = Request.objects.filter(live=True, received_at=None)
    for series in unfiled.order_by().values_list("series", flat=True).distinct():
        late = waiting().filter(series=series, service__in=_over(series, as_of - GRACE), live=True, received_at=None)
        held = list(late.select_for_update(of=("self",), skip_locked=True).order_by("pk"))
        end(held, at=as_of)
        ended += len(held)
    return ended


def _over(series: str, at: datetime) -> list[str]:
    """The services whose window in a series is over, so that rows within theirs are never read."""
    closes_at, on = closing_instants(series), london_date(at)
    terms = [terms_of(service, on=on) for service in FEE_KEYS]
    return [each.service.value for each in terms if not in_time(each, closes_at=closes_at, at=at)]
