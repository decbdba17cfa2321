"""Sending something again, or for a trial. Always a new delivery: what became of the former one stays on record."""

from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from portal import clock
from portal.audit import actions as audit
from portal.errors import Refused
from portal.hooks.actions.emitting import BATCH, make_event
from portal.hooks.actions.subscribing import check_stands, lock_hook
from portal.hooks.models import Delivery, Event, Hook
from portal.hooks.rules.events import EventKind
from portal.hooks.rules.retrying import OPEN, DeliveryState

MOST_REPLAYED = 1000
TAKEN = (*OPEN, DeliveryState.DELIVERED.value)


@transaction.atomic
def send_test(*, hook: Hook, by: Any, at: datetime, wall: datetime) -> Delivery:
    """Send a test event to one webhook. Refused while it is paused."""
    held = _held(hook)
    data = {"message": "This is a test. Nothing happened."}
    event = make_event(EventKind.TEST, held.centre_id, held.centre.number, data, at=at, wall=wall)
    event.save(force_insert=True)
    delivery = Delivery.objects.create(hook=held, event=event, made_at=wall, next_at=wall, asked_by=by)
    audit.record(verb="hooks.tested", by=by, at=at, subject=held, centre=held.centre)
    return delivery


@transaction.atomic
def replay(*, delivery: Delivery, by: Any, at: datetime, wall: datetime) -> Delivery:
    """Send the event of a delivery once more, under the same event id.

    Refused while it is on its way, and while the webhook is paused.
    """
    held = _held(delivery.hook)
    if Delivery.objects.filter(hook=held, event=delivery.event_id, state__in=OPEN).exists():
        raise Refused("This event is on its way already.", code="open")
    again = Delivery.objects.create(hook=held, event_id=delivery.event_id, made_at=wall, next_at=wall, asked_by=by)
    audit.record(verb="hooks.replayed", by=by, at=at, subject=held, centre=held.centre, data={"count": 1})
    return again


@transaction.atomic
def replay_failed(*, hook: Hook, since: date, by: Any, at: datetime, wall: datetime) -> int:
    """Send every event once more that happened on a London date or later and was given up; how many.

    An event that arrived since, or is on its way, is left alone. At most 1,000 at once, the oldest first. Refused
    when there is none.
    """
    held = _held(hook)
    events = _failed_since(held, since)[:MOST_REPLAYED]
    again = [Delivery(hook=held, event_id=pk, made_at=wall, next_at=wall, asked_by=by) for pk in events]
    if not again:
        raise Refused("Nothing has been given up since then, so there is nothing to replay.", code="nothing")
    Delivery.objects.bulk_create(again, batch_size=BATCH)
    data = {"count": len(again), "since": since}
    audit.record(verb="hooks.replayed", by=by, at=at, subject=held, centre=held.centre, data=data)
    return len(again)


def _failed_since(hook: Hook, since: date) -> Any:
    deliveries = Delivery.objects.filter(hook=hook, event=OuterRef("pk"))
    rows = Event.objects.filter(
        Exists(deliveries.filter(state=DeliveryState.GIVEN_UP.value)),
        ~Exists(deliveries.filter(state__in=TAKEN)),
        centre=hook.centre_id,
        occurred_at__gte=datetime.combine(since, time(), tzinfo=clock.LONDON),
    )
    return rows.order_by("pk").values_list("pk", flat=True)


def _held(hook: Hook) -> Hook:
    held = lock_hook(hook)
    check_stands(held)
    if held.paused_at is not None:
        raise Refused("This webhook is paused. Resume it first.", code="paused")
    # Whoever asks has a reason to think that the receiver answers again.
    Hook.objects.filter(pk=held.pk).update(silences=0, silent_until=None)
    return held
