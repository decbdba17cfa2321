"""The authenticator app and the recovery codes."""

from typing import Any

from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from portal import clock
from portal.accounts import actions
from portal.accounts.access import next_path
from portal.accounts.rules import MAIN
from portal.errors import Refused


class SetUp(ActivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.factor_given(request=self.request, at=clock.wall())
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "account:home")


class Remove(DeactivateTOTPView):
    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.factor_removed(request=self.request)
        return response

    def get_success_url(self) -> str:
        """Where a passkey is left the person goes on with it."""
        return reverse("account:home" if is_mfa_enabled(self.request.user, list(MAIN)) else "mfa_activate_totp")


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
