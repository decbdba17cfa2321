"""The sweep of answers kept for calls with an Idempotency-Key."""

from datetime import datetime

from celery import shared_task

from portal import clock
from portal.people.actions import forget_answers


@shared_task(name="people.forget_answers")
def forget(as_of: str | None = None) -> int:
    """Forget answers that have been kept for seven days. Leases and keys go by real time."""
    return forget_answers(wall=datetime.fromisoformat(as_of) if as_of else clock.wall())
