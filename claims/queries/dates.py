"""The dates that claims turn on: by when to claim, and when results come."""

from datetime import date

from deadlines.models import KeyDate
from deadlines.queries import dates_of, key_date
from portal.catalogue.models import ClaimKind, Series
from portal.errors import Refused

CLAIM_KEYS = {ClaimKind.FULL_AWARD.value: "claims.full_award", ClaimKind.CASH_IN.value: "claims.cash_in"}
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


def result_dates(series: Series) -> dict[str, KeyDate | None]:
    """Level → results day, or None while it is not known. One query."""
    return results_among(dates_of(series))


def results_among(dates: dict[str, KeyDate]) -> dict[str, KeyDate | None]:
    """The results days among the dates of a series that were read already."""
    return {level: dates.get(key) for level, key in RESULT_KEYS.items()}
