"""A person's own pages: signing in again, the second factor, and typing that waited."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.accounts import actions
from portal.accounts.access import is_demo, kept_typing, next_path
from portal.accounts.forms import PasswordAgainForm
from portal.accounts.rules import KEPT, LOCKED
from portal.errors import Refused


@login_not_required
def not_offered(request: HttpRequest, **kwargs: Any) -> HttpResponse:
    """Pages that the library has and this portal has not: nobody signs up here without an invitation."""
    raise Http404


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What a person's account has: address, password, authenticator, recovery codes."""
    factors = {row.type: row for row in Authenticator.objects.filter(user=request.user)}
    codes = factors.get(Authenticator.Type.RECOVERY_CODES)
    page = {
        "totp": factors.get(Authenticator.Type.TOTP),
        "codes": codes,
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else 0,
        "by_demo": is_demo(request),
    }
    return render(request, "account/home.html", page)


# --- who was here still is ---


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """The page of a locked session."""
    if not request.session.get(LOCKED):
        return HttpResponseRedirect(next_path(request))
    return _asked_again(request, "account/locked.html")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def confirm(request: HttpRequest) -> HttpResponse:
    """The page before a sensitive act."""
    return _asked_again(request, "account/confirm.html")


def _asked_again(request: HttpRequest, template: str) -> HttpResponse:
    form = PasswordAgainForm(request.POST or None, check=lambda password: _is_theirs(request, password))
    if request.method == "POST" and (is_demo(request) or form.is_valid()):
        actions.reopen_session(request=request, user=request.user, wall=clock.wall(), at=clock.now())
        return redirect("account:resume") if kept_typing(request) else HttpResponseRedirect(next_path(request))
    page = {"form": form, "next": next_path(request), "by_demo": is_demo(request), "kept": kept_typing(request)}
    return render(request, template, page)


def _is_theirs(request: HttpRequest, password: str) -> bool:
    """Counts against the same limits as signing in."""
    return get_adapter().reauthenticate(request.user, password)


@require_http_methods(["GET", "POST"])
def resume(request: HttpRequest) -> HttpResponse:
    """Shows what was typed and sends it on to where it was going; POST throws it away."""
    kept = kept_typing(request)
    if request.method == "POST":
        request.session.pop(KEPT, None)
        return HttpResponseRedirect(kept["path"] if kept else "/")
    if kept is None:
        return HttpResponseRedirect("/")
    return render(request, "account/resume.html", {"kept": kept, "texts": _texts(kept["fields"])})


def _texts(fields: list[list[str]]) -> list[str]:
    """What the person will recognise: the longer texts, not the codes of choices."""
    return [value for _, value in fields if len(value) > 20 or " " in value.strip()]


# --- the second factor ---


class SetUp(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.factor_given(request=self.request, at=clock.wall())
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes")


class Remove(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.factor_removed(request=self.request)
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_activate_totp")


class NewCodes(GenerateRecoveryCodesView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.codes_due(request=self.request)
        return response


class Codes(ViewRecoveryCodesView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "next": next_path(self.request)}


@require_POST
def codes_saved(request: HttpRequest) -> HttpResponse:
    """The person has kept the recovery codes safe."""
    try:
        actions.confirm_codes(request=request, user=request.user, at=clock.now())
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("account:home")
    return HttpResponseRedirect(next_path(request))
