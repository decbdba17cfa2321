"""What centres still have to do about results, over all centres at once."""

from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import Count

from deadlines.duties import Duty, Outstanding
from deadlines.models import KeyDate
from deadlines.queries import key_date
from portal.catalogue.models import Series
from portal.centres.rules import REQUESTS_MAKE, REQUESTS_VIEW
from portal.web.words import count, day
from postresults.models import Request
from postresults.rules.services import Service

CONSENTS = "postresults.consents"
OTHERS, PRIORITY = "romm.others", "romm.priority"


def waiting_for_consent(
    *, as_of: datetime, series: Series, centre_id: int | None = None, centre_ids: Collection[int] | None = None
) -> list[Outstanding]:
    """Requests that wait for a learner and end with their window. One query, and one for the earlier window's day."""
    rows = Request.objects.filter(series=series, live=True, received_at=None)
    if centre_ids is not None:
        rows = rows.filter(centre__in=centre_ids)
    elif centre_id:
        rows = rows.filter(centre=centre_id)
    found: dict[int, Counter[str]] = defaultdict(Counter)
    for centre, service, number in rows.order_by("centre").values_list("centre", "service").annotate(Count("pk")):
        found[centre][service] += number
    urgent = any(each[Service.PRIORITY.value] for each in found.values())
    sooner = key_date(key=PRIORITY, series=series) if urgent else None
    return [
        consents_missing(centre, number=each.total(), urgent=each[Service.PRIORITY.value], sooner=sooner)
        for centre, each in found.items()
    ]


def consents_missing(centre_id: int, *, number: int, urgent: int, sooner: KeyDate | None) -> Outstanding:
    """The duty of one centre: requests that wait for a learner, and how many of them are priority reviews.

    `sooner` is the last day for those.
    """
    words = "A request whose learner has not agreed when its window closes is not sent."
    ends = f", which end on {day(sooner.on)}" if sooner else ""
    more = f" {count(urgent, 'priority review')} among them{ends}." if urgent else ""
    return Outstanding(centre_id, number, detail=words + more)


DUTIES = (
    Duty(
        key=CONSENTS,
        key_date=OTHERS,
        outstanding=waiting_for_consent,
        url_name="postresults:requests",
        act="Get {count} consent{s} so that requests can be sent",
        subject="{count} request{s} waiting for consent",
        url_query="state=waiting",
        seen_by=REQUESTS_VIEW,
        done_by=REQUESTS_MAKE,
    ),
)
