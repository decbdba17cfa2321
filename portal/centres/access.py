"""The door: which centre, for whom, with which capabilities."""

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse

from portal import clock
from portal.centres.models import Centre, Delegation, Membership
from portal.centres.rules import Bundle, Role, capabilities_of, delegated_capabilities
from portal.web.actor import Actor
from portal.web.words import listed


def actor_for(*, user: Any, number: str, at: Any) -> Actor:
    """The person acting for a centre. A centre that is not theirs raises 404, as one that never existed does."""
    memberships = list(
        Membership.objects.in_force(on=clock.london_date(at))
        .filter(user=user, centre__number=number, centre__suspended_at=None)
        .select_related("centre")
        .annotate(**_delegated(on=clock.london_date(at)))
    )
    if not memberships:
        raise Http404
    roles = [Role(membership.role) for membership in memberships]
    bundles = [bundle for bundle in Bundle if getattr(memberships[0], f"may_{bundle.value}")]
    return Actor(
        user=user,
        centre=memberships[0].centre,
        at=at,
        capabilities=capabilities_of(roles) | delegated_capabilities(bundles),
        role_words=listed([*sorted({role.label for role in roles}), *(f"may {bundle.label}" for bundle in bundles)]),
    )


def _delegated(*, on: date) -> dict[str, Exists]:
    """Whether each bundle is delegated to the member on a London date: asked with the roles, in the same query."""
    rows = Delegation.objects.in_force(on=on).filter(centre=OuterRef("centre"), user=OuterRef("user"))
    return {f"may_{bundle.value}": Exists(rows.filter(bundle=bundle.value)) for bundle in Bundle}


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


def centres_of(*, user: Any, at: Any) -> list[Centre]:
    """Every centre a person may act for on that London date, by number."""
    memberships = Membership.objects.in_force(on=clock.london_date(at)).filter(user=user, centre__suspended_at=None)
    return list(Centre.objects.filter(pk__in=memberships.values("centre")).order_by("number"))
