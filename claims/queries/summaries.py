"""Claims in numbers, for the home page."""

from typing import Any

from django.db.models import Count

from claims.models import Readiness, Submission
from claims.rules import State
from portal.catalogue.models import Series
from portal.web.actor import Actor


def with_us(*, actor: Actor, series: Series) -> list[tuple[str, int]]:
    """Level → how many claims of the centre wait for the awarding organisation, highest level first."""
    rows = Readiness.objects.visible_to(actor).filter(series=series, state=State.CLAIMED.value)
    return list(rows.values_list("level").annotate(Count("pk")).order_by("-level"))


def recent_submissions(*, actor: Actor, limit: int) -> list[dict[str, Any]]:
    """The centre's last submissions that stand, with how many claims each holds."""
    rows = Submission.objects.visible_to(actor).filter(undone_at=None).annotate(claimed=Count("claims"))
    return [
        {"at": row.received_at, "reference": row.reference, "claims": row.claimed}
        for row in rows.order_by("-pk")[:limit]
    ]
