"""What staff may do, answered from the capability table."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from portal import clock
from portal.centres import queries
from portal.centres.rules import StaffRole, staff_capabilities_of

_CACHE = "_staff_roles_today"


def roles_today(user: Any) -> list[StaffRole]:
    """The staff roles of whoever asks. Asks the database once a request: the user is fetched anew for each."""
    if not (user.is_authenticated and user.is_active and user.is_staff):
        return []
    if not hasattr(user, _CACHE):
        setattr(user, _CACHE, queries.staff_roles_of(user=user, on=clock.london_date(clock.now())))
    return list(getattr(user, _CACHE))


class CapabilityBackend(BaseBackend):
    """`user.has_perm("claims.decide_claim")`."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set(staff_capabilities_of(roles_today(user_obj)))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))
