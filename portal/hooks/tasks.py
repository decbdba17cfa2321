"""Sweeps of the deliveries. Messages go by real time, so `as_of` is one of `clock.wall()`."""

from datetime import datetime

from celery import shared_task

from portal import clock
from portal.hooks import actions


@shared_task(name="hooks.deliver")
def deliver(as_of: str | None = None) -> int:
    """Send what is due to the programs of centres; how many messages arrived."""
    return actions.deliver(at=clock.now(), wall=_instant(as_of))["delivered"]


@shared_task(name="hooks.prune")
def prune(as_of: str | None = None) -> int:
    """Forget deliveries of more than 90 days ago; how many."""
    return actions.prune(wall=_instant(as_of))


def _instant(as_of: str | None) -> datetime:
    return datetime.fromisoformat(as_of) if as_of else clock.wall()
