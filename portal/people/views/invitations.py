"""Asking people to the centre."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from portal import clock
from portal.accounts.access import require_fresh
from portal.centres.access import centre_page
from portal.centres.rules import PEOPLE_MANAGE
from portal.errors import Refused
from portal.people import actions
from portal.people.forms import InviteForm, first_days
from portal.people.models import Invitation
from portal.people.views.found import put
from portal.web.actor import Actor


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def invite(request: HttpRequest, actor: Actor) -> HttpResponse:
    form = InviteForm(request.POST or None, initial=first_days(clock.london_date(actor.at)))
    if request.method == "POST" and form.is_valid():
        try:
            invitation = actions.invite(
                centre=actor.centre,
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=form.chosen_role(),
                from_on=form.cleaned_data["from_on"],
                to_on=form.cleaned_data["to_on"],
                by=actor.user,
                at=actor.at,
                wall=clock.wall(),
            )
        except Refused as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{invitation.name} is invited. The link in the mail works for 72 hours.")
            return redirect("people:list", number=actor.centre.number)
    return render(request, "people/invite.html", {"nav": "people", "form": form})


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def send_again(request: HttpRequest, actor: Actor, invitation: int) -> HttpResponse:
    words = "{} has a new link. The old one no longer works."
    return _act_on_invitation(request, actor, invitation, actions.send_again, words)


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def revoke(request: HttpRequest, actor: Actor, invitation: int) -> HttpResponse:
    words = "The invitation of {} is withdrawn. Its link no longer works."
    return _act_on_invitation(request, actor, invitation, actions.revoke, words)


def _act_on_invitation(request: HttpRequest, actor: Actor, pk: int, act: Any, words: str) -> HttpResponse:
    """Do one act on an invitation, and say on the list what came of it."""
    row = get_object_or_404(Invitation.objects.visible_to(actor), pk=pk)
    try:
        act(invitation=row, by=actor.user, at=actor.at, wall=clock.wall())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words.format(row.name))
    return redirect("people:list", number=actor.centre.number)
