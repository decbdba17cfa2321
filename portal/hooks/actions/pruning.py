"""Forgetting what was told long ago."""

from datetime import datetime

from portal.hooks.models import Delivery, Event
from portal.hooks.rules.retrying import KEPT_FOR

BATCH = 2000


def prune(*, wall: datetime) -> int:
    """Delete deliveries older than 90 days and events that none is left of; how many deliveries went.

    `wall` is real time. Runs in batches of their own, so that nobody waits and a killed run loses nothing.
    """
    gone, cutoff = 0, wall - KEPT_FOR
    while old := list(Delivery.objects.filter(made_at__lt=cutoff).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        gone += Delivery.objects.filter(pk__in=old).delete()[0]
    while bare := list(
        Event.objects.filter(stored_at__lt=cutoff, deliveries=None).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        Event.objects.filter(pk__in=bare).delete()
    return gone
