"""A review of moderation: which components, and one screen to ask for it."""

import secrets

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from deadlines.queries import explain_key_date, key_date
from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE, REQUESTS_VIEW
from portal.clock import london_date
from portal.errors import Refused
from portal.fees.queries import price
from portal.fees.rules import FeeKey
from portal.learners.models import Result
from portal.web.actor import Actor
from postresults.actions import submit_moderation
from postresults.forms import ModerationForm
from postresults.queries.moderation import Moderated, moderated
from postresults.queries.seasons import series_with_results
from postresults.rules.services import Service, terms_of

WINDOW_KEY = "romm.others"


@require_safe
@centre_page(REQUESTS_VIEW)
def moderation(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every moderated component of a series, offered or with the reason against it."""
    every = series_with_results(actor=actor)
    chosen = next((row for row in every if row.pk == request.GET.get("series")), every[0] if every else None)
    row = key_date(key=WINDOW_KEY, series=chosen) if chosen else None
    context = {
        "nav": "results",
        "every": every,
        "series": chosen,
        "components": moderated(results=Result.objects.shown_to(actor), series=chosen, at=actor.at) if chosen else [],
        "due": explain_key_date(key_date=row, as_of=actor.at) if row else None,
    }
    return render(request, "postresults/moderation.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(REQUESTS_MAKE)
def moderate(request: HttpRequest, actor: Actor, series: str, unit: str) -> HttpResponse:
    """Ask for it. Where it is not offered the page says why, and what can be done instead."""
    found = _component(actor, series, unit)
    form = ModerationForm(request.POST or None, initial={"token": secrets.token_hex(16)})
    if form.is_bound and form.is_valid():
        try:
            submission = submit_moderation(
                centre=actor.centre,
                series=Result.objects.shown_to(actor).filter(series=series).select_related("series")[0].series,
                unit=unit,
                words=form.cleaned_data["words"],
                token=form.cleaned_data["token"],
                by=actor.user,
                at=actor.at,
            )
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
        else:
            return redirect("postresults:receipt", number=actor.centre.number, reference=submission.reference)
    on = london_date(actor.at)
    context = {
        "nav": "results",
        "found": found,
        "series": series,
        "form": form,
        "terms": terms_of(Service.MODERATION, on=on),
        "price": price(key=FeeKey.SERVICE_3, family="", on=on),
    }
    return render(request, "postresults/moderate.html", context)


def _component(actor: Actor, series: str, unit: str) -> Moderated:
    rows = moderated(results=Result.objects.shown_to(actor), series=series, at=actor.at)
    found = next((row for row in rows if row.unit.code == unit), None)
    if found is None:
        raise Http404
    return found
