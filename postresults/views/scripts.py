"""Access to scripts: what of a component can be downloaded, one script, and all of them."""

from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from deadlines.queries import explain_key_date, key_date
from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE, REQUESTS_VIEW
from portal.errors import Refused
from portal.files.queries import content_of
from portal.learners.models import Result
from portal.web.actor import Actor
from postresults.actions import take_script, take_scripts
from postresults.queries.script_files import contents
from postresults.queries.scripts import component_results, script_lines
from postresults.queries.seasons import components, series_with_results
from postresults.rules.scripts import Use
from postresults.rules.zipping import zipped

WINDOW_KEY = "ats.teaching"


@require_safe
@centre_page(REQUESTS_VIEW)
def scripts(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every component with results, as the way to its scripts."""
    every = series_with_results(actor=actor)
    chosen = next((row for row in every if row.pk == request.GET.get("series")), every[0] if every else None)
    awards = components(actor=actor, series=chosen) if chosen else []
    row = key_date(key=WINDOW_KEY, series=chosen) if chosen else None
    context = {
        "nav": "results",
        "every": every,
        "series": chosen,
        "awards": awards,
        "due": explain_key_date(key_date=row, as_of=actor.at) if row else None,
    }
    return render(request, "postresults/scripts.html", context)


@require_safe
@centre_page(REQUESTS_VIEW)
def component_scripts(request: HttpRequest, actor: Actor, series: str, unit: str) -> HttpResponse:
    rows = _results(actor, series, unit)
    lines = script_lines(results=rows, at=actor.at)
    date = key_date(key=WINDOW_KEY, series=rows[0].series)
    context = {
        "nav": "results",
        "unit": rows[0].unit,
        "series": rows[0].series,
        "lines": [(line, [(copy.use, copy) for copy in line.copies]) for line in lines],
        "uses": [(use, sum(line.copy(use).script is not None for line in lines)) for use in Use],
        "closed": next((line.offer for line in lines if not line.offer.offered), None),
        "due": explain_key_date(key_date=date, as_of=actor.at) if date else None,
    }
    return render(request, "postresults/component_scripts.html", context)


@require_safe
@centre_page(REQUESTS_MAKE)
def script(request: HttpRequest, actor: Actor, series: str, unit: str, registration: str, use: str) -> HttpResponseBase:
    """One script, to save. Foreign, absent and not to be seen yet are one 404."""
    found = [row for row in _results(actor, series, unit) if row.registration.number == registration]
    if not found:
        raise Http404
    try:
        taken = take_script(result=found[0], use=_use(use), by=actor.user, at=actor.at)
        content = content_of(taken.script.file)
    except Refused as refusal:
        return _refused(request, actor, series, unit, refusal)
    return _saved(HttpResponse(content, content_type=taken.script.file.content_type), taken.name)


@require_safe
@centre_page(REQUESTS_MAKE)
def component_zip(request: HttpRequest, actor: Actor, series: str, unit: str, use: str) -> HttpResponseBase:
    """Every script of a component that may be downloaded for a use, sent as it is made."""
    try:
        taken = take_scripts(results=_results(actor, series, unit), use=_use(use), by=actor.user, at=actor.at)
    except Refused as refusal:
        return _refused(request, actor, series, unit, refusal)
    pieces = zipped(contents([(one.script.file_id, one.name) for one in taken]))
    return _saved(StreamingHttpResponse(pieces, content_type="application/zip"), f"{unit}-{series}-{use}.zip")


def _use(text: str) -> Use:
    try:
        return Use(text)
    except ValueError:
        raise Http404 from None


def _results(actor: Actor, series: str, unit: str) -> list[Result]:
    rows = component_results(actor=actor, unit=unit, series=series)
    if not rows:
        raise Http404
    return rows


def _refused(request: HttpRequest, actor: Actor, series: str, unit: str, refusal: Refused) -> HttpResponse:
    messages.error(request, refusal.message)
    return redirect("postresults:component-scripts", number=actor.centre.number, series=series, unit=unit)


def _saved(response: HttpResponseBase, name: str) -> HttpResponseBase:
    response["Content-Disposition"] = f'attachment; filename="{quote(name)}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response
