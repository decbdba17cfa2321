"""Who was here still is: unlocking, confirming before a sensitive act, and typing that waited."""

from allauth.account.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from portal import clock
from portal.accounts import actions
from portal.accounts.access import is_demo, kept_typing, next_path
from portal.accounts.forms import PasskeyAgainForm, PasswordAgainForm
from portal.accounts.rules import KEPT, LOCKED


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
    form = _proof(request)
    if request.method == "POST" and (is_demo(request) or form.is_valid()):
        actions.reopen_session(request=request, user=request.user, wall=clock.wall(), at=clock.now())
        return redirect("account:resume") if kept_typing(request) else HttpResponseRedirect(next_path(request))
    page = {"form": form, "next": next_path(request), "by_demo": is_demo(request), "kept": kept_typing(request)}
    page["has_passkey"] = Authenticator.objects.filter(user=request.user, type=Authenticator.Type.WEBAUTHN).exists()
    return render(request, template, page)


def _proof(request: HttpRequest) -> Form:
    """What the person proves themselves with: the answer of a passkey where one was sent, else the password."""
    if "credential" in request.POST:
        return PasskeyAgainForm(request.POST, user=request.user)
    return PasswordAgainForm(request.POST or None, check=lambda password: _is_theirs(request, password))


@never_cache
@require_safe
def challenge(request: HttpRequest) -> HttpResponse:
    """What a passkey of this person is to sign, asked for with the press on the button."""
    return JsonResponse({"request_options": begin_authentication(request.user)})


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
