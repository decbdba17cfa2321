"""Who may be the second person of a reset, and which resets wait."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from portal.accounts.models import User
from portal.centres.models import Centre, Delegation, Membership, StaffMembership
from portal.centres.rules import BUNDLES, CAPABILITIES, PEOPLE_MANAGE, STAFF_CAPABILITIES, STAFF_PEOPLE_MANAGE
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


def administrators(*, on: date) -> list[User]:
    """Everybody who manages accounts at the awarding organisation on a London date."""
    roles = StaffMembership.objects.in_force(on=on).filter(role__in=MANAGING_STAFF)
    return list(User.objects.filter(pk__in=roles.values("user"), is_active=True, is_staff=True).order_by("pk"))


def confirmers_of(*, reset: FactorReset, on: date) -> list[User]:
    """Who can confirm a reset: colleagues at the centre; where it has nobody else, the administrators."""
    taken = {reset.user_id, reset.asked_by_id}
    colleagues = managers_of(centre=reset.centre, on=on) if reset.centre else []
    return [one for one in colleagues if one.pk not in taken] or [
        one for one in administrators(on=on) if one.pk not in taken
    ]


def resets_to_confirm(*, user: Any, on: date, wall: datetime) -> list[FactorReset]:
    """The resets that wait for this administrator, the newest first: few wait at once."""
    rows = FactorReset.objects.waiting().filter(expires_at__gt=wall).exclude(asked_by=user).exclude(user=user)
    found = rows.select_related("centre", "user", "asked_by").order_by("-pk")
    return [reset for reset in found if user in confirmers_of(reset=reset, on=on)]


def pending_resets(*, actor: Actor, wall: datetime) -> list[PendingReset]:
    """The centre's resets that can still be confirmed, the newest first. One query."""
    rows = FactorReset.objects.visible_to(actor).waiting().select_related("user", "asked_by").order_by("-pk")
    return [
        PendingReset(row, actor.at + (row.expires_at - wall), actor.user.pk not in (row.user_id, row.asked_by_id))
        for row in rows
        if row.state(wall=wall) is ResetState.OPEN
    ]
