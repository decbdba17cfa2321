"""The door to cases: what an actor may know of."""

from django.db.models import Q, QuerySet
from django.http import Http404

from portal.casework import kinds
from portal.casework.models import Case
from portal.web.actor import Actor


def cases(actor: Actor, kind: str | None = None) -> QuerySet[Case]:
    """The cases (of a kind) that the actor may know of, as each kind's own rule has it."""
    rows = Case.objects.visible_to(actor)
    if kind is not None:
        return _narrowed(actor, rows.filter(kind=kind), kinds.kind(kind))
    open_to_all = [known.key for known in kinds.kinds() if known.reads is None]
    allowed = Q(kind__in=open_to_all)
    for known in kinds.kinds():
        if known.reads is not None:
            allowed |= Q(pk__in=known.reads(actor, rows.filter(kind=known.key)).values("pk"))
    return rows.filter(allowed)


def waiting_for_us(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Those that somebody of the awarding organisation must do something about."""
    resting = Q(pk__in=[])
    for known in kinds.kinds():
        if known.rests:
            resting |= Q(kind=known.key, status__in=sorted(known.rests))
    return rows.filter(closed_at=None).exclude(resting)


def _narrowed(actor: Actor, rows: QuerySet[Case], kind: kinds.Kind) -> QuerySet[Case]:
    return rows if kind.reads is None else kind.reads(actor, rows)


def case_for(actor: Actor, reference: str, kind: str | None = None) -> Case:
    """One case by its reference, or 404: for a stranger the same as for a reference that never existed."""
    row = cases(actor, kind).filter(reference=reference).select_related("centre", "learner", "owner").first()
    if row is None:
        raise Http404
    return row
