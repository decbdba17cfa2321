"""A new request: choose learners, components and services; and a page for what cannot be asked for."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.catalogue.models import Series
from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE, REQUESTS_VIEW
from portal.web.actor import Actor
from portal.web.words import moment
from postresults.queries.choosing import (
    MOST,
    Known,
    Search,
    found_results,
    grid,
    series_open,
    units_of,
    windows,
)
from postresults.queries.standings import results_for
from postresults.rules.services import FEE_KEYS, Service


@require_safe
@centre_page(REQUESTS_MAKE)
def choose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The selection stands in the address: searching again keeps what is picked, and nothing is stored."""
    search = Search.read(request.GET)
    every = series_open(actor=actor)
    series = next((row for row in every if row.pk == search.series), every[0] if every else None)
    results = found_results(actor=actor, search=search, series=series) if series else []
    rows = grid(results=results[:MOST], picks=search.picks, at=actor.at)
    context = {
        "nav": "results",
        "search": search,
        "every": every,
        "series": series,
        "rows": rows,
        "more": len(results) > MOST,
        "most": MOST,
        **_around(actor, series),
    }
    return render(request, "postresults/new.html", context)


def _around(actor: Actor, series: Series | None) -> dict[str, Any]:
    if series is None:
        return {}
    return {"units": units_of(actor=actor, series=series), "windows": windows(series=series, at=actor.at)}


@require_safe
@centre_page(REQUESTS_VIEW)
def services(request: HttpRequest, actor: Actor, pk: int) -> HttpResponse:
    """Every service for one result: offered until when and for how much, or why not and what to do instead."""
    result = results_for(actor).filter(pk=pk).first()
    if result is None:
        raise Http404
    known = Known.of([result], at=actor.at)
    context = {
        "nav": "results",
        "result": result,
        "learner": result.registration.learner,
        "offers": [
            {
                "service": offer.service.label,
                "offered": offer.offered,
                "words": f"{offer.reason} {offer.next_step}".strip(),
                "closes": moment(offer.closes_at) if offer.closes_at else "",
                "price": known.price_words(FEE_KEYS[service], result) if service in FEE_KEYS else "",
                "due": known.promised.get(service),
            }
            for service, offer in known.offers(result).items()
            if service is not Service.REVIEWED_COPY
        ],
    }
    return render(request, "postresults/services.html", context)
