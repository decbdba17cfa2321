"""The webhooks of a centre and their log, and who listens to what."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from portal.hooks.models import Delivery, Event, Hook
from portal.hooks.rules.events import EventKind, beyond
from portal.hooks.rules.retrying import DeliveryState
from portal.web.actor import Actor
from portal.web.words import count, moment

PAGE = 30
TONES = {
    DeliveryState.WAITING: "neutral",
    DeliveryState.SENDING: "neutral",
    DeliveryState.DELIVERED: "issued",
    DeliveryState.GIVEN_UP: "late",
    DeliveryState.STOPPED: "neutral",
}


class Listener(NamedTuple):
    hook_id: int
    centre_id: int
    centre_number: str
    events: frozenset[str]


def listeners(*, kinds: Collection[EventKind], centre_ids: Collection[int] | None) -> list[Listener]:
    """The standing webhooks of some centres (None: of all) that are told of any of these events. One query.

    A paused one counts: what happens meanwhile waits for it.
    """
    rows = Hook.objects.standing()
    if centre_ids is not None:
        rows = rows.filter(centre__in=centre_ids)
    wanted = {kind.value for kind in kinds}
    found = rows.order_by("pk").values_list("pk", "centre", "centre__number", "events")
    heard = [Listener(pk, centre, number, frozenset(events)) for pk, centre, number, events in found]
    return [row for row in heard if row.events & wanted]


def hooks_of(*, actor: Actor) -> list[Hook]:
    """Every webhook of the centre, those that stand first, each group the newest first. One query."""
    rows = Hook.objects.visible_to(actor).select_related("made_by", "revoked_by").order_by("-pk")
    return sorted(rows, key=lambda row: row.revoked_at is not None)


@dataclass(frozen=True)
class Line:
    """One delivery as the log shows it. Its instants are on the domain's clock, beside the event's own."""

    delivery: Delivery
    tone: str
    label: str
    words: str
    asked_at: datetime


def log_of(*, actor: Actor, hook: Hook, before: int | None, wall: datetime) -> tuple[list[Line], str]:
    """A page of a webhook's deliveries, newest first, and the key of the next page ("" at the end).

    `before` is the number of the last delivery on the page before.
    """
    rows = Delivery.objects.visible_to(actor).filter(hook=hook).select_related("event", "hook", "asked_by")
    rows = (rows.filter(pk__lt=before) if before else rows).defer("event__body").order_by("-pk")
    found = list(rows[: PAGE + 1])
    lines = [line_of(row, actor=actor, wall=wall) for row in found[:PAGE]]
    return lines, str(found[PAGE - 1].pk) if len(found) > PAGE else ""


def line_of(delivery: Delivery, *, actor: Actor, wall: datetime) -> Line:
    """A delivery in words."""
    state = DeliveryState(delivery.state)
    words = _words(delivery, state, actor, wall)
    return Line(delivery, TONES[state], _label(delivery, state), words, _shown(delivery.made_at, actor, wall))


def _label(delivery: Delivery, state: DeliveryState) -> str:
    return "To be tried again" if state is DeliveryState.WAITING and delivery.attempts else state.label.split(",")[0]


def _words(delivery: Delivery, state: DeliveryState, actor: Actor, wall: datetime) -> str:
    """What has become of it, and what happens next."""
    tries = count(delivery.attempts, "attempt")
    if state is DeliveryState.WAITING:
        tried = f"{tries}. {delivery.fault} " if delivery.attempts else ""
        return f"{tried}{_next(delivery, actor, wall)}"
    if state is DeliveryState.SENDING:
        return f"{tries}."
    if state is DeliveryState.STOPPED:
        return f"{state.label}."
    settled = moment(_shown(delivery.settled_at or wall, actor, wall))
    said = f"{delivery.fault} " if delivery.fault else f"Answered {delivery.status}. " if delivery.status else ""
    return f"{tries}, the last on {settled}. {said}".strip()


def _next(delivery: Delivery, actor: Actor, wall: datetime) -> str:
    if delivery.hook.paused_at is not None:
        return "It is sent when the webhook is resumed."
    next_at = max(delivery.next_at, delivery.hook.silent_until or delivery.next_at)
    if next_at <= wall:
        return "It is sent within a minute."
    return f"Next attempt on {moment(_shown(next_at, actor, wall))}."


def _shown(real: datetime, actor: Actor, wall: datetime) -> datetime:
    """A real instant on the domain's clock, whose day may be another."""
    return actor.at + (real - wall)


def delivery_of(*, actor: Actor, hook_id: int, pk: int) -> Any:
    """One delivery of a webhook, or None."""
    rows = Delivery.objects.visible_to(actor).filter(hook=hook_id, pk=pk)
    return rows.select_related("event", "hook", "asked_by").first()


def readable(event: Event, *, actor: Actor) -> str:
    """The body of an event with a line for each field; "" for somebody who may not hear of it."""
    if beyond([event.kind], actor.capabilities):
        return ""
    return json.dumps(json.loads(event.body), indent=2, ensure_ascii=False)
