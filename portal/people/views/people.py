"""The centre's people, on one page."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal import clock
from portal.centres.access import centre_page
from portal.centres.rules import PEOPLE_DELEGATE, PEOPLE_MANAGE, PEOPLE_VIEW, REGISTER_CONFIRM
from portal.people import queries
from portal.web.actor import Actor


@require_safe
@centre_page(PEOPLE_VIEW)
def people(request: HttpRequest, actor: Actor) -> HttpResponse:
    page = {
        "nav": "people",
        "people": queries.people_of(actor=actor, on=clock.london_date(actor.at)),
        "waiting": queries.waiting_invitations(actor=actor, wall=clock.wall()),
        "delegations": queries.delegations_of(actor=actor, on=clock.london_date(actor.at)),
        "resets": queries.pending_resets(actor=actor, wall=clock.wall()) if actor.can(PEOPLE_MANAGE) else [],
        "register_due": _register_due(actor),
        "may_manage": actor.can(PEOPLE_MANAGE),
        "may_delegate": actor.can(PEOPLE_DELEGATE),
    }
    return render(request, "people/list.html", page)


def _register_due(actor: Actor) -> date | None:
    """Until when the head of centre is to confirm the register; nothing for everybody else."""
    if not actor.can(REGISTER_CONFIRM):
        return None
    return queries.register_due(centre=actor.centre, on=clock.london_date(actor.at))
