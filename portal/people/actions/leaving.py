"""Ending roles and accounts, and withdrawing what those people sent who may no longer invite."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.centres import actions as centres
from portal.centres.models import Centre, Membership, StaffMembership
from portal.people.actions.invitations import withdraw_all, withdraw_unbacked
from portal.people.actions.resets import withdraw_resets, withdraw_unbacked_resets
from portal.people.models import FactorReset, Invitation


@transaction.atomic
def end_role(*, membership: Membership, version: int, by: Any, at: datetime) -> Membership:
    """End a role at a centre at once, and withdraw what the person sent who may no longer invite."""
    ended = centres.end_role(membership=membership, version=version, by=by, at=at)
    withdraw_unbacked(centre=ended.centre, user=ended.user, by=by, at=at)
    withdraw_unbacked_resets(centre=ended.centre, user=ended.user, by=by, at=at)
    return ended


@transaction.atomic
def end_staff_role(*, membership: StaffMembership, by: Any, at: datetime) -> StaffMembership:
    """End a staff role at once, and withdraw what the person sent who may no longer invite."""
    ended = centres.end_staff_role(membership=membership, by=by, at=at)
    for sent in Invitation.objects.waiting().filter(by=ended.user).select_related("centre"):
        withdraw_unbacked(centre=sent.centre, user=ended.user, by=by, at=at)
    return ended


@transaction.atomic
def suspend_centre(*, centre: Centre, by: Any, at: datetime) -> None:
    """Nobody can act for the centre, and what it asked people in with is withdrawn."""
    centres.suspend(centre=centre, by=by, at=at)
    withdraw_all(Invitation.objects.filter(centre=centre), by=by, at=at)
    withdraw_resets(FactorReset.objects.filter(centre=centre), by=by, at=at)


@transaction.atomic
def deactivate(*, user: User, reason: str, by: Any, at: datetime) -> None:
    """Switch an account off, and withdraw the invitations that wait for its address or were sent by it.

    Raises Refused for the last administrator, and for the last head of a centre that is not suspended.
    """
    accounts.check_is_another(user=user, by=by)
    centres.check_can_leave(user=user, at=at)
    withdraw_all(Invitation.objects.filter(Q(email=user.email) | Q(by=user)), by=by, at=at)
    accounts.deactivate(user=user, reason=reason, by=by, at=at)
    withdraw_resets(FactorReset.objects.filter(Q(user=user) | Q(asked_by=user)), by=by, at=at)
