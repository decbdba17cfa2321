"""A lost second step: asking for a reset, and the page where a second person confirms it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal import clock
from portal.accounts.access import require_fresh
from portal.accounts.rules import RESET_REASONS
from portal.centres.access import centre_page
from portal.centres.rules import PEOPLE_MANAGE
from portal.errors import Refused
from portal.people import actions, queries
from portal.people.forms import ResetForm
from portal.people.models import FactorReset
from portal.people.rules import RESET_SENTENCES, ResetState
from portal.people.views.found import person_of, put
from portal.web.actor import Actor


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def ask_reset(request: HttpRequest, actor: Actor, person: int) -> HttpResponse:
    user = person_of(actor, person)
    form = ResetForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        about: dict[str, Any] = {"user": user, "reason": form.cleaned_data["reason"]}
        try:
            reset = actions.ask_reset(centre=actor.centre, by=actor.user, at=actor.at, wall=clock.wall(), **about)
        except Refused as refusal:
            put(form, refusal)
        else:
            return redirect("people:reset", number=actor.centre.number, reset=reset.pk)
    return render(request, "people/ask_reset.html", {"nav": "people", "form": form, "person": user})


@require_safe
@centre_page(PEOPLE_MANAGE)
def reset(request: HttpRequest, actor: Actor, reset: int) -> HttpResponse:
    row, wall = _reset(actor, reset), clock.wall()
    state = row.state(wall=wall)
    confirmers = queries.confirmers_of(reset=row, on=clock.london_date(actor.at))
    page = {
        "nav": "people",
        "reset": row,
        "reason": RESET_REASONS[row.reason],
        "until": actor.at + (row.expires_at - wall),
        "is_open": state is ResetState.OPEN,
        "over": RESET_SENTENCES.get(state, ""),
        "may_confirm": actor.user.pk in {one.pk for one in confirmers},
        "confirmers": " or ".join(one.name for one in confirmers),
    }
    return render(request, "people/reset.html", page)


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def confirm_reset(request: HttpRequest, actor: Actor, reset: int) -> HttpResponse:
    words = "Confirmed. {} has a mail with a link and can be back in within five minutes."
    return _act(request, actor, reset, actions.confirm_reset, words)


@require_POST
@centre_page(PEOPLE_MANAGE)
@require_fresh
def withdraw_reset(request: HttpRequest, actor: Actor, reset: int) -> HttpResponse:
    return _act(request, actor, reset, actions.withdraw_reset, "Withdrawn. Nothing has changed for {}.")


def _act(request: HttpRequest, actor: Actor, pk: int, act: Any, words: str) -> HttpResponse:
    """Do one act on a reset, and say on its page what came of it."""
    row = _reset(actor, pk)
    try:
        act(reset=row, by=actor.user, at=actor.at, wall=clock.wall())
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, words.format(row.user.name))
    return redirect("people:reset", number=actor.centre.number, reset=row.pk)


def _reset(actor: Actor, pk: int) -> FactorReset:
    people = ("user", "asked_by", "confirmed_by", "withdrawn_by", "centre")
    return get_object_or_404(FactorReset.objects.visible_to(actor).select_related(*people), pk=pk)
