"""Giving, dating and ending the roles of a member."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal import clock
from portal.accounts.access import require_fresh
from portal.centres import actions as centres
from portal.centres.access import centre_page
from portal.centres.models import Membership
from portal.centres.rules import PEOPLE_MANAGE, Role
from portal.errors import Refused, Stale
from portal.people import actions
from portal.people.forms import EndForm, LastDayForm, RoleForm, first_days
from portal.people.views.found import membership_of, person_of, put
from portal.web.actor import Actor


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def give_role(request: HttpRequest, actor: Actor, person: int) -> HttpResponse:
    user = person_of(actor, person)
    form = RoleForm(request.POST or None, initial=first_days(clock.london_date(actor.at)))
    if request.method == "POST" and form.is_valid():
        try:
            actions.give_role(
                centre=actor.centre,
                user=user,
                role=form.chosen_role(),
                from_on=form.cleaned_data["from_on"],
                to_on=form.cleaned_data["to_on"],
                by=actor.user,
                at=actor.at,
            )
        except Refused as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{user.name} is {form.chosen_role().label} too, and has been told by mail.")
            return redirect("people:list", number=actor.centre.number)
    return render(request, "people/give_role.html", {"nav": "people", "form": form, "person": user})


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def last_day(request: HttpRequest, actor: Actor, membership: int) -> HttpResponse:
    row = membership_of(actor, membership)
    form = LastDayForm(request.POST or None, initial={"to_on": row.to_on, "version": row.version})
    if request.method == "POST" and form.is_valid():
        act = {"to_on": form.cleaned_data["to_on"], "version": form.cleaned_data["version"]}
        return _done(
            request,
            actor,
            row,
            form,
            "people/last_day.html",
            lambda: centres.change_end(membership=row, by=actor.user, at=actor.at, **act),
            f"The last day of {row.user.name} as {Role(row.role).label} is changed.",
        )
    return render(request, "people/last_day.html", _role_page(row, form))


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_MANAGE)
@require_fresh
def end_role(request: HttpRequest, actor: Actor, membership: int) -> HttpResponse:
    row = membership_of(actor, membership)
    form = EndForm(request.POST or None, initial={"version": row.version})
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"]
        return _done(
            request,
            actor,
            row,
            form,
            "people/end_role.html",
            lambda: actions.end_role(membership=row, version=version, by=actor.user, at=actor.at),
            f"{row.user.name} is no longer {Role(row.role).label}.",
        )
    return render(request, "people/end_role.html", _role_page(row, form))


def _done(
    request: HttpRequest, actor: Actor, row: Membership, form: Any, template: str, act: Any, words: str
) -> HttpResponse:
    """Do one act on a role: its page again with what was refused, both versions of a stale one, or the list."""
    try:
        act()
    except Stale as stale:
        return render(request, "people/stale.html", {**_role_page(row, form), "stale": stale}, status=409)
    except Refused as refusal:
        put(form, refusal)
        return render(request, template, _role_page(row, form))
    messages.success(request, words)
    return redirect("people:list", number=actor.centre.number)


def _role_page(row: Membership, form: Any) -> dict[str, Any]:
    return {"nav": "people", "membership": row, "role": Role(row.role).label, "form": form}
