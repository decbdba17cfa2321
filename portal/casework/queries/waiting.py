"""“Waiting for us”: what the centre has put to us, and by when we promised it."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from portal.casework import kinds
from portal.casework.access import cases
from portal.casework.access import waiting_for_us as narrowed
from portal.web.actor import Actor


@dataclass(frozen=True)
class Waiting:
    """Open cases of one kind: how many, the date promised next, and how many are past theirs."""

    kind: kinds.Kind
    count: int
    next_due_at: datetime | None
    late: int


def waiting_for_us(actor: Actor) -> list[Waiting]:
    """The actor's open cases by kind; the soonest promise first, those without one last. One query."""
    ahead = Q(due_at__gte=actor.at)
    rows = (
        narrowed(cases(actor))
        .values("kind")
        .annotate(count=Count("pk"), due=Min("due_at", filter=ahead), late=Count("pk", filter=Q(due_at__lt=actor.at)))
    )
    found = [Waiting(kinds.kind(row["kind"]), row["count"], row["due"], row["late"]) for row in rows]
    return sorted(found, key=lambda one: (one.next_due_at is None, one.next_due_at or actor.at, one.kind.key))
