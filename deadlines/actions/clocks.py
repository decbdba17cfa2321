"""Clocks of cases: started, stopped and extended by acts, swept by looking at one column."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Min, OuterRef, Q, Subquery
from django.urls import reverse

from deadlines.models import Clock
from deadlines.rules import calendar, delays, sums
from portal.accounts.models import User
from portal.audit import actions as audit
from portal.casework.actions import tell_centre
from portal.casework.actions.locks import lock_cases
from portal.casework.models import Case
from portal.errors import Refused
from portal.notices import actions as notices
from portal.web.words import count, day


@dataclass(frozen=True)
class Swept:
    """How many promises were found broken, and of how many dates that are near an owner was told."""

    breached: int
    forecast: int


def start_clock(*, case: Case, limit: str, started_at: datetime, by: Any, at: datetime) -> Clock:
    """Start a limit on a case: freezes its row, the start and the due date in the centre's nation.

    Refused: a limit that runs on the case already, one that is not known, a day outside the table of bank holidays.
    """
    return start_clocks(cases=[case], limit=limit, started_at=started_at, by=by, at=at)[0]


@transaction.atomic
def start_clocks(*, cases: Sequence[Case], limit: str, started_at: datetime, by: Any, at: datetime) -> list[Clock]:
    """Start one limit on many cases at the same instant, in a few statements."""
    rows = lock_cases([case.pk for case in cases])
    if Clock.objects.filter(case__in=rows, limit=limit, stopped_at=None).exists():
        raise Refused("This count of days runs already.", code="running")
    sum_in = {
        nation: sums.work_out(limit=limit, start=started_at, nation=nation)
        for nation in {row.centre.nation for row in rows}
    }
    clocks = [_clock(row, sum_in[row.centre.nation]) for row in rows]
    Clock.objects.bulk_create(clocks, batch_size=500)
    _copy_due([row.pk for row in rows])
    data = {"limit": limit}
    audit.record_many(audit.Act("deadlines.clock_started", by, at, row, row.centre, data) for row in rows)
    return clocks


def _clock(case: Case, due: sums.Due) -> Clock:
    return Clock(
        case=case,
        limit=due.limit.key,
        row_from=due.limit.in_force_from,
        started_at=due.started_at,
        nation=due.nation,
        due_on=due.due_on,
        due_at=due.due_at,
        until_at=due.due_at,
    )


def stop_clock(*, case: Case, limit: str, at: datetime, by: Any) -> None:
    """End a limit's count on a case; see `stop_clocks`."""
    stop_clocks(cases=[case], limit=limit, at=at, by=by)


@transaction.atomic
def stop_clocks(*, cases: Sequence[Case], limit: str, at: datetime, by: Any) -> None:
    """End a limit's count on cases; where it does not run nothing changes.

    A promise that was broken before the stop is marked so, whether or not a sweep came by in between.
    """
    rows = {row.pk: row for row in lock_cases([case.pk for case in cases])}
    running = Clock.objects.filter(case__in=rows, limit=limit, stopped_at=None)
    running.promises().filter(until_at__lt=at, breached_at=None).update(breached_at=at)
    stopped = list(running.order_by("case").values_list("case", flat=True))
    running.update(stopped_at=at)
    _copy_due(stopped)
    held, data = [rows[pk] for pk in stopped], {"limit": limit}
    audit.record_many(audit.Act("deadlines.clock_stopped", by, at, row, row.centre, data) for row in held)


