"""What runs by itself. Each task is one action, safe twice and in parallel."""

from datetime import datetime

from celery import shared_task

from deadlines.actions import cancel_settled, plan_reminders, sweep
from portal import clock


def _instant(as_of: str | None) -> datetime:
    return datetime.fromisoformat(as_of) if as_of else clock.now()


@shared_task(name="deadlines.plan_reminders")
def plan(as_of: str | None = None) -> int:
    """Write the reminders whose turn it is."""
    return plan_reminders(as_of=_instant(as_of)).planned


@shared_task(name="deadlines.cancel_settled")
def cancel(as_of: str | None = None) -> int:
    """Take back reminders whose work is done."""
    return cancel_settled(as_of=_instant(as_of))


@shared_task(name="deadlines.sweep_clocks")
def sweep_clocks(as_of: str | None = None) -> int:
    """Mark promises that were broken, and tell owners of cases whose date is near."""
    return sweep(as_of=_instant(as_of)).breached
