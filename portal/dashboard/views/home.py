"""The home page of a centre, and the way to it."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from claims.queries.contacts import last_contact
from deadlines.duties import Outstanding
from deadlines.queries import current_dates
from portal import clock
from portal.centres.access import actors_of, centre_page, centres_of
from portal.centres.rules import CENTRE_HOME, CLAIMS_VIEW, REQUESTS_VIEW
from portal.dashboard.queries import (
    needs_doing,
    needs_of_centres,
    next_date,
    recently_finished,
    requests_of,
    where_claims_stand,
)
from portal.errors import Refused
from portal.people.queries import roles_by_centre
from portal.web.actor import Actor


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """After sign-in: one centre's home, the choice of several, or the staff's admin."""
    centres = centres_of(user=request.user, at=clock.now())
    if len(centres) == 1:
        return redirect("dashboard:home", number=centres[0].number)
    if not centres and request.user.is_staff:
        return redirect("admin:index")
    return redirect("dashboard:centres")


@require_safe
def centres(request: HttpRequest) -> HttpResponse:
    """The centres that the person may act for, each with what needs doing there."""
    at = clock.now()
    today = clock.london_date(at)
    actors = actors_of(user=request.user, at=at)
    mine = roles_by_centre(user=request.user, centres=[actor.centre for actor in actors], on=today)
    needs = _needs(actors, at)
    rows = [{"centre": centre, "roles": roles, "needs": needs.get(centre.pk, [])} for centre, roles in mine]
    return render(request, "dashboard/centres.html", {"rows": rows, "today": today})


def _needs(actors: list[Actor], at: datetime) -> dict[int, list[dict[str, Any]]]:
    """What needs doing at each; nothing before any key date is loaded, so that the way to a centre stays open."""
    try:
        series, dates = current_dates(on=clock.london_date(at))
    except Refused:
        return {}
    return needs_of_centres(actors=actors, series=series, dates=dates, at=at)


@require_safe
@centre_page(CENTRE_HOME)
def home(request: HttpRequest, actor: Actor) -> HttpResponse:
    today = clock.london_date(actor.at)
    series, dates = current_dates(on=today)
    asked: dict[str, Any] = {"sign": [], "with_us": [], "counted": {}}
    if actor.can(REQUESTS_VIEW):
        asked = requests_of(actor=actor, series=series, dates=dates)
    stand = where_claims_stand(actor=actor, series=series, dates=dates)
    counted = {"claims.ready": Outstanding(actor.centre.pk, stand["forecast"]["ready"]), **asked["counted"]}
    context = {
        "nav": "home",
        "series": series,
        "today": today,
        "sees_claims": actor.can(CLAIMS_VIEW),
        **stand,
        "waiting": [*asked["with_us"], *stand["waiting"]],
        "needs": [*asked["sign"], *needs_doing(actor=actor, series=series, dates=dates, known=counted)],
        "finished": recently_finished(actor=actor),
        "contact": last_contact(actor=actor, series=series),
        "next": next_date(dates=dates, on=today),
    }
    return render(request, "dashboard/home.html", context)
