"""What staff may do, answered from the capability table."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from portal import clock
from portal.centres import queries

_CACHE = "_staff_capabilities"


class CapabilityBackend(BaseBackend):
    """`user.has_perm("claims.decide_claim")`. Asks the database once a request: the user is fetched anew for each."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        if not user_obj.is_authenticated:
            return set()
        if not hasattr(user_obj, _CACHE):
            setattr(user_obj, _CACHE, queries.staff_capabilities(user=user_obj, on=clock.london_date(clock.now())))
        return set(getattr(user_obj, _CACHE))

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return any(permission.startswith(f"{app_label}.") for permission in self.get_all_permissions(user_obj))
