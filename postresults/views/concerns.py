"""A concern about a cohort: choose the affected candidates, all at once."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE
from portal.web.actor import Actor
from postresults.queries.components import Candidate, cohort
from postresults.queries.standings import offers, standings
from postresults.rules.offers import Offer
from postresults.rules.picking import COHORT, Pick
from postresults.rules.services import OF_MARKS, Service

# Which candidates are ticked when the page opens.
CHOSEN: dict[str, tuple[str, Callable[[Candidate], bool]]] = {
    "unexpected": ("unlike their other components", lambda one: one.unexpected),
    "near": ("1 or 2 marks below a boundary", lambda one: one.near),
    "both": ("either of the two", lambda one: one.unexpected or one.near),
    "all": ("all", lambda one: True),
    "none": ("none", lambda one: False),
}


@require_safe
@centre_page(REQUESTS_MAKE)
def concern(request: HttpRequest, actor: Actor, series: str, unit: str) -> HttpResponse:
    """The selection goes on in the address, to consent and check, like that of every request."""
    found = cohort(actor=actor, unit=unit, series=series)
    if found is None:
        raise Http404
    chosen = request.GET.get("chosen", "")
    chosen = chosen if chosen in CHOSEN else _first(found.candidates)
    offered = _offers(found.candidates, actor)
    services = [service for service in Service if service in OF_MARKS and any(o[service].offered for o in offered)]
    service = next((one for one in services if one.value == request.GET.get("service")), _usual(services))
    rows = [_row(one, offer, service, chosen) for one, offer in zip(found.candidates, offered, strict=True)]
    context = {
        "nav": "results",
        "cohort": found,
        "rows": rows,
        "most": COHORT if len(rows) > COHORT else None,
        "services": services,
        "service": service,
        "chosen": chosen,
        "choices": [(key, words, sum(map(holds, found.candidates))) for key, (words, holds) in CHOSEN.items()],
        "why_not": _why_not(offered),
    }
    return render(request, "postresults/concern.html", context)


def _first(candidates: tuple[Candidate, ...]) -> str:
    """The narrowest list that holds somebody."""
    return next((key for key in ("unexpected", "near") if any(map(CHOSEN[key][1], candidates))), "all")


def _usual(services: list[Service]) -> Service | None:
    return Service.MARKING if Service.MARKING in services else next(iter(services), None)


def _offers(candidates: tuple[Candidate, ...], actor: Actor) -> list[dict[Service, Offer]]:
    found = standings(results=[one.result for one in candidates], at=actor.at)
    return [offers(standing=found[one.result.pk]) for one in candidates]


def _row(one: Candidate, offered: dict[Service, Offer], service: Service | None, chosen: str) -> dict[str, Any]:
    possible = service is not None and offered[service].offered
    return {
        "one": one,
        "pick": Pick(one.result.pk, service) if service is not None and possible else None,
        "ticked": possible and CHOSEN[chosen][1](one),
        "reason": "" if service is None else offered[service].reason,
    }


def _why_not(offered: list[dict[Service, Offer]]) -> Offer | None:
    """Where no review is open for anybody: the reason that holds for the first candidate."""
    if any(offer.offered for each in offered for service, offer in each.items() if service in OF_MARKS):
        return None
    return offered[0][Service.MARKING]
