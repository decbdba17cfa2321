"""Passkeys: adding, naming and removing them, and signing in with one."""

from typing import Any

from allauth.account.internal.decorators import login_not_required
from allauth.account.models import Login
from allauth.mfa.webauthn.internal.auth import begin_registration
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import (
    AddWebAuthnView,
    EditWebAuthnView,
    ListWebAuthnView,
    LoginWebAuthnView,
    RemoveWebAuthnView,
)
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator

from portal import clock
from portal.accounts import actions
from portal.accounts.access import has_second_factor, next_path
from portal.errors import Refused


class Passkeys(ListWebAuthnView):
    def get_queryset(self) -> Any:
        return super().get_queryset().order_by("pk")


class AddPasskey(AddWebAuthnView):
    """Adding one, also as the first second step of somebody new."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        page = super().get_context_data(**kwargs)
        # After the library's own, whose challenge this one replaces: a passkey that can sign in by itself.
        page["js_data"] = {"creation_options": begin_registration(self.request.user, passwordless=True)}
        return {**page, "is_first": not has_second_factor(self.request)}

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        actions.factor_given(request=self.request, at=clock.wall())
        return response

    def get_success_url(self) -> str:
        return reverse("mfa_view_recovery_codes" if self.did_generate_recovery_codes else "mfa_list_webauthn")


class RenamePasskey(EditWebAuthnView):
    pass


class RemovePasskey(RemoveWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            actions.remove_passkey(request=self.request, passkey=self.object)
        except Refused as refusal:
            messages.error(self.request, refusal.message)
        return redirect("mfa_list_webauthn")


@method_decorator(login_not_required, name="dispatch")
class SignInWithPasskey(LoginWebAuthnView):
    def form_valid(self, form: Any) -> HttpResponse:
        """As the library does, and on to the page that was asked for."""
        passkey = form.cleaned_data["credential"]
        login = Login(user=passkey.user, email=passkey.user.email, redirect_url=next_path(self.request))
        return perform_passwordless_login(self.request, passkey, login)

    def form_invalid(self, form: Any) -> HttpResponse:
        messages.error(self.request, "That passkey is not known here. Sign in with your password and a code.")
        return redirect("account_login")
