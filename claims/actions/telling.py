"""What programs of a centre are told of its claims. Inside the caller's transaction; numbers and references only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from claims.models import Query, Submission
from portal.centres.models import Centre
from portal.hooks.actions import emit_many
from portal.hooks.rules.events import EventKind, Happening, in_parts


def tell_of_submission(kind: EventKind, *, submission: Submission, registrations: Sequence[str], at: datetime) -> None:
    """Claims of one submission were made, or taken back."""
    path = reverse("claims:receipt", kwargs={"number": submission.centre.number, "reference": submission.reference})
    about = {
        "submission": submission.reference,
        "series": submission.series_id,
        "receipt_url": settings.BASE_URL + path,
    }
    emit_many(_happenings(kind, submission.centre, about, registrations), at=at)


def tell_of_questions(*, queries: Sequence[Query], at: datetime) -> None:
    """Staff asked about claims of any number of centres; all of the questions are answered by one date."""
    claims = [query.claim for query in queries]
    _tell_of_claims(EventKind.CLAIM_QUERIED, claims, {"answer_by": queries[0].answer_by.isoformat()}, at=at)


def tell_of_decision(kind: EventKind, *, claims: Iterable[Any], at: datetime) -> None:
    """Staff decided about claims of any number of centres."""
    _tell_of_claims(kind, claims, {}, at=at)


def _tell_of_claims(kind: EventKind, claims: Iterable[Any], about: Mapping[str, Any], *, at: datetime) -> None:
    groups: dict[tuple[Centre, str, str], list[str]] = defaultdict(list)
    for claim in claims:
        groups[claim.centre, claim.submission.reference, claim.series_id].append(claim.registration.number)
    happenings = [
        happening
        for (centre, reference, series), numbers in groups.items()
        for happening in _happenings(kind, centre, {"submission": reference, "series": series, **about}, numbers)
    ]
    emit_many(happenings, at=at)


def _happenings(
    kind: EventKind, centre: Centre, about: Mapping[str, Any], registrations: Sequence[str]
) -> list[Happening]:
    return [
        Happening(kind, centre.pk, {**about, "registrations": list(part), "tracker_url": _tracker(about["series"])})
        for part in in_parts(registrations)
    ]


def _tracker(series: str) -> str:
    """Where a program reads how its learners stand now: messages may come late, twice or out of order."""
    return f"{settings.BASE_URL}{reverse('api:tracker')}?series={series}"
