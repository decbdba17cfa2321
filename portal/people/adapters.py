"""The account library's way into this house: invitation only, our mails, our client address."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.internal import ratelimit
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from portal import clock
from portal.accounts import actions as accounts
from portal.accounts.access import has_second_factor, is_fresh, known_device, remember_device
from portal.accounts.models import User
from portal.accounts.rules import MFA, client_address
from portal.centres.access import centres_of
from portal.people import actions

# The library's template prefix → our folder under _email/security/. A mail that is not here is not sent.
MAILS = {
    "account/email/password_changed": "password_changed",
    "account/email/password_set": "password_changed",
    "account/email/password_reset": "password_changed",
    "account/email/password_reset_key": "password_reset_key",
    "mfa/email/totp_activated": "factor_added",
    "mfa/email/totp_deactivated": "factor_removed",
    "mfa/email/webauthn_added": "passkey_added",
    "mfa/email/webauthn_removed": "passkey_removed",
    "mfa/email/recovery_codes_generated": "codes_made",
}


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "The email address or the password is not right. Check both, or set a new password.",
        "too_many_login_attempts": "Too many tries. Wait five minutes, then try again, or set a new password.",
        "enter_current_password": "That is not your password.",
        "invalid_password_reset": "This link has been used or has run out. Ask for a new one.",
        "rate_limited": "Too many tries. Wait five minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return client_address(
            remote=request.META.get("REMOTE_ADDR", ""),
            forwarded=request.headers.get("X-Forwarded-For", ""),
            trusted=settings.TRUSTED_PROXIES,
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account alone: under another host name the guesses are the same guesses.

        A device that the person signed in from before counts for itself, so strangers cannot lock them out.
        """
        email = str(credentials.get("email", "")).lower()
        return f"{email}|{known_device(request, email=email)}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Guesses count for the account, and on a device that is not known for its network too."""
        super().pre_authenticate(request, **credentials)
        if known_device(request, email=str(credentials.get("email", "")).lower()):
            return
        elsewhere = ratelimit.consume(request, app="allauth.account", action="login_failed_elsewhere")
        if not elsewhere:
            # This try was not made: it counts for the account no more than for the network.
            self._rollback_login_failed_rl_usage()
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage.extend(elsewhere.usage)

    def login(self, request: HttpRequest, user: User) -> None:
        """Called when every stage is done. The second factor counts when it was given for this very sign-in."""
        methods = {record["method"] for record in get_authentication_records(request, user)}
        super().login(request, user)
        factor = MFA if "mfa" in methods else None
        accounts.open_session(request=request, user=user, factor=factor, at=clock.wall())
        accounts.mark_seen(user=user, at=clock.now())

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        response = super().post_login(request, user, **kwargs)
        if has_second_factor(request):
            remember_device(request, response, email=user.email)
        return response

    def clean_password(self, password: str, user: User | None = None) -> str:
        if user is not None:
            user.context_words = [centre.name for centre in centres_of(user=user, at=clock.now())]  # type: ignore[attr-defined]
        return str(super().clean_password(password, user))

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account_login")

    # --- step-up: ours, never "recently authenticated" ---

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return has_second_factor(self.request) and not is_fresh(self.request, at=clock.wall())

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        if not user.is_authenticated:
            return []
        return [{"id": "reauthenticate", "description": "Use your password", "url": reverse("account:confirm")}]

    # --- mail ---

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.BASE_URL + path.replace("UID-KEY", key)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Into the outbox, with our words. Nothing goes to an address that we do not know."""
        event = MAILS.get(template_prefix)
        user = context.get("user") or User.objects.filter(email=email).first()
        if event is None or user is None:
            return
        words = {"url": context.get("password_reset_url", "")}
        key = f"{user.pk}:{secrets.token_hex(8)}"
        actions.tell_of_security(user=user, event=event, address=email, at=clock.now(), context=words, key=key)

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """The pages say what happened; only errors are added to them."""
        if kwargs.get("message"):
            super().add_message(*args, **kwargs)
