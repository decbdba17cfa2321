"""Claims in numbers, for the home page."""

from typing import Any

from django.db.models import Count

from claims.models import Readiness, Submission
from claims.rules import State
from portal.catalogue.models import Series
from portal.web.actor import Actor


def standing(*, actor: Actor, series: Series) -> dict[str, dict[str, int]]:
    """State → level → how many learners of the centre stand there, in one query."""
    found: dict[str, dict[str, int]] = {state.value: {} for state in State}
    rows = Readiness.objects.visible_to(actor).filter(series=series).values_list("state", "level")
    for state, level, number in rows.annotate(Count("pk")).order_by("state", "-level"):
        found[state][level] = number
    return found


def recent_submissions(*, actor: Actor, limit: int) -> list[dict[str, Any]]:
    """The centre's last submissions that stand, with how many claims each holds."""
    sent = Submission.objects.visible_to(actor).filter(undone_at=None).select_related("by")
    rows = sent.annotate(claimed=Count("claims"))
    return [
        {"at": row.received_at, "reference": row.reference, "claims": row.claimed, "by": row.by.name}
        for row in rows.order_by("-pk")[:limit]
    ]
