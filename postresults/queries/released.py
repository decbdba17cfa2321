"""Results that are out, for programs."""

from django.db.models import QuerySet

from portal.learners.models import Result
from portal.web.actor import Actor

ORDER = ("pk",)


def released(*, actor: Actor, series: str = "", qualification: str = "", unit: str = "") -> QuerySet[Result]:
    """Results that candidates have, narrowed by codes; an empty code narrows nothing."""
    rows = Result.objects.shown_to(actor).released(actor.at)
    named = {
        "series": series,
        "registration__programme__qualification__code": qualification,
        "unit__code": unit,
    }
    rows = rows.filter(**{lookup: code for lookup, code in named.items() if code})
    return rows.select_related("unit", "release", "registration__learner", "registration__programme__qualification")
