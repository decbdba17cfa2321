"""What runs by itself. Each task is one action, safe twice and in parallel."""

from datetime import datetime

from celery import shared_task

from portal import clock
from postresults.actions import close_when_over, end_out_of_time, release_due


@shared_task(name="postresults.end_out_of_time")
def end_waiting(as_of: str | None = None) -> int:
    """End requests that still wait for a consent after their window has closed."""
    return end_out_of_time(as_of=_moment(as_of))


@shared_task(name="postresults.release_outcomes")
def release_outcomes(as_of: str | None = None) -> int:
    """Outcomes whose set time has come go out."""
    return release_due(as_of=_moment(as_of))


@shared_task(name="postresults.close")
def close(as_of: str | None = None) -> int:
    """Reviews whose window for an appeal is over are closed."""
    return close_when_over(as_of=_moment(as_of))


def _moment(as_of: str | None) -> datetime:
    return datetime.fromisoformat(as_of) if as_of else clock.now()
