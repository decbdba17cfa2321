"""Writing down what happened for the programs that want to know, inside the transaction in which it happened."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from portal import clock
from portal.hooks.models import Delivery, Event
from portal.hooks.queries import Listener, listeners
from portal.hooks.rules.events import EventKind, Happening, body_of

BATCH = 500


def emit(*, kind: EventKind, centre_id: int, data: Mapping[str, Any], at: datetime) -> int:
    """Tell the programs of one centre of one thing; see `emit_many`."""
    return emit_many([Happening(kind, centre_id, data)], at=at)


def emit_to_all(*, kind: EventKind, data: Mapping[str, Any], at: datetime) -> int:
    """Tell the programs of every centre of something that concerns all of them; see `emit_many`."""
    found = listeners(kinds=[kind], centre_ids=None)
    happenings = [Happening(kind, centre_id, data) for centre_id in dict.fromkeys(row.centre_id for row in found)]
    return _write(happenings, found, at=at)


def emit_many(happenings: Iterable[Happening], *, at: datetime) -> int:
    """Write an event for each happening that a webhook of its centre is told of; how many deliveries that makes.

    Called inside the caller's transaction, so that an act and the news of it stand or fall together. Costs one query
    where nobody listens, and a few whatever the number of happenings. Nothing is sent here: the sweep does that.
    """
    wanted = list(happenings)
    if not wanted:
        return 0
    kinds, centres = {row.kind for row in wanted}, {row.centre_id for row in wanted}
    return _write(wanted, listeners(kinds=kinds, centre_ids=centres), at=at)


def _write(happenings: Collection[Happening], found: list[Listener], *, at: datetime) -> int:
    pairs = [(row, heard) for row in happenings if (heard := _heard(row, found))]
    return _store(pairs, at=at) if pairs else 0


@transaction.atomic
def _store(pairs: list[tuple[Happening, list[Listener]]], *, at: datetime) -> int:
    wall = clock.wall()
    events = [_event(row, heard[0].centre_number, at=at, wall=wall) for row, heard in pairs]
    Event.objects.bulk_create(events, batch_size=BATCH)
    deliveries = [
        Delivery(hook_id=listener.hook_id, event=event, made_at=wall, next_at=wall)
        for event, (_, heard) in zip(events, pairs, strict=True)
        for listener in heard
    ]
    return len(Delivery.objects.bulk_create(deliveries, batch_size=BATCH))


def _heard(row: Happening, found: list[Listener]) -> list[Listener]:
    return [heard for heard in found if heard.centre_id == row.centre_id and row.kind.value in heard.events]


def _event(row: Happening, number: str, *, at: datetime, wall: datetime) -> Event:
    return make_event(row.kind, row.centre_id, number, row.data, at=at, wall=wall)


def make_event(
    kind: EventKind, centre_id: int, number: str, data: Mapping[str, Any], *, at: datetime, wall: datetime
) -> Event:
    """An unsaved event with the body in which it is told."""
    reference = uuid4()
    body = body_of(event_id=str(reference), kind=kind.value, at=at, centre=number, data=data)
    return Event(centre_id=centre_id, reference=reference, kind=kind.value, body=body, occurred_at=at, stored_at=wall)