@transaction.atomic
def extend(*, case: Case, limit: str, to_on: date, reason: str, by: Any, at: datetime) -> Clock:
    """Tell the centre of a delay, with its likely extent: the case is promised by the end of `to_on` from then on.

    The centre is to hear three working days before the date; where that day is past it still hears, and the clock
    keeps that it was told late. Refused: a count that does not run, a date that is no later, no reason.
    """
    (row,) = lock_cases([case.pk])
    clock = Clock.objects.filter(case=row, limit=limit, stopped_at=None).first()
    _check_extension(clock, to_on, reason, at)
    assert clock is not None
    today = calendar.london_date(at)
    promised_on = calendar.london_date(clock.until_at)
    clock.told_late = not delays.told_in_time(due_on=promised_on, today=today, nation=clock.nation)
    clock.extended_to, clock.until_at, clock.told_at = to_on, calendar.last_instant(to_on), at
    clock.extended_because, clock.forecast_at = reason.strip(), None
    clock.save(update_fields=["told_late", "extended_to", "until_at", "told_at", "extended_because", "forecast_at"])
    _copy_due([row.pk])
    _tell_of_delay(row, clock, promised_on, to_on, at)
    data = {"limit": limit, "to": to_on.isoformat()}
    audit.record(verb="deadlines.clock_extended", by=by, at=at, subject=row, centre=row.centre, data=data)
    return clock


def _check_extension(clock: Clock | None, to_on: date, reason: str, at: datetime) -> None:
    if clock is None:
        raise Refused("This count of days does not run.", code="stopped")
    if to_on <= max(calendar.london_date(clock.until_at), calendar.london_date(at)):
        raise Refused("Choose a date after the one that is promised, and not a day that is past.", field="to_on")
    if not reason.strip():
        raise Refused("Give the reason for the delay. The centre reads it.", field="reason")


def _tell_of_delay(row: Case, clock: Clock, promised_on: date, to_on: date, at: datetime) -> None:
    lead = f"We cannot keep the date of {row.reference}, {day(promised_on)}."
    key = f"delay:{clock.pk}:{to_on.isoformat()}"
    tell_centre(
        case=row, kind="delay", key=key, lead=lead, what_next=f"It is likely to be finished by {day(to_on)}.", at=at
    )


def _copy_due(ids: Sequence[int]) -> None:
    """Copy the nearest promise of ours to each case: a centre's own window is no due date of the case."""
    running = Clock.objects.promises().filter(case=OuterRef("pk"), stopped_at=None).order_by().values("case")
    nearest = running.annotate(nearest=Min("until_at")).values("nearest")
    Case.objects.filter(pk__in=ids).update(due_at=Subquery(nearest))


@transaction.atomic
def sweep(*, as_of: datetime) -> Swept:
    """Mark every promise that is broken, and tell owners which of their dates are near. Set-based; safe twice."""
    breached = (
        Clock.objects.promises().filter(stopped_at=None, breached_at=None, until_at__lt=as_of).update(breached_at=as_of)
    )
    return Swept(breached=breached, forecast=_forecast(as_of))


def _forecast(as_of: datetime) -> int:
    today = calendar.london_date(as_of)
    near = Q()
    for nation in calendar.NATIONS:
        last = calendar.last_instant(delays.near_until(today=today, nation=nation))
        near |= Q(nation=nation, until_at__lte=last)
    rows = Clock.objects.promises().filter(
        near, stopped_at=None, breached_at=None, forecast_at=None, until_at__gte=as_of
    )
    claimed = list(
        rows.select_for_update(of=("self",), skip_locked=True).order_by("pk").values_list("pk", "case__owner")
    )
    Clock.objects.filter(pk__in=[pk for pk, _ in claimed]).update(forecast_at=as_of)
    _tell_owners(Counter(owner for _, owner in claimed if owner), as_of)
    return len(claimed)


def _tell_owners(cases: Counter[int], as_of: datetime) -> None:
    """One notice a person for everything that came near in one sweep."""
    url = settings.BASE_URL + reverse("admin:casework_case_changelist")
    notices.queue_many(
        [_near(user, cases[user.pk], url, as_of) for user in User.objects.filter(pk__in=cases).order_by("pk")], at=as_of
    )


def _near(user: Any, number: int, url: str, as_of: datetime) -> notices.Letter:
    lead = f"{count(number, 'case')} of yours must be finished within {delays.FORECAST} working days."
    advice = f"Where a date cannot be kept, tell the centre at least {delays.TELL_BEFORE} working days before it."
    return notices.Letter(
        kind="forecast",
        dedupe_key=f"deadlines:near:{user.pk}:{as_of.isoformat()}",
        address=user.email,
        template="casework",
        context={"lead": lead, "what_next": advice, "url": url, "reference": "your cases"},
        user=user,
    )
