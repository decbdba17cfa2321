"""Which learners have agreed to what: what a request asks before it is sent."""

from collections.abc import Collection
from datetime import datetime

from portal.consent.models import Consent, ConsentPaper
from portal.consent.rules import COVERED_BY, Purpose


def in_force(
    *, learner_ids: Collection[int], unit_ids: Collection[int], series: str, purpose: Purpose, at: datetime
) -> dict[tuple[int, int], Consent]:
    """The newest agreement that stood at an instant, by (learner, unit). What is missing has none.

    A consent to a review covers a later appeal, as its wording says.
    """
    rows = ConsentPaper.objects.filter(
        consent__in=Consent.objects.agreed().filter(
            learner__in=learner_ids,
            purpose__in=[covering.value for covering in COVERED_BY[purpose]],
            answered_at__lte=at,
        ),
        unit__in=unit_ids,
        series=series,
    )
    ordered = rows.select_related("consent").order_by("consent_id")
    return {(row.consent.learner_id, row.unit_id): row.consent for row in ordered}


def waiting(
    *, learner_ids: Collection[int], unit_ids: Collection[int], series: str, purpose: Purpose
) -> dict[tuple[int, int], Consent]:
    """The newest question without an answer, by (learner, unit); its link may have run out."""
    rows = ConsentPaper.objects.filter(
        consent__in=Consent.objects.open().filter(learner__in=learner_ids, purpose=purpose.value),
        unit__in=unit_ids,
        series=series,
    )
    ordered = rows.select_related("consent").order_by("consent_id")
    return {(row.consent.learner_id, row.unit_id): row.consent for row in ordered}
