"""Sweeps of the outbox. Mail goes by real time, so `as_of` is one of `clock.wall()`."""

from datetime import datetime

from celery import shared_task

from portal import clock
from portal.notices import actions


@shared_task(name="notices.deliver")
def deliver(as_of: str | None = None) -> int:
    """Send the mail that is due; how many were sent."""
    return actions.deliver(at=_instant(as_of))["sent"]


@shared_task(name="notices.heartbeat")
def heartbeat(as_of: str | None = None) -> None:
    """Show that a worker takes work and finishes it."""
    actions.beat(sweep="worker", at=_instant(as_of))


def _instant(as_of: str | None) -> datetime:
    return datetime.fromisoformat(as_of) if as_of else clock.wall()
