"""Requests that are signed and wait for the officer's word: filing them passes the ceiling of their submission."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE
from portal.errors import Refused
from portal.web.actor import Actor
from portal.web.words import count
from postresults.actions import send_signed
from postresults.forms import SignedForm
from postresults.models import Request
from postresults.queries.choosing import priced
from postresults.queries.standing import ready


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(REQUESTS_MAKE)
def signed(request: HttpRequest, actor: Actor) -> HttpResponse:
    rows = ready(actor=actor)
    form = SignedForm(request.POST or None, rows=rows)
    refusal = ""
    if form.is_bound and form.is_valid():
        try:
            sent = send_signed(centre=actor.centre, requests=form.ids(), by=actor.user, at=actor.at)
        except Refused as refused:
            refusal = refused.message
            rows = ready(actor=actor)
            form = SignedForm(rows=rows)
        else:
            return _after(request, actor, sent)
    lines, exposure = priced(requests=rows, at=actor.at)
    context = {
        "nav": "results",
        "form": form,
        "lines": lines,
        "total": len(rows),
        "exposure": exposure,
        "refusal": refusal,
    }
    return render(request, "postresults/signed.html", context, status=409 if refusal else 200)


def _after(request: HttpRequest, actor: Actor, sent: list[Request]) -> HttpResponse:
    """To the receipt where there is one for all of them, else to the list."""
    messages.success(request, f"{count(len(sent), 'request')} sent.")
    references = {row.submission.reference for row in sent}
    if len(references) == 1:
        return redirect("postresults:receipt", number=actor.centre.number, reference=references.pop())
    return redirect("postresults:requests", number=actor.centre.number)
