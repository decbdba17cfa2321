"""Sweeps of claims."""

from datetime import datetime

from celery import shared_task

from claims.actions.readiness import sweep_readiness
from portal import clock


@shared_task(name="claims.check_readiness")
def check_readiness(as_of: str | None = None) -> int:
    """Evaluate every stored readiness afresh; a difference is logged as an error and mended."""
    return sweep_readiness(as_of=datetime.fromisoformat(as_of) if as_of else clock.now())
