"""The route that T Levels take instead."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_VIEW
from portal.web.actor import Actor


@require_safe
@centre_page(REQUESTS_VIEW)
def t_levels(request: HttpRequest, actor: Actor) -> HttpResponse:
    return render(request, "postresults/t_levels.html", {"nav": "results"})
