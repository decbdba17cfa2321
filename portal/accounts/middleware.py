"""The two guards of a session: the second factor before any data, and the lock when nobody is there."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from portal import clock
from portal.accounts import actions
from portal.accounts.access import ask_again, has_second_factor, keep_typing
from portal.accounts.rules import (
    CODES_DUE,
    KEPT,
    LOCKED,
    MAIN,
    SEEN_AT,
    Standing,
    is_due_to_be_seen,
    standing,
)

# What a session without the second factor reaches, besides pages that are open to everybody.
FACTORS = frozenset({"mfa_activate_totp", "mfa_add_webauthn"})
SET_UP = FACTORS | {"account_logout"}
# What a session reaches while the recovery codes are still to be kept safe.
CODES = frozenset(
    {
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
        "account:codes-saved",
        "account:unlock",
        "account:confirm",
        "account:challenge",
        "account_logout",
    }
)
UNLOCKING = frozenset({"account:unlock", "account:challenge", "account_logout"})


class Guard:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not request.user.is_authenticated:
            return None
        return self.guard(request, _page(request), is_public=not getattr(view, "login_required", True))

    def guard(self, request: HttpRequest, page: str, *, is_public: bool) -> HttpResponse | None:
        raise NotImplementedError


class SecondFactor(Guard):
    """A session that knows the password only reaches the set-up of the second factor, and no data."""

    def guard(self, request: HttpRequest, page: str, *, is_public: bool) -> HttpResponse | None:
        if has_second_factor(request):
            return self._see_codes_first(request, page, is_public=is_public)
        if is_public:
            _as_nobody(request)
            return None
        if page not in SET_UP:
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        if page in FACTORS and is_mfa_enabled(request.user, list(MAIN)):
            # Set up meanwhile in another session: this one has yet to give it.
            return _end(request, "Sign in again with your second step.")
        return None

    def _see_codes_first(self, request: HttpRequest, page: str, *, is_public: bool) -> HttpResponse | None:
        if request.session.get(CODES_DUE) and page not in CODES and not is_public:
            return HttpResponseRedirect(reverse("mfa_view_recovery_codes"))
        return None


class IdleLock(Guard):
    """Locks a session that nobody used, ends it after twelve hours, and loses no typing on the way."""

    def guard(self, request: HttpRequest, page: str, *, is_public: bool) -> HttpResponse | None:
        at = clock.wall()
        state = standing(request.session, at=at, idle=_idle(request), longest=timedelta(hours=settings.SESSION_HOURS))
        if state is Standing.OPEN:
            self._go_on(request)
            return None
        if is_public:
            _as_nobody(request)
            return None
        if state is Standing.OVER or not has_second_factor(request):
            return self._start_again(request, state)
        request.session[LOCKED] = True
        return None if page in UNLOCKING else ask_again(request, "account:unlock")

    def _go_on(self, request: HttpRequest) -> None:
        at = clock.wall()
        kept = request.session.get(KEPT)
        if kept and request.method == "POST" and request.get_full_path() == kept["path"]:
            del request.session[KEPT]
        if is_due_to_be_seen(request.session, at=at):
            request.session[SEEN_AT] = at.timestamp()
            actions.mark_seen(user=request.user, at=clock.now())

    def _start_again(self, request: HttpRequest, state: Standing) -> HttpResponse:
        keep_typing(request)
        kept = request.session.get(KEPT)
        words = f"You were signed out after {settings.SESSION_HOURS} hours." if state is Standing.OVER else ""
        response = _end(request, words, next_path=reverse("account:resume") if kept else request.get_full_path())
        if kept:
            request.session[KEPT] = kept
        return response


def _page(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def _idle(request: HttpRequest) -> timedelta:
    return timedelta(minutes=settings.IDLE_MINUTES_STAFF if request.user.is_staff else settings.IDLE_MINUTES)


def _as_nobody(request: HttpRequest) -> None:
    """Public pages stay open, but no view may take this session for a person who is there."""
    request.user = AnonymousUser()


def _end(request: HttpRequest, words: str, next_path: str = "") -> HttpResponse:
    logout(request)
    if words:
        messages.info(request, words)
    query = f"?{urlencode({'next': next_path})}" if next_path else ""
    return HttpResponseRedirect(reverse("account_login") + query)
