"""The door: which centre, for whom, with which capabilities."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from itertools import groupby
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, FilteredRelation, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from portal import clock
from portal.centres.models import Centre, Membership, delegated
from portal.centres.rules import Bundle, Role, capabilities_of, delegated_capabilities
from portal.web.actor import Actor
from portal.web.words import listed


def actor_for(*, user: Any, number: str, at: Any) -> Actor:
    """The person acting for a centre. A centre that is not theirs raises 404, as one that never existed does."""
    rows = list(_held(user, at).filter(centre__number=number))
    if not rows:
        raise Http404
    return _actor(rows, user, at)


def actors_of(*, user: Any, at: Any) -> list[Actor]:
    """The person acting for each of their centres, by number, in one query."""
    rows = _held(user, at).order_by("centre__number")
    return [_actor(list(group), user, at) for _, group in groupby(rows, key=lambda row: row.centre.number)]


def _held(user: Any, at: Any) -> QuerySet[Any]:
    """Roles with what is delegated beside them: a row for each pair of the two."""
    on = clock.london_date(at)
    return (
        Membership.objects.in_force(on=on)
        .filter(user=user, centre__suspended_at=None)
        .annotate(given=_delegations(user, on=on))
        .annotate(bundle=F("given__bundle"))
        .select_related("centre")
    )


def _actor(rows: list[Any], user: Any, at: Any) -> Actor:
    roles = [Role(role) for role in {row.role for row in rows}]
    bundles = [bundle for bundle in Bundle if bundle.value in {row.bundle for row in rows}]
    return Actor(
        user=user,
        centre=rows[0].centre,
        at=at,
        capabilities=capabilities_of(roles) | delegated_capabilities(bundles),
        role_words=listed([*sorted(role.label for role in roles), *(f"may {bundle.label}" for bundle in bundles)]),
    )


def _delegations(user: Any, *, on: date) -> FilteredRelation:
    """What is delegated to a member on a London date: asked with the roles, a row for each pair of the two."""
    path = "centre__delegations"
    return FilteredRelation(path, condition=Q((f"{path}__user", user)) & delegated(on, path=f"{path}__"))


def centre_page(capability: str) -> Callable[..., Any]:
    """Decorate a view under /c/<number>/: it gets (request, actor, …) and is refused without the capability.

    The order matters: 404 for a stranger comes before 403 for a colleague.
    """

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        @wraps(view)
        def guarded(request: HttpRequest, number: str, *args: Any, **kwargs: Any) -> HttpResponse:
            actor = actor_for(user=request.user, number=number, at=clock.now())
            request.actor = actor  # type: ignore[attr-defined]
            if not actor.can(capability):
                raise PermissionDenied
            return view(request, actor, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate


def capabilities_at(*, user: Any, centre: Centre, at: Any) -> frozenset[str]:
    """What a person may do at a centre at that instant; nothing for a stranger, and where either is shut out."""
    if not user.is_active:
        return frozenset()
    try:
        return actor_for(user=user, number=centre.number, at=at).capabilities
    except Http404:
        return frozenset()


def centres_of(*, user: Any, at: Any) -> list[Centre]:
    """Every centre a person may act for on that London date, by number."""
    memberships = Membership.objects.in_force(on=clock.london_date(at)).filter(user=user, centre__suspended_at=None)
    return list(Centre.objects.filter(pk__in=memberships.values("centre")).order_by("number"))
