"""What programs ask of the catalogue and of entries: the programmes of a centre, and who is entered for what."""

from django.db.models import Prefetch, QuerySet

from portal.catalogue.models import Grade, Part
from portal.learners.models import Entry, Programme
from portal.web.actor import Actor

PROGRAMMES_ORDER = ("qualification__code", "pk")
ENTRIES_ORDER = ("registration__learner__candidate_number", "pk")


def programmes(*, actor: Actor) -> QuerySet[Programme]:
    """The qualifications that the actor's centre may run, each with its units and grades. Four queries."""
    grades = Grade.objects.order_by("rank")
    parts = Part.objects.select_related("unit__scale").order_by("pk")
    return (
        Programme.objects.visible_to(actor)
        .select_related("qualification__scale")
        .prefetch_related(
            Prefetch("qualification__scale__grades", queryset=grades),
            Prefetch("qualification__parts", queryset=parts),
            Prefetch("qualification__parts__unit__scale__grades", queryset=grades),
        )
    )


def entries(*, actor: Actor, series: str = "", candidate: str = "") -> QuerySet[Entry]:
    """Entries of the actor's centre, of one series or one candidate number where they are named."""
    rows = Entry.objects.visible_to(actor).select_related(
        "registration__learner", "registration__programme__qualification", "unit"
    )
    rows = rows.filter(series=series) if series else rows
    return rows.filter(registration__learner__candidate_number=candidate) if candidate else rows
