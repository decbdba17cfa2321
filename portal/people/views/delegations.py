"""What the head of centre delegates."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from portal import clock
from portal.accounts.access import require_fresh
from portal.centres import actions as centres
from portal.centres.access import centre_page
from portal.centres.models import Delegation
from portal.centres.rules import PEOPLE_DELEGATE, Bundle
from portal.errors import Refused
from portal.people import actions
from portal.people.forms import DelegateForm, first_days
from portal.people.views.found import person_of, put
from portal.web.actor import Actor
from portal.web.words import day


@require_http_methods(["GET", "POST"])
@centre_page(PEOPLE_DELEGATE)
@require_fresh
def delegate(request: HttpRequest, actor: Actor, person: int) -> HttpResponse:
    user = person_of(actor, person)
    form = DelegateForm(request.POST or None, initial=first_days(clock.london_date(actor.at)))
    if request.method == "POST" and form.is_valid():
        try:
            row = actions.delegate(centre=actor.centre, user=user, by=actor.user, at=actor.at, **form.chosen())
        except Refused as refusal:
            put(form, refusal)
        else:
            messages.success(request, f"{user.name} may {Bundle(row.bundle).label} until {day(row.to_on)}.")
            return redirect("people:list", number=actor.centre.number)
    return render(request, "people/delegate.html", {"nav": "people", "form": form, "person": user})


@require_POST
@centre_page(PEOPLE_DELEGATE)
@require_fresh
def end_delegation(request: HttpRequest, actor: Actor, delegation: int) -> HttpResponse:
    row = get_object_or_404(Delegation.objects.visible_to(actor).select_related("user", "centre"), pk=delegation)
    try:
        centres.end_delegation(delegation=row, by=actor.user, at=actor.at)
    except Refused as refusal:
        messages.error(request, refusal.message)
    else:
        may = Bundle(row.bundle).label
        messages.success(request, f"{row.user.name} may no longer {may}, unless a role lets them.")
    return redirect("people:list", number=actor.centre.number)
