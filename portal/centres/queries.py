"""Who holds which role at which centres."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from portal.centres.models import Membership
from portal.centres.rules import Role


class Recipient(NamedTuple):
    centre_id: int
    user_id: int
    email: str
    role: str


def recipients(*, centre_ids: Collection[int] | None, roles: Collection[Role], on: date) -> list[Recipient]:
    """Active people holding any of the roles on a London date, at these centres (None: at all). One query."""
    rows = Membership.objects.in_force(on=on).filter(
        role__in=[role.value for role in roles], user__is_active=True, centre__suspended_at=None
    )
    if centre_ids is not None:
        rows = rows.filter(centre__in=centre_ids)
    found = rows.order_by("centre", "user", "role").values_list("centre", "user", "user__email", "role")
    return [Recipient(*row) for row in found]
