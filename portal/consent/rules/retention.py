"""How long a consent is kept: JCQ asks for six months at least after the outcome of the review or any later appeal."""

from calendar import monthrange
from datetime import date

KEPT_MONTHS = 6


def retained_until(last_on: date) -> date:
    """The last day on which a consent is kept, six calendar months after `last_on`.

    A day that the month does not have becomes its last: 31 August leads to 28 February.
    """
    years, month = divmod(last_on.month - 1 + KEPT_MONTHS, 12)
    year, month = last_on.year + years, month + 1
    return date(year, month, min(last_on.day, monthrange(year, month)[1]))
