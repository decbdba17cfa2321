"""Who somebody is. What they may do is answered elsewhere, from the capability tables alone."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend


class SignIn(AuthenticationBackend):
    """Email and password. Django's own permission rows, groups and superusers are never asked."""

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False
