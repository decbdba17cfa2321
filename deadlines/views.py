"""The finder of key dates, the limits with their working, and a person's own calendar."""

from functools import cache
from hashlib import sha256
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotFound
from django.shortcuts import redirect, render
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_POST, require_safe

from deadlines.actions import renew_feed, revoke_feed
from deadlines.forms import FinderForm, TryForm
from deadlines.models import KeyDate
from deadlines.queries import (
    current_code,
    earlier_dates,
    explain_limit,
    find_key_dates,
    list_key_date,
    series_choices,
)
from deadlines.queries.feed import address_of, feed_behind, feed_of, items_of
from deadlines.rules.calendar import london_date
from deadlines.rules.ics import calendar_text
from deadlines.rules.limits import LIMITS
from deadlines.rules.months import by_month
from portal import clock
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
    earlier = earlier_dates(rows)
    lines = [_line(row, earlier.get(row.pk, []), actor) for row in rows]
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


def _line(row: KeyDate, earlier: list[KeyDate], actor: Actor) -> dict[str, Any]:
    """A date as the finder shows it, with those that stood in its place before."""
    due = list_key_date(key_date=row, as_of=actor.at)
    over = row.on < london_date(actor.at)
    # What can still be done stands beside a date that has gone by, without a click.
    after = row.consequence if over and not row.happens else ""
    return {"row": row, "on": row.on, "due": due, "families": _named(row.families), "after": after, "earlier": earlier}


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


# --- a person's own calendar ---


@centre_page(CENTRE_HOME)
def calendar(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The secret link of a person's own calendar, for them alone."""
    feed = feed_of(user=actor.user)
    context = {"feed": feed, "address": address_of(feed=feed) if feed else "", "nav": "dates"}
    return render(request, "deadlines/calendar.html", context)


@centre_page(CENTRE_HOME)
@require_POST
def renew_calendar(request: HttpRequest, actor: Actor) -> HttpResponse:
    first = feed_of(user=actor.user) is None
    renew_feed(by=actor.user, at=actor.at)
    told = (
        "has a link. Copy it into your calendar program."
        if first
        else "has a new link. The one before stopped working."
    )
    messages.success(request, f"Your calendar {told}")
    return redirect("deadlines:calendar", number=actor.centre.number)


@centre_page(CENTRE_HOME)
@require_POST
def end_calendar(request: HttpRequest, actor: Actor) -> HttpResponse:
    revoke_feed(by=actor.user, at=actor.at)
    messages.success(request, "Your calendar link no longer works. Calendars that used it stop changing.")
    return redirect("deadlines:calendar", number=actor.centre.number)


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """The calendar of whoever holds the link. Programs ask for it, without a session.

    Nothing on the way may keep it, so a link that was ended is over; a program that remembers the tag of what it read
    is answered in a line. No Last-Modified: counts change without any date changing, so only the bytes tell.
    """
    found = feed_behind(secret=secret)
    if found is None:
        return HttpResponseNotFound("There is no calendar here.\n", content_type="text/plain; charset=utf-8")
    body = calendar_text(items_of(feed=found, as_of=clock.now())).encode()
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    etag = f'"{sha256(body).hexdigest()}"'
    response["ETag"] = etag
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer if answer is not None else response
