"""Giving roles, and delegating, with the mail that tells the person."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.accounts.models import User
from portal.centres import actions as centres
from portal.centres.models import Centre, Delegation, Membership, StaffMembership
from portal.centres.rules import Bundle, Role, StaffRole
from portal.notices.actions import queue
from portal.web.actor import person


@transaction.atomic
def give_role(
    *, centre: Centre, user: User, role: Role, from_on: date, to_on: date | None, by: Any, at: datetime
) -> Membership:
    """Give somebody of the centre a further role, and tell them by mail. Raises Refused as the centres' action does."""
    centres.check_may_change(centre=centre, role=role, by=by, on=clock.london_date(at))
    membership = centres.give_role(centre=centre, user=user, role=role, from_on=from_on, to_on=to_on, by=by, at=at)
    _tell_of_role(user, role.label, centre.name, from_on, f"role:{membership.pk}", centre=centre, by=by, at=at)
    return membership


@transaction.atomic
def delegate(
    *, centre: Centre, user: User, bundle: Bundle, from_on: date, to_on: date, by: Any, at: datetime
) -> Delegation:
    """A head of centre delegates a named thing to a member, who is told by mail. Refused as the centres' action is."""
    delegation = centres.delegate(centre=centre, user=user, bundle=bundle, from_on=from_on, to_on=to_on, by=by, at=at)
    queue(
        kind="security.delegation",
        dedupe_key=f"delegation:{delegation.pk}",
        address=user.email,
        at=at,
        template="security/delegated",
        context={"bundle": bundle.label, "from_on": from_on, "to_on": to_on, "by": person(by).name},
        centre=centre,
        user=user,
    )
    return delegation


@transaction.atomic
def give_staff_role(
    *, user: User, role: StaffRole, from_on: date, to_on: date | None, by: Any, at: datetime
) -> StaffMembership:
    """Give a member of staff a further role, and tell them by mail."""
    membership = centres.give_staff_role(user=user, role=role, from_on=from_on, to_on=to_on, by=by, at=at)
    place = "the awarding organisation"
    _tell_of_role(user, role.label, place, from_on, f"staff-role:{membership.pk}", centre=None, by=by, at=at)
    return membership


def _tell_of_role(
    user: User, role: str, place: str, from_on: date, key: str, *, centre: Centre | None, by: Any, at: datetime
) -> None:
    queue(
        kind="security.role",
        dedupe_key=key,
        address=user.email,
        at=at,
        template="security/role_given",
        context={"role": role, "place": place, "from_on": from_on, "by": person(by).name},
        centre=centre,
        user=user,
    )
