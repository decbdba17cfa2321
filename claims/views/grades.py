"""Enter the unit grades of one learner."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from claims.actions import GradeLine, record_grades
from claims.forms import GradesForm
from claims.models import Readiness
from claims.queries.registrations import gradable_units
from claims.rules import State
from claims.views.registration import found
from portal.centres.access import centre_page
from portal.centres.rules import GRADES_ENTER
from portal.errors import Refused, Stale
from portal.web.actor import Actor


@require_http_methods(["GET", "HEAD", "POST"])
@centre_page(GRADES_ENTER)
def grades(request: HttpRequest, actor: Actor, registration: str) -> HttpResponse:
    row = found(actor, registration)
    units = gradable_units(row.registration)
    form = GradesForm(request.POST if request.method == "POST" else None, units=units)
    stale: dict[str, Any] = {}
    if form.is_bound and form.is_valid():
        try:
            changed = record_grades(centre=actor.centre, grades=_lines(row, units, form), by=actor.user, at=actor.at)
        except Stale as refusal:
            stale = {"message": refusal.message, "units": _both(gradable_units(row.registration), form)}
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return _saved(request, actor, row, changed)
    context = {"nav": "claims", "row": row, "form": form, "stale": stale}
    return render(request, "claims/grades.html", context, status=409 if stale else 200)


def _lines(row: Readiness, units: list[dict[str, Any]], form: GradesForm) -> list[GradeLine]:
    """Only what differs from the page as it was made: an untouched unit is not written again."""
    return [
        GradeLine(row.pk, unit["unit"].pk, form.grade(unit), form.version(unit))
        for unit in units
        if form.grade(unit) and form.touched(unit)
    ]


def _both(units: list[dict[str, Any]], form: GradesForm) -> list[dict[str, Any]]:
    """Units on which the stored grade and the typed one differ, for the page that shows both."""
    return [
        {"unit": unit["unit"], "theirs": unit["grade"], "yours": form.grade(unit)}
        for unit in units
        if form.touched(unit) and unit["grade"] != form.grade(unit)
    ]


def _saved(request: HttpRequest, actor: Actor, row: Readiness, changed: int) -> HttpResponse:
    state = State(Readiness.objects.visible_to(actor).get(pk=row.pk).state)
    if not changed:
        messages.info(request, "Nothing was changed.")
    elif state is State.READY:
        messages.success(request, f"Saved. {row.learner_name} is ready to claim.")
    else:
        messages.success(request, "Saved.")
    return redirect("claims:registration", number=actor.centre.number, registration=row.registration.number)
