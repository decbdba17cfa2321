"""The home page of a centre, and the way to it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from claims.queries.contacts import last_contact
from deadlines.queries import current_dates
from portal import clock
from portal.centres.access import centre_page, centres_of
from portal.centres.rules import CENTRE_HOME
from portal.dashboard.queries import needs_doing, next_date, recently_finished, where_claims_stand
from portal.web.actor import Actor


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """After sign-in: one centre's home, the choice of several, or the staff's admin."""
    centres = centres_of(user=request.user, at=clock.now())
    if len(centres) == 1:
        return redirect("dashboard:home", number=centres[0].number)
    if not centres and request.user.is_staff:
        return redirect("admin:index")
    return redirect("people:centres")


@require_safe
@centre_page(CENTRE_HOME)
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    today = clock.london_date(actor.at)
    series, dates = current_dates(on=today)
    context = {
        "nav": "home",
        "series": series,
        "today": today,
        **where_claims_stand(actor=actor, series=series, dates=dates),
        "needs": needs_doing(actor=actor, series=series, dates=dates),
        "finished": recently_finished(actor=actor),
        "contact": last_contact(actor=actor, series=series),
        "next": next_date(dates=dates, on=today),
    }
    return render(request, "dashboard/home.html", context)
