from datetime import datetime

from django.db import transaction

from portal.notices.models import Heartbeat


@transaction.atomic
def beat(*, sweep: str, at: datetime, count: int = 0) -> None:
    """Write down that a sweep has finished, at real time (`clock.wall()`), and how much it did."""
    Heartbeat.objects.update_or_create(sweep=sweep, defaults={"finished_at": at, "count": count})
