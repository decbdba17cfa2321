"""The tracker: where every learner stands, and the way to the next act."""

import csv
from typing import Any
from urllib.parse import parse_qsl

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.views.decorators.http import require_safe

from claims.models import Readiness
from claims.queries.dates import claim_days, days_by_kind
from claims.queries.tracker import ALL, SORTS, Filters, Selection, everyone, matching, narrow, opened, overview
from claims.rules import State
from claims.rules.words import grade_words
from claims.views.rows import Rows
from deadlines.queries import current_series, explain_key_date
from portal import clock
from portal.centres.access import centre_page
from portal.centres.rules import CLAIMS_MAKE, CLAIMS_VIEW, GRADES_ENTER
from portal.web.actor import Actor
from portal.web.cells import safe_cell
from portal.web.pages import keyset

_TABS = (State.READY, State.BLOCKED, State.CLAIMED, State.ISSUED)


@require_safe
@centre_page(CLAIMS_VIEW)
def tracker(request: HttpRequest, actor: Actor) -> HttpResponse:
    series = current_series(on=clock.london_date(actor.at))
    filters = Filters.read(request.GET)
    around = overview(actor=actor, series=series)
    page = keyset(
        narrow(matching(actor=actor, series=series, filters=filters)),
        order=filters.order,
        anchors=everyone(actor=actor, series=series),
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    selection = Selection.read(request.GET, every=_every_by_default(request.GET))
    rows = Rows(actor, filters, selection, opened(actor=actor, series=series, number=request.GET.get("open", "")))
    context = {
        "nav": "claims",
        "series": series,
        "filters": filters,
        "tabs": _tabs(filters, around.counts),
        "counts": around.counts,
        "rows": page.rows,
        "table_rows": rows.html(page.rows),
        "page": _pages(page, filters, selection),
        "sorts": _sorts(filters),
        "programmes": around.programmes,
        "levels": around.levels,
        "due": [
            (what, explain_key_date(key_date=row, as_of=actor.at))
            for what, row in claim_days(days_by_kind(series)).items()
        ],
        **_chosen(selection, {row.number for row in page.rows}, _matching_count(actor, series, filters, around.counts)),
        "may_claim": rows.may_pick,
        "may_make": actor.can(CLAIMS_MAKE),
        "may_upload": actor.can(GRADES_ENTER),
        "with_notes": sum(bool(row.notes) for row in page.rows),
        "hidden": parse_qsl(filters.address(sort="")),
        "address": filters.address(),
    }
    return render(request, "claims/tracker.html", context)


def _chosen(selection: Selection, here: set[str], matching: int) -> dict[str, Any]:
    """What the bulk bar says of the selection, on this page and elsewhere."""
    return {
        "every": selection.every,
        "matching": matching,
        "selected": matching + selection.size if selection.every else selection.size,
        "elsewhere": _elsewhere(selection, here),
        "kept": _kept(selection, here),
    }


def _every_by_default(query: QueryDict) -> str:
    """Claiming all who are ready is the job, so all stand ticked until something else was chosen."""
    return "" if query.getlist("pick") else "1"


def _elsewhere(selection: Selection, here: set[str]) -> int:
    """How many rows of other pages were taken out of all of them, or picked."""
    return -len(selection.left_out - here) if selection.every else len(selection.picked - selection.left - here)


def _kept(selection: Selection, here: set[str]) -> list[tuple[str, str]]:
    """What was ticked and unticked on other pages goes along with the form."""
    kept = {"pick": selection.picked - here, "shown": selection.shown - here, "leave": selection.left - here}
    return [(name, number) for name, numbers in kept.items() for number in sorted(numbers)]


def _matching_count(actor: Actor, series: Any, filters: Filters, found: dict[str, int]) -> int:
    """The count of what is shown, on every page; the tab's own count serves while nothing narrows it."""
    if not filters.narrowed:
        return found[filters.state]
    return matching(actor=actor, series=series, filters=filters).count()


def _tabs(filters: Filters, found: dict[str, int]) -> list[dict[str, Any]]:
    tabs = [(state.value, state.label) for state in _TABS] + [(ALL, "All")]
    return [
        {
            "state": state,
            "label": label,
            "count": found[state],
            "current": state == filters.state,
            "url": f"?{filters.address(state=state, sort='')}",
            "tone": "neutral" if state == ALL else state,
        }
        for state, label in tabs
    ]


def _sorts(filters: Filters) -> dict[str, dict[str, Any]]:
    current = filters.sort or filters.default_sort
    return {name: {"url": f"?{filters.address(sort=name)}", "current": name == current} for name in SORTS}


def _pages(page: Any, filters: Filters, selection: Selection) -> dict[str, str]:
    base = f"?{filters.address()}{'' if selection.every else '&every=0'}"
    return {
        "next_url": f"{base}&after={page.next}" if page.next else "",
        "previous_url": f"{base}&before={page.previous}" if page.previous else "",
    }


@require_safe
@centre_page(CLAIMS_VIEW)
def rows_csv(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Exactly what is shown, on every page, as a spreadsheet."""
    series = current_series(on=clock.london_date(actor.at))
    filters = Filters.read(QueryDict(request.META["QUERY_STRING"]))
    rows = matching(actor=actor, series=series, filters=filters).order_by(*filters.order)
    name = f"claims-{actor.centre.number}-{series.code}-{filters.state}.csv"
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response.write("\ufeff")
    writer = csv.writer(response)
    writer.writerow(_HEADINGS)
    for row in rows.iterator(chunk_size=500):
        writer.writerow([safe_cell(cell) for cell in _cells(row)])
    return response


_HEADINGS = [
    "Learner",
    "Candidate number",
    "Programme",
    "Level",
    "Units",
    "Grade",
    "Points",
    "Kind",
    "State",
    "Reasons",
]


def _cells(row: Readiness) -> list[Any]:
    return [
        row.learner_name,
        row.candidate_number,
        row.programme_title,
        row.level,
        f"{row.units_done} of {row.units_needed}",
        grade_words(row.grade),
        "" if row.points is None else row.points,
        row.get_kind_display(),
        State(row.state).label,
        "; ".join(reason["message"] for reason in row.reasons),
    ]
