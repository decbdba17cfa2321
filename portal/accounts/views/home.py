"""What a person's account has, and what this portal does not offer."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.accounts.access import is_demo


@login_not_required
def not_offered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Pages that the library has and this portal has not: nobody signs up here without an invitation."""
    raise Http404


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What a person's account has: address, password, app, passkeys, recovery codes."""
    rows = list(Authenticator.objects.filter(user=request.user).order_by("pk"))
    factors = {row.type: row for row in rows}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    page = {
        "totp": factors.get(Authenticator.Type.TOTP),
        "passkeys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "by_demo": is_demo(request),
    }
    return render(request, "account/home.html", page)
