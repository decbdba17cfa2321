"""The sweep of files that nobody committed."""

from datetime import datetime

from celery import shared_task

from portal import clock
from portal.intake.actions import discard_waiting


@shared_task(name="intake.discard_waiting")
def discard_uncommitted(as_of: str | None = None) -> int:
    """Discard files that were looked at and not committed for thirty days."""
    return discard_waiting(as_of=datetime.fromisoformat(as_of) if as_of else clock.now())
