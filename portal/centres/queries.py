"""Who holds which role, for notices, reminders and permissions."""

from collections.abc import Collection
from datetime import date
from typing import Any, NamedTuple

from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from portal.centres.models import Membership, StaffMembership
from portal.centres.rules import STAFF_CAPABILITIES, STAFF_PEOPLE_MANAGE, Role, StaffRole, staff_capabilities_of


class Recipient(NamedTuple):
    centre_id: int
    user_id: int
    email: str
    role: str


def recipients(*, centre_ids: Collection[int] | None, roles: Collection[Role], on: date) -> list[Recipient]:
    """Active people holding any of the roles on a London date, at these centres (None: at all), in one query.

    A person with two of the roles comes twice. Suspended centres are left out.
    """
    rows = Membership.objects.in_force(on=on).filter(
        role__in=[role.value for role in roles], user__is_active=True, centre__suspended_at=None
    )
    if centre_ids is not None:
        rows = rows.filter(centre__in=centre_ids)
    found = rows.order_by("centre", "user", "role").values_list("centre", "user", "user__email", "role")
    return [Recipient(*row) for row in found]


def heads_of(*, centre_ids: Collection[int] | None, on: date) -> list[Recipient]:
    """The heads of centre."""
    return recipients(centre_ids=centre_ids, roles=[Role.HEAD], on=on)


def officers_of(*, centre_ids: Collection[int] | None, on: date) -> list[Recipient]:
    """The exams officers; deputies are asked for by their own role."""
    return recipients(centre_ids=centre_ids, roles=[Role.OFFICER], on=on)


def whom_to_ask(*, user: Any, on: date) -> str:
    """Who helps a person with their account, in words for that reader: a head of centre has no head to ask."""
    if user.is_staff:
        return "another administrator" if _manages_staff(user, on) else "an administrator"
    is_head = Membership.objects.in_force(on=on).filter(user=user, role=Role.HEAD.value).exists()
    return "the awarding organisation" if is_head else "your head of centre"


def _manages_staff(user: Any, on: date) -> bool:
    return STAFF_PEOPLE_MANAGE in staff_capabilities(user=user, on=on)


def staff_roles_of(*, user: Any, on: date) -> list[StaffRole]:
    """A person's roles at the awarding organisation on a London date."""
    rows = StaffMembership.objects.in_force(on=on).filter(user=user)
    return [StaffRole(role) for role in rows.values_list("role", flat=True)]


def staff_capabilities(*, user: Any, on: date) -> frozenset[str]:
    """What a member of staff may do on a London date. Nothing for everybody else."""
    if not (user.is_active and user.is_staff):
        return frozenset()
    return staff_capabilities_of(staff_roles_of(user=user, on=on))


def staff_who_may(*, capability: str, on: date) -> QuerySet[Any]:
    """Active staff who hold a permission on a London date, by name."""
    roles = [role.value for role, held in STAFF_CAPABILITIES.items() if capability in held]
    holders = StaffMembership.objects.in_force(on=on).filter(role__in=roles).values("user")
    people = get_user_model()._default_manager.filter(pk__in=holders, is_active=True, is_staff=True)
    return people.order_by("name", "pk")
