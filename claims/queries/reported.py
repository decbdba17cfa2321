"""Unit grades as they stand."""

from django.db.models import QuerySet

from claims.models import UnitGrade
from portal.web.actor import Actor

ORDER = ("registration__learner__candidate_number", "pk")


def reported(*, actor: Actor, series: str = "", candidate: str = "") -> QuerySet[UnitGrade]:
    """Grades that the actor's centre has reported, of those who complete in one series or of one candidate number
    where they are named.
    """
    rows = UnitGrade.objects.visible_to(actor).select_related(
        "registration__learner", "registration__programme__qualification", "unit"
    )
    rows = rows.filter(registration__series=series) if series else rows
    return rows.filter(registration__learner__candidate_number=candidate) if candidate else rows
