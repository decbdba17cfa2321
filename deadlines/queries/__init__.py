"""Reads over time: due dates with their working, key dates, what to remind of."""

from deadlines.queries.dates import current_series, dates_of, find_key_dates, key_date, key_date_months
from deadlines.queries.due import explain_key_date, explain_limit, why_limit

__all__ = [
    "current_series",
    "dates_of",
    "explain_key_date",
    "explain_limit",
    "find_key_dates",
    "key_date",
    "key_date_months",
    "why_limit",
]
