"""Answering an invitation."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.accounts.models import User
from portal.errors import Refused
from portal.people import actions, queries
from portal.people.forms import JoinForm
from portal.people.models import Invitation
from portal.people.rules import SENTENCES, InvitationState
from portal.people.views.found import put


@login_not_required
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The page of the link in an invitation. Opening it changes nothing: mail scanners open links too."""
    invitation = queries.invitation_for(token)
    if invitation is None:
        raise Http404
    state = invitation.state(wall=clock.wall())
    if state is not InvitationState.OPEN:
        return render(request, "people/invitation_over.html", {"sentence": SENTENCES[state]}, status=410)
    if request.user.is_authenticated:
        return _accept_as_known(request, invitation)
    if User.objects.filter(email=invitation.email).exists():
        return redirect_to_login(request.path)
    return _accept_as_new(request, invitation)


def _accept_as_known(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    if request.method == "POST":
        try:
            actions.accept(invitation=invitation, user=request.user, at=clock.now(), wall=clock.wall())
        except Refused as refusal:
            return render(request, "people/invitation_over.html", {"sentence": refusal.message}, status=409)
        return redirect("/")
    page = {"invitation": invitation, "is_theirs": getattr(request.user, "email", "") == invitation.email}
    return render(request, "people/accept.html", page)


def _accept_as_new(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = JoinForm(request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.accept_as_new(
                invitation=invitation,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                at=clock.now(),
                wall=clock.wall(),
            )
        except Refused as refusal:
            put(form, refusal)
        else:
            record_authentication(request, user, method="password", email=user.email)
            return perform_login(request, Login(user=user, email=user.email))
    return render(request, "people/join.html", {"invitation": invitation, "form": form})
