"""How long our answers take, per service, from issued decisions: the published figures."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.db.models.functions import TruncDate

from portal.casework.models import Decision
from portal.clock import LONDON, london_date
from postresults.rules.services import REVIEWS, Service, Terms, terms_of
from postresults.rules.turnaround import Turnaround, turnaround

SPAN = timedelta(days=365)


@dataclass(frozen=True)
class Published:
    """One service with its promise and what became of it."""

    service: Service
    terms: Terms
    taken: Turnaround


def published(*, at: datetime) -> list[Published]:
    """The first decision of each review that was issued in the 365 days before `at`. One query for all services.

    The database counts pairs of days; what comes back is as large as the calendar, however many requests there are.
    """
    rows = Decision.objects.filter(
        issued_at__gt=at - SPAN,
        issued_at__lte=at,
        supersedes=None,
        case__request__service__in=[service.value for service in REVIEWS],
        case__request__received_at__isnull=False,
    ).annotate(
        received_on=TruncDate("case__request__received_at", tzinfo=LONDON),
        issued_on=TruncDate("issued_at", tzinfo=LONDON),
    )
    pairs = rows.order_by().values_list("case__request__service", "received_on", "issued_on").annotate(Count("pk"))
    days: dict[str, Counter[int]] = defaultdict(Counter)
    for service, received_on, issued_on, number in pairs:
        days[service][(issued_on - received_on).days] += number
    return [_published(service, days[service.value], at) for service in Service if service in REVIEWS]


def _published(service: Service, days: Counter[int], at: datetime) -> Published:
    terms = terms_of(service, on=london_date(at))
    return Published(service, terms, turnaround(days, promised=terms.days or 0))
