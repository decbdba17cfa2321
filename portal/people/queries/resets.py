"""Who may be the second person of a reset, and which resets wait."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from portal import clock
from portal.accounts.models import User
from portal.centres.models import Centre, Delegation, Membership, StaffMembership
from portal.centres.rules import BUNDLES, CAPABILITIES, PEOPLE_MANAGE, STAFF_CAPABILITIES, STAFF_PEOPLE_MANAGE, Role
from portal.people.models import FactorReset
from portal.people.rules import ResetState
from portal.web.actor import Actor

MANAGING_ROLES = [role.value for role, may in CAPABILITIES.items() if PEOPLE_MANAGE in may]
MANAGING_BUNDLES = [bundle.value for bundle, may in BUNDLES.items() if PEOPLE_MANAGE in may]
MANAGING_STAFF = [role.value for role, may in STAFF_CAPABILITIES.items() if STAFF_PEOPLE_MANAGE in may]


@dataclass
class PendingReset:
    """A reset that nobody has confirmed, as one person sees it. `until` is when it runs out on the domain's clock."""

    reset: FactorReset
    until: datetime
    may_confirm: bool


def managers_of(*, centre: Centre, on: date) -> list[User]:
    """Everybody who manages a centre's people on a London date: its heads, and members to whom a head delegated it."""
    members = Membership.objects.in_force(on=on).filter(centre=centre)
    lent = Delegation.objects.in_force(on=on).filter(centre=centre, bundle__in=MANAGING_BUNDLES)
    by_role = Q(pk__in=members.filter(role__in=MANAGING_ROLES).values("user"))
    by_delegation = Q(pk__in=lent.values("user")) & Q(pk__in=members.values("user"))
    return list(User.objects.filter(by_role | by_delegation, is_active=True).order_by("pk"))


def heads_of(*, centre: Centre, on: date) -> set[int]:
    """The ids of those who are head of a centre on a London date."""
    rows = Membership.objects.in_force(on=on).filter(centre=centre, role=Role.HEAD.value)
    return set(rows.values_list("user", flat=True))


def administrators(*, on: date) -> list[User]:
    """Everybody who manages accounts at the awarding organisation on a London date."""
    roles = StaffMembership.objects.in_force(on=on).filter(role__in=MANAGING_STAFF)
    return list(User.objects.filter(pk__in=roles.values("user"), is_active=True, is_staff=True).order_by("pk"))


def confirmers_of(*, reset: FactorReset, on: date) -> list[User]:
    """Who can confirm a reset: colleagues at the centre; where it has nobody else, the administrators.

    A head's is confirmed by another head: delegates, who cannot end the role, cannot take its second step either.
    """
    taken = {reset.user_id, reset.asked_by_id}
    colleagues = managers_of(centre=reset.centre, on=on) if reset.centre else []
    heads = heads_of(centre=reset.centre, on=on) if reset.centre else set()
    if reset.user_id in heads:
        colleagues = [one for one in colleagues if one.pk in heads]
    return [one for one in colleagues if one.pk not in taken] or [
        one for one in administrators(on=on) if one.pk not in taken
    ]


def resets_to_confirm(*, user: Any, on: date, wall: datetime) -> list[FactorReset]:
    """The resets that wait for this administrator, the newest first: few wait at once."""
    rows = FactorReset.objects.waiting().filter(expires_at__gt=wall).exclude(asked_by=user).exclude(user=user)
    found = rows.select_related("centre", "user", "asked_by").order_by("-pk")
    return [reset for reset in found if user in confirmers_of(reset=reset, on=on)]


def pending_resets(*, actor: Actor, wall: datetime) -> list[PendingReset]:
    """The centre's resets that can still be confirmed, the newest first. Two queries."""
    heads = heads_of(centre=actor.centre, on=clock.london_date(actor.at))
    rows = FactorReset.objects.visible_to(actor).waiting().select_related("user", "asked_by").order_by("-pk")
    return [
        PendingReset(row, actor.at + (row.expires_at - wall), _may_confirm(actor, row, heads))
        for row in rows
        if row.state(wall=wall) is ResetState.OPEN
    ]


def _may_confirm(actor: Actor, reset: FactorReset, heads: set[int]) -> bool:
    may = reset.user_id not in heads or actor.user.pk in heads
    return may and actor.user.pk not in (reset.user_id, reset.asked_by_id)
