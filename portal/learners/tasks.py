"""Sweeps of results."""

from datetime import datetime

from celery import shared_task

from portal import clock
from portal.learners.actions import tell_released


@shared_task(name="learners.tell_released")
def tell_of_releases(as_of: str | None = None) -> int:
    """Everything that counts with results takes those in that candidates have had since the last sweep."""
    return tell_released(as_of=datetime.fromisoformat(as_of) if as_of else clock.now())
