"""How much of each duty is outstanding, over all centres at once."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import Count, Min

from claims.models import Query, Readiness
from claims.queries.dates import CLAIM_KEYS
from claims.rules import State
from claims.rules.words import sentence_of
from deadlines.duties import Duty, Outstanding
from portal.catalogue.models import Series
from portal.centres.rules import CLAIMS_MAKE, CLAIMS_VIEW, GRADES_ENTER

Centres = Collection[int] | None


def _at(rows: Any, centre_id: int | None, centre_ids: Centres) -> Any:
    if centre_ids is not None:
        return rows.filter(centre__in=centre_ids)
    return rows.filter(centre=centre_id) if centre_id else rows


def _standing(state: State, series: Series, centre_id: int | None, centre_ids: Centres, keys: Collection[str]) -> Any:
    rows = Readiness.objects.filter(series=series, state=state.value)
    if keys:
        rows = rows.filter(kind__in=[kind for kind, key in CLAIM_KEYS.items() if key in keys])
    return _at(rows, centre_id, centre_ids)


def ready(
    *,
    as_of: datetime,
    series: Series,
    centre_id: int | None = None,
    centre_ids: Centres = None,
    keys: Collection[str] = (),
) -> list[Outstanding]:
    """Learners who only need claiming."""
    rows = (
        _standing(State.READY, series, centre_id, centre_ids, keys)
        .values_list("centre")
        .annotate(Count("pk"))
        .order_by("centre")
    )
    return [Outstanding(centre, count) for centre, count in rows]


def blocked(
    *,
    as_of: datetime,
    series: Series,
    centre_id: int | None = None,
    centre_ids: Centres = None,
    keys: Collection[str] = (),
) -> list[Outstanding]:
    """Learners who cannot be claimed until something is put right, counted by their first reason."""
    rows = (
        _standing(State.BLOCKED, series, centre_id, centre_ids, keys)
        .values_list("centre", "reasons__0__code")
        .annotate(Count("pk"))
        .order_by("centre", "reasons__0__code")
    )
    by_centre: dict[int, dict[str, int]] = defaultdict(dict)
    for centre, code, count in rows:
        by_centre[centre][code] = count
    return [Outstanding(centre, sum(codes.values()), detail=sentence_of(codes)) for centre, codes in by_centre.items()]


def questions(
    *, as_of: datetime, series: Series, centre_id: int | None = None, centre_ids: Centres = None
) -> list[Outstanding]:
    """Open questions about claims, due on the earliest day any of them is to be answered by."""
    rows = _at(Query.objects.filter(answered_at=None, claim__series=series), centre_id, centre_ids)
    found = (
        rows.values_list("centre")
        .annotate(Count("pk"), Min("answer_by"), Min("claim__registration__learner__candidate_number"))
        .order_by("centre")
    )
    return [
        Outstanding(centre, count, oldest=oldest, detail=_about(candidate, count))
        for centre, count, oldest, candidate in found
    ]


def _about(candidate: str, count: int) -> str:
    others = "" if count == 1 else f" and {count - 1} more"
    return f"About the claim for candidate {candidate}{others}. It waits until you answer."


BY_KIND = tuple((key, f"kind={kind}") for kind, key in CLAIM_KEYS.items())

DUTIES = (
    Duty(
        key="claims.questions",
        key_date="",
        outstanding=questions,
        url_name="claims:questions",
        act="Answer {count} question{s} about a claim",
        subject="{count} question{s} about a claim to answer",
        seen_by=CLAIMS_VIEW,
        done_by=CLAIMS_MAKE,
    ),
    Duty(
        key="claims.ready",
        key_date=CLAIM_KEYS["full_award"],
        other_dates=(CLAIM_KEYS["cash_in"],),
        narrowed_by=BY_KIND,
        outstanding=ready,
        url_name="claims:tracker",
        act="Claim for {count} learner{s} who {are} ready",
        subject="{count} learner{s} to claim",
        url_query="state=ready",
        seen_by=CLAIMS_VIEW,
        done_by=CLAIMS_MAKE,
    ),
    Duty(
        key="claims.blocked",
        key_date=CLAIM_KEYS["full_award"],
        other_dates=(CLAIM_KEYS["cash_in"],),
        narrowed_by=BY_KIND,
        outstanding=blocked,
        url_name="claims:tracker",
        act="Unblock {count} learner{s}",
        subject="{count} blocked learner{s}",
        url_query="state=blocked",
        seen_by=CLAIMS_VIEW,
        done_by=GRADES_ENTER,
    ),
)
