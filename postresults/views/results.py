"""Results of a centre: the list of components, one component, and its spreadsheet."""

import csv
from collections.abc import Callable, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from deadlines.queries import explain_key_date, key_date
from portal.centres.access import centre_page
from portal.centres.rules import REQUESTS_MAKE, REQUESTS_VIEW, RESULTS_VIEW
from portal.web.actor import Actor
from portal.web.cells import safe_cell
from portal.web.words import moment
from postresults.queries.choosing import windows
from postresults.queries.components import Candidate, Cohort, cohort
from postresults.queries.seasons import components, series_with_results
from postresults.queries.standing import numbers
from postresults.rules.boundaries import bands
from postresults.rules.chart import draw
from postresults.rules.cohort import guard_words

REVIEWS_KEY = "romm.others"
NEAR, UNEXPECTED, ALL = "near", "unexpected", "all"
_LAST = 10_000  # more than any paper has marks: rows that have no such number come last

SORTS: dict[str, Callable[[Candidate], Any]] = {
    "learner": lambda one: (),
    "number": lambda one: one.result.registration.learner.candidate_number,
    "mark": lambda one: -one.result.mark if one.result.mark is not None else 1,
    "next": lambda one: (_below(one), -(one.result.mark or 0)),
    "others": lambda one: one.comparison.order if one.comparison else float("inf"),
}


def _below(one: Candidate) -> int:
    return one.place.below if one.place and one.place.below is not None else _LAST


@require_safe
@centre_page(RESULTS_VIEW)
def results(request: HttpRequest, actor: Actor) -> HttpResponse:
    every = series_with_results(actor=actor)
    chosen = next((row for row in every if row.pk == request.GET.get("series")), every[0] if every else None)
    awards = components(actor=actor, series=chosen) if chosen else []
    until = [line.restricted_until for _, lines in awards for line in lines if line.restricted_until]
    context = {
        "nav": "results",
        "every": every,
        "series": chosen,
        "awards": awards,
        "restricted_until": max(until, default=None),
        "windows": windows(series=chosen, at=actor.at) if chosen else [],
        "may_ask": actor.can(REQUESTS_MAKE),
        "numbers": numbers(actor=actor) if actor.can(REQUESTS_VIEW) else None,
    }
    return render(request, "postresults/results.html", context)


@require_safe
@centre_page(RESULTS_VIEW)
def component(request: HttpRequest, actor: Actor, series: str, unit: str) -> HttpResponse:
    found = _cohort(actor, series, unit)
    shown, sort = _chosen(request, found)
    context = {
        "nav": "results",
        "cohort": found,
        "candidates": _sorted(_filtered(found, shown), sort),
        "near": sum(one.near for one in found.candidates),
        "unexpected": sum(one.unexpected for one in found.candidates),
        "shown": shown,
        "sort": sort,
        "guard": guard_words(len(found.marks)),
        "restricted_until": found.restricted_until(actor.at),
        "due": _due(found, actor),
        "may_ask": actor.can(REQUESTS_MAKE) and not found.restricted_until(actor.at),
        **_drawn(found),
    }
    return render(request, "postresults/component.html", context)


@require_safe
@centre_page(RESULTS_VIEW)
def component_csv(request: HttpRequest, actor: Actor, series: str, unit: str) -> HttpResponse:
    """Every candidate of the component as a spreadsheet, whatever the page shows."""
    found = _cohort(actor, series, unit)
    until = found.restricted_until(actor.at)
    marked = "-restricted" if until else ""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    name = f"results-{actor.centre.number}-{series}-{found.unit.code}{marked}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    if until:
        writer.writerow([f"Restricted until {moment(until)}"])
    writer.writerow(_HEADINGS)
    for one in _sorted(found.candidates, "next"):
        writer.writerow([safe_cell(cell) for cell in _cells(one)])
    return response


_HEADINGS = [
    "Learner",
    "Candidate number",
    "Qualification",
    "Mark",
    "Grade",
    "Marks to the next grade",
    "Next grade",
    "Marks above own boundary",
    "Standard deviations from the cohort’s mean",
    "Standard deviations from own other components",
]


def _cells(one: Candidate) -> list[Any]:
    learner = one.result.registration.learner
    placed, compared = one.place, one.comparison
    numbers = [compared.z, compared.distance] if compared else [None, None]
    return [
        str(learner),
        learner.candidate_number,
        str(one.result.registration.programme.qualification),
        _or_blank(one.result.mark),
        one.grade,
        _or_blank(placed.below if placed else None),
        placed.next_label if placed else "",
        _or_blank(placed.above if placed else None),
        *("" if number is None else round(number, 2) for number in numbers),
    ]


def _or_blank(number: int | None) -> int | str:
    return "" if number is None else number


def _cohort(actor: Actor, series: str, unit: str) -> Cohort:
    """Nothing to see yet is the same as nothing there."""
    found = cohort(actor=actor, unit=unit, series=series)
    if found is None:
        raise Http404
    return found


def _chosen(request: HttpRequest, found: Cohort) -> tuple[str, str]:
    shown = request.GET.get("show", "")
    if shown not in (NEAR, UNEXPECTED, ALL):
        shown = NEAR if found.steps and found.marks else ALL
    sort = request.GET.get("sort", "")
    return shown, sort if sort in SORTS else "others" if shown == UNEXPECTED else "next"


def _filtered(found: Cohort, shown: str) -> list[Candidate]:
    kept: dict[str, Callable[[Candidate], bool]] = {
        NEAR: lambda one: one.near,
        UNEXPECTED: lambda one: one.unexpected,
        ALL: lambda one: True,
    }
    return [one for one in found.candidates if kept[shown](one)]


def _sorted(rows: Sequence[Candidate], sort: str) -> list[Candidate]:
    """They come by name, which stays the order of equals."""
    return sorted(rows, key=SORTS[sort])


def _due(found: Cohort, actor: Actor) -> dict[str, Any] | None:
    """By when reviews can be asked for, where the date holds for a family of these results."""
    row = key_date(key=REVIEWS_KEY, series=found.series)
    families = {award.family for award in found.qualifications}
    if row is None or (row.families and not families & set(row.families)):
        return None
    return explain_key_date(key_date=row, as_of=actor.at)


def _drawn(found: Cohort) -> dict[str, Any]:
    """The chart and its table, where there are marks to draw."""
    if not found.marks:
        return {}
    numbers = {"max_mark": found.max_mark}
    return {
        "chart": draw(found.marks, found.steps, **numbers),
        "bands": bands(found.marks, found.steps, unclassified=found.unclassified, **numbers) if found.steps else [],
    }
