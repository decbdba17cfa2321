"""The finder of key dates, and the limits with their working."""

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from deadlines.forms import FinderForm, TryForm
from deadlines.models import KeyDate
from deadlines.queries import current_code, explain_limit, find_key_dates, list_key_date, series_choices
from deadlines.rules.calendar import london_date
from deadlines.rules.limits import LIMITS
from deadlines.rules.months import by_month
from portal.catalogue.rules import content
from portal.centres.access import centre_page
from portal.centres.rules import CENTRE_HOME
from portal.errors import Refused
from portal.web.actor import Actor


@cache
def families() -> dict[str, str]:
    """Code → label of every qualification family."""
    return content().families


@centre_page(CENTRE_HOME)
def dates(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Key dates by month; without filters in the address, those of the current series."""
    series = series_choices()
    asked = request.GET or {"series": current_code(on=london_date(actor.at))}
    form = FinderForm(asked, series=series, families=families())
    rows = _found(form)
    lines = [_line(row, actor) for row in rows]
    context = {
        "form": form,
        "months": by_month(lines),
        "count": len(lines),
        "narrowed": any(form[name].value() for name in ("q", "qualification", "from", "to")),
        "series_title": dict(series).get(form["series"].value() or "", ""),
        "nav": "dates",
    }
    return render(request, "deadlines/dates.html", context)


def _found(form: FinderForm) -> list[KeyDate]:
    """What the filters find; nothing while one of them cannot be read."""
    if not form.is_valid():
        return []
    asked = form.cleaned_data
    return find_key_dates(
        words=asked["q"],
        series=asked["series"],
        family=asked["qualification"],
        since=asked["from"],
        until=asked["to"],
    )


def _line(row: KeyDate, actor: Actor) -> dict[str, Any]:
    """A date as the finder shows it."""
    due = list_key_date(key_date=row, as_of=actor.at)
    over = row.on < london_date(actor.at)
    # What can still be done stands beside a date that has gone by, without a click.
    after = row.consequence if over and not row.happens else ""
    return {"row": row, "on": row.on, "due": due, "families": _named(row.families), "after": after}


@centre_page(CENTRE_HOME)
def limits(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every day count, its worked example, and a start of one's own to try."""
    form = TryForm(request.GET or None, initial={"nation": actor.centre.nation})
    context = {
        "form": form,
        "tried": _tried(form, actor) if request.GET else None,
        "limits": [_worked(row, actor) for row in LIMITS],
        "nav": "dates",
    }
    return render(request, "deadlines/limits.html", context)


def _tried(form: TryForm, actor: Actor) -> dict[str, Any] | None:
    if not form.is_valid():
        return None
    try:
        return explain_limit(as_of=actor.at, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("start", refusal.message)
        return None


def _worked(row: Any, actor: Actor) -> dict[str, Any]:
    """A limit with its example; how long ago that was says nothing, so no label."""
    example = row.example
    due = explain_limit(limit=row.key, start=example.started_at, nation=example.nation, as_of=actor.at)
    return {"row": row, "due": {**due, "label": "", "tone": "neutral"}, "families": _named(row.families)}


def _named(codes: Any) -> list[str]:
    return [families().get(code, code) for code in codes]
