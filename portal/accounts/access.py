"""What a session lets a person reach: the second factor, the fresh password, and the typing that waits."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from portal import clock
from portal.accounts.rules import DEMO, FACTOR, FRESH_UNTIL, KEPT, LOCKED, MFA, kept_fields

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def has_second_factor(request: HttpRequest) -> bool:
    """Was a second factor given in this session? The demo's counts only where the demo runs."""
    factor = request.session.get(FACTOR)
    return factor == MFA or (factor == DEMO and settings.DEMO)


def is_demo(request: HttpRequest) -> bool:
    return bool(settings.DEMO and request.session.get(FACTOR) == DEMO)


def is_fresh(request: HttpRequest, *, at: datetime) -> bool:
    """Was the password given in the last five minutes (real time)?"""
    return not request.session.get(LOCKED) and request.session.get(FRESH_UNTIL, 0) > at.timestamp()


def require_fresh(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorate a view of a sensitive act: without a fresh password it asks for it first, and keeps what was typed.

    Stands under `@centre_page`, so that a stranger is refused before being asked for anything.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if is_fresh(request, at=clock.wall()):
            return view(request, *args, **kwargs)
        return ask_again(request, "account:confirm")

    guarded.needs_fresh = True  # type: ignore[attr-defined]
    return guarded


def ask_again(request: HttpRequest, url_name: str) -> HttpResponseRedirect:
    """Send the person to a page that asks who they are; the interrupted request waits."""
    keep_typing(request)
    return HttpResponseRedirect(f"{reverse(url_name)}?{urlencode({'next': request.get_full_path()})}")


def keep_typing(request: HttpRequest) -> None:
    """Let the fields of an interrupted POST wait in the session: no files, no passwords, at most 64 KB."""
    if request.method != "POST" or request.content_type not in FORMS:
        return
    fields = kept_fields([(name, value) for name, values in request.POST.lists() for value in values])
    if fields:
        request.session[KEPT] = {
            "path": request.get_full_path(),
            "fields": fields,
            "files": bool(request.FILES),
            "user": request.user.pk,
        }


def kept_typing(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for this person. Somebody else's is thrown away unseen."""
    kept = request.session.get(KEPT)
    if kept and kept["user"] != request.user.pk:
        kept = request.session.pop(KEPT) and None
    return kept


def next_path(request: HttpRequest) -> str:
    """Where to go on: an address of ours that the page was asked for, from its first slash, or the start."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=settings.SECURE)
    return wanted if ours and wanted.startswith("/") else "/"


# --- known devices ---
# A stranger's guesses lock out strangers: neither those at a person's account nor those from the same network as
# theirs stop the person at their own desk, where only guesses made with this device's own cookie count.

DEVICE_DAYS = 180


def device_cookie() -> str:
    return "__Host-device" if settings.SECURE else "device"


def known_device(request: HttpRequest, *, email: str) -> str:
    """Which device this is, when that address signed in from it before with a second factor; else nothing."""
    try:
        owner, device = signing.loads(
            request.COOKIES.get(device_cookie(), ""), salt="device", max_age=timedelta(days=DEVICE_DAYS)
        )
    except (signing.BadSignature, ValueError):
        return ""
    return str(device) if owner == sha256(email.encode()).hexdigest() else ""


def remember_device(request: HttpRequest, response: HttpResponse, *, email: str) -> None:
    """Let this device have guesses of its own from now on."""
    device = known_device(request, email=email) or secrets.token_hex(16)
    response.set_cookie(
        device_cookie(),
        signing.dumps([sha256(email.encode()).hexdigest(), device], salt="device"),
        max_age=timedelta(days=DEVICE_DAYS),
        secure=settings.SECURE,
        httponly=True,
        samesite="Lax",
    )
