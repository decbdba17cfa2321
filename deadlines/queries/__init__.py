"""Reads over time: due dates with their working, key dates, what to remind of."""

from deadlines.queries.dates import (
    current_claim_date,
    current_code,
    current_dates,
    current_series,
    dates_of,
    earlier_dates,
    find_key_dates,
    key_date,
    series_choices,
)
from deadlines.queries.due import explain_clock, explain_key_date, explain_limit, list_key_date, why_limit

__all__ = [
    "current_claim_date",
    "current_code",
    "current_dates",
    "current_series",
    "dates_of",
    "earlier_dates",
    "explain_clock",
    "explain_key_date",
    "explain_limit",
    "find_key_dates",
    "key_date",
    "list_key_date",
    "series_choices",
    "why_limit",
]
