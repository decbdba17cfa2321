"""Where a centre's requests stand in one line each: for the home page and the start page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet

from portal.consent.models import Consent, ConsentPaper
from portal.consent.rules import COVERED_BY, Purpose
from portal.web.actor import Actor
from postresults.models import Request
from postresults.queries.requests import WITH_US
from postresults.rules import states
from postresults.rules.services import REVIEWS, Service


@dataclass(frozen=True)
class Numbers:
    """Requests with us, the date promised next, how many are past theirs; those that wait, and those signed of them.

    `closing` and `urgent` are those that wait in one series: all of them, and its priority reviews.
    """

    with_us: int
    next_due_at: datetime | None
    late: int
    waiting: int
    signed: int
    closing: int
    urgent: int


def numbers(*, actor: Actor, series: str = "") -> Numbers:
    """One query."""
    ours = Q(case__status__in=WITH_US)
    waits = Q(case__status=states.WAITING)
    found = with_signatures(Request.objects.visible_to(actor).filter(live=True)).aggregate(
        with_us=Count("pk", filter=ours),
        next_due_at=Min("case__due_at", filter=ours & Q(case__due_at__gte=actor.at)),
        late=Count("pk", filter=ours & Q(case__due_at__lt=actor.at)),
        waiting=Count("pk", filter=waits),
        signed=Count("pk", filter=waits & Q(is_signed=True)),
        closing=Count("pk", filter=waits & Q(series=series)),
        urgent=Count("pk", filter=waits & Q(series=series, service=Service.PRIORITY.value)),
    )
    return Numbers(**found)


def with_signatures(rows: QuerySet[Request]) -> QuerySet[Request]:
    """`is_signed`: the learner has agreed, yet the request still waits, as filing it would pass the ceiling."""
    reviews = Q(service__in=[service.value for service in REVIEWS])
    return rows.annotate(
        is_signed=Q(reviews & Exists(_papers(Purpose.REVIEW))) | Q(~reviews & Exists(_papers(Purpose.SCRIPTS)))
    )


def _papers(purpose: Purpose) -> QuerySet[ConsentPaper]:
    agreed = Consent.objects.agreed().filter(purpose__in=[covering.value for covering in COVERED_BY[purpose]])
    return ConsentPaper.objects.filter(
        consent__in=agreed,
        consent__learner=OuterRef("registration__learner"),
        unit=OuterRef("unit"),
        series=OuterRef("series"),
    )


def ready(*, actor: Actor) -> list[Request]:
    """Requests of the centre that are signed and wait for the officer, by learner."""
    rows = with_signatures(Request.objects.visible_to(actor).filter(case__status=states.WAITING)).filter(
        Q(("is_signed", True))
    )
    rows = rows.select_related("case__learner", "unit", "registration__programme__qualification", "submission")
    return list(rows.order_by("case__learner__family_name", "case__learner__given_name", "pk"))
