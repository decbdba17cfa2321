"""The two moments at which results of a series and level come out."""

from datetime import date, datetime, timedelta
from typing import Protocol

from portal.errors import Refused
from portal.web.words import day
from portal.web.words import moment as moment_words

# Our own setting: a weekend either way. A wrong month or year lies outside.
NEAR = timedelta(days=3)


def check_moments(*, to_centres_at: datetime, to_candidates_at: datetime) -> None:
    """Centres have results no later than candidates. Raises Refused."""
    if to_candidates_at < to_centres_at:
        raise Refused(
            "Choose a moment for candidates that is not before the one for centres.", field="to_candidates_at"
        )


def check_ahead(*, moment: datetime, whom: str, at: datetime) -> None:
    """Results come out by waiting for a moment, never by setting one that has passed. Raises Refused."""
    if moment <= at:
        raise Refused(
            f"Choose a moment that lies ahead: {moment_words(moment)} has passed.", code="passed", field=f"to_{whom}_at"
        )


class _Moments(Protocol):
    to_centres_at: datetime
    to_candidates_at: datetime


def check_move(row: _Moments, *, to_centres_at: datetime, to_candidates_at: datetime, at: datetime) -> None:
    """A moment moves while it lies ahead, and to one that lies ahead. Raises Refused, also when neither moves."""
    check_moments(to_centres_at=to_centres_at, to_candidates_at=to_candidates_at)
    pairs = (("centres", row.to_centres_at, to_centres_at), ("candidates", row.to_candidates_at, to_candidates_at))
    moved = [pair for pair in pairs if pair[1] != pair[2]]
    if not moved:
        raise Refused("These are the moments as they stand.", code="same")
    for whom, old, new in moved:
        check_not_out(moment=old, whom=whom, at=at)
        check_ahead(moment=new, whom=whom, at=at)


def check_near(*, on: date, results_on: date | None, reason: str) -> None:
    """Results that do not come out near their results day need a stated reason. Raises Refused."""
    if reason.strip() or (results_on is not None and abs(on - results_on) <= NEAR):
        return
    place = f"the results day is {day(results_on)}" if results_on else "no key date names a results day for this level"
    raise Refused(f"Give a reason: {place}.", code="reason", field="reason")


def check_not_out(*, moment: datetime, whom: str, at: datetime) -> None:
    """What people have seen cannot be hidden again. Raises Refused once the moment has passed."""
    if moment <= at:
        raise Refused(f"The results went to {whom} {moment_words(moment)}. That moment cannot change.", code="out")
