"""What runs by itself. Each task is one action, safe twice and in parallel."""

from datetime import datetime

from celery import shared_task

from portal import clock
from postresults.actions import end_out_of_time


@shared_task(name="postresults.end_out_of_time")
def end_waiting(as_of: str | None = None) -> int:
    """End requests that still wait for a consent after their window has closed."""
    return end_out_of_time(as_of=datetime.fromisoformat(as_of) if as_of else clock.now())
