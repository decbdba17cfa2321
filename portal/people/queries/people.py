"""The people of a centre, as their page shows them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import chain, count
from typing import Any

from portal.centres.models import Centre, Delegation, Membership
from portal.centres.queries import staff_capabilities
from portal.centres.rules import (
    PEOPLE_MANAGE,
    STAFF_CENTRES_MANAGE,
    STAFF_PEOPLE_MANAGE,
    Bundle,
    Role,
    capabilities_of,
    delegated_capabilities,
)
from portal.people.models import ApiToken, Invitation
from portal.people.rules import InvitationState, digest
from portal.web.actor import Actor

_RANK = {role.value: rank for rank, role in enumerate(Role)}


@dataclass
class RoleLine:
    """One role of one person, with the words of its dates left to the page."""

    membership: Membership
    role: str
    from_on: date
    to_on: date | None
    begins_later: bool


@dataclass
class Person:
    user: Any
    roles: list[RoleLine] = field(default_factory=list)


@dataclass
class Waiting:
    """An invitation that nobody has answered; `ran_out` when it no longer can be.

    `until` is when it runs out on the domain's clock, so that it stands in order with the page's other times.
    """

    invitation: Invitation
    until: datetime
    ran_out: bool


@dataclass
class Delegated:
    """One delegation with the words of what it lets somebody do."""

    delegation: Delegation
    words: str
    begins_later: bool


def people_of(*, actor: Actor, on: date) -> list[Person]:
    """Everybody with a role now or later, heads first, then by name. One query."""
    rows = Membership.objects.visible_to(actor).not_over(on=on).select_related("user", "centre")
    people: dict[int, Person] = {}
    for row in sorted(rows, key=lambda row: (_RANK[row.role], row.from_on, row.pk)):
        person = people.setdefault(row.user_id, Person(row.user))
        person.roles.append(RoleLine(row, Role(row.role).label, row.from_on, row.to_on, row.from_on > on))
    return sorted(people.values(), key=lambda person: (_RANK[person.roles[0].membership.role], person.user.name))


def delegations_of(*, actor: Actor, on: date) -> list[Delegated]:
    """What heads of the centre have delegated, now or from a later day; by name. One query."""
    rows = Delegation.objects.visible_to(actor).not_over(on=on).select_related("user", "given_by")
    ordered = rows.order_by("user__name", "from_on", "pk")
    return [Delegated(row, Bundle(row.bundle).label, row.from_on > on) for row in ordered]


def waiting_invitations(*, actor: Actor, wall: datetime) -> list[Waiting]:
    """Unanswered invitations of the centre, the newest first."""
    rows = Invitation.objects.visible_to(actor).waiting().select_related("by").order_by("-pk")
    return [
        Waiting(row, actor.at + (row.expires_at - wall), row.state(wall=wall) is InvitationState.EXPIRED)
        for row in rows
    ]


def may_invite(*, user: Any, centre: Centre | None, on: date) -> bool:
    """May somebody ask people in on a London date: as head of the centre or its delegate, or as administrator?"""
    if not user.is_active:
        return False
    asked = STAFF_PEOPLE_MANAGE if centre is None else STAFF_CENTRES_MANAGE
    if asked in staff_capabilities(user=user, on=on):
        return True
    return centre is not None and manages_people(user=user, centre=centre, on=on)


def manages_people(*, user: Any, centre: Centre, on: date) -> bool:
    """Does somebody manage a centre's people on a London date, as head of centre or as a delegate?"""
    held = Membership.objects.in_force(on=on).filter(user=user, centre=centre).values_list("role", flat=True)
    if not (user.is_active and held):
        return False
    lent = Delegation.objects.in_force(on=on).filter(user=user, centre=centre).values_list("bundle", flat=True)
    may = capabilities_of([Role(role) for role in held]) | delegated_capabilities([Bundle(bundle) for bundle in lent])
    return PEOPLE_MANAGE in may


def invitation_for(token: str) -> Invitation | None:
    """The invitation of a link, whatever has become of it."""
    return Invitation.objects.select_related("centre", "by").filter(digest=digest(token)).first()


def tokens_of(*, actor: Actor) -> list[ApiToken]:
    """Every API token of the centre, those that work first, each group the newest first. One query."""
    rows = ApiToken.objects.visible_to(actor).select_related("created_by", "revoked_by").order_by("-pk")
    return sorted(rows, key=lambda row: row.revoked_at is not None)


def token_for(secret: str) -> ApiToken | None:
    """The token of a secret, unless it was withdrawn, its centre is suspended or its maker's account is off."""
    rows = ApiToken.objects.select_related("centre", "created_by")
    working = rows.filter(revoked_at=None, centre__suspended_at=None, created_by__is_active=True)
    return working.filter(digest=digest(secret)).first()


def free_token_name(*, actor: Actor, wanted: str) -> str:
    """The name itself, or the first of "name 2", "name 3" … that no standing token of the centre has."""
    standing = ApiToken.objects.visible_to(actor).filter(revoked_at=None, name__istartswith=wanted)
    taken = set(standing.values_list("name", flat=True))
    names = chain([wanted], (f"{wanted} {number}" for number in count(2)))
    return next(name for name in names if name not in taken)


def roles_by_centre(*, user: Any, centres: list[Centre], on: date) -> list[tuple[Centre, str]]:
    """The centres with the person's roles there in words."""
    rows = Membership.objects.in_force(on=on).filter(user=user, centre__in=centres)
    labels: dict[int, list[str]] = {}
    for row in sorted(rows, key=lambda row: _RANK[row.role]):
        labels.setdefault(row.centre_id, []).append(Role(row.role).label)
    return [(centre, ", ".join(labels.get(centre.pk, []))) for centre in centres]
