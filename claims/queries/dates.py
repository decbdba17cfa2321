"""The dates that claims turn on: by when to claim, and when results come."""

from collections.abc import Iterable
from datetime import date, datetime

from claims.rules.submitting import is_late
from deadlines.models import KeyDate
from deadlines.queries import dates_of, key_date
from portal.catalogue.models import ClaimKind, Series
from portal.errors import Refused

CLAIM_KEYS = {ClaimKind.FULL_AWARD.value: "claims.full_award", ClaimKind.CASH_IN.value: "claims.cash_in"}
CLAIM_WORDS = {ClaimKind.FULL_AWARD.value: "Full awards", ClaimKind.CASH_IN.value: "Cash-ins"}
RESULT_KEYS = {"3": "results.level_3", "2": "results.level_2", "1": "results.level_2", "1/2": "results.level_2"}


def claim_date(series: Series, kind: str = ClaimKind.FULL_AWARD.value) -> KeyDate:
    """The key date by which a kind of claim is to be made. Refused while none is set for the series."""
    found = key_date(key=CLAIM_KEYS[kind], series=series)
    if found is None:
        raise Refused(f"No date for claims is set for {series.title} yet.", code="no_date")
    return found


def due_dates(series: Series) -> dict[str, date]:
    """Kind of claim → the last day that counts as in time."""
    return {kind: claim_date(series, kind).on for kind in CLAIM_KEYS}


def days_by_kind(series: Series, kinds: Iterable[str] = tuple(CLAIM_KEYS)) -> dict[str, KeyDate]:
    """Kind of claim → its key date, in one query.

    Kinds without a date of their own go by that of full awards. Refused while that is not set for the series.
    """
    return days_among(dates_of(series), kinds) or {kind: claim_date(series) for kind in kinds}


def days_among(dates: dict[str, KeyDate], kinds: Iterable[str] = tuple(CLAIM_KEYS)) -> dict[str, KeyDate]:
    """The same among the dates of a series that were read already; empty while that of full awards is not set."""
    default = dates.get(CLAIM_KEYS[ClaimKind.FULL_AWARD.value])
    wanted = set(kinds) or set(CLAIM_KEYS)
    return {kind: dates.get(CLAIM_KEYS[kind], default) for kind in CLAIM_KEYS if kind in wanted} if default else {}


def claim_days(days: dict[str, KeyDate]) -> dict[str, KeyDate]:
    """What is claimed, in words → its key date, earliest first; one entry named "" while all fall on one day."""
    if len({row.on for row in days.values()}) < 2:
        return {"": next(iter(days.values()))}
    return {CLAIM_WORDS[kind]: row for kind, row in sorted(days.items(), key=lambda item: item[1].on)}


def late_kinds(days: dict[str, KeyDate], *, at: datetime) -> set[str]:
    """The kinds of claim that would be late at an instant."""
    return {kind for kind, row in days.items() if is_late(received_at=at, due_on=row.on)}


def first_day(series: Series, kinds: Iterable[str] = tuple(CLAIM_KEYS)) -> KeyDate:
    """The earliest date of these kinds of claim. Refused while none is set."""
    return min(days_by_kind(series, kinds).values(), key=lambda row: row.on)


def result_dates(series: Series) -> dict[str, KeyDate | None]:
    """Level → results day, or None while it is not known. One query."""
    return results_among(dates_of(series))


def results_among(dates: dict[str, KeyDate]) -> dict[str, KeyDate | None]:
    """The results days among the dates of a series that were read already."""
    return {level: dates.get(key) for level, key in RESULT_KEYS.items()}
