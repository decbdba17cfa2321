"""What runs by itself."""

from datetime import datetime

from celery import shared_task

from portal import clock
from portal.consent.actions import dispose as dispose_of


@shared_task(name="consent.dispose")
def dispose(as_of: str | None = None) -> int:
    """Erase consents whose time is over."""
    return dispose_of(as_of=datetime.fromisoformat(as_of) if as_of else clock.now())
