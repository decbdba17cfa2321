"""The delivery sweep. Its steps are transactions of their own: what was done must stand when the process dies."""

import logging
import time
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Window
from django.db.models.functions import RowNumber

from portal.audit import actions as audit
from portal.errors import Refused
from portal.hooks.actions.posting import Answer, Unsent, post
from portal.hooks.actions.subscribing import lock_hook, why_not
from portal.hooks.actions.telling import tell_of_fault
from portal.hooks.models import Delivery, Hook
from portal.hooks.rules import signing
from portal.hooks.rules.addresses import target_of
from portal.hooks.rules.events import SCHEMA
from portal.hooks.rules.retrying import (
    LEASE,
    RETRY_DELAYS,
    SWEEP,
    DeliveryState,
    fault_of,
    is_gone,
    is_taken,
    retry_delay,
    silence,
)
from portal.web.sealing import unsealed

log = logging.getLogger(__name__)


class _Watch:
    """Real time and the domain's, both going on from the instants the sweep was given."""

    def __init__(self, at: datetime, wall: datetime) -> None:
        self.start_at, self.start_wall = at, wall
        self.started = time.monotonic()

    def elapsed(self) -> timedelta:
        return timedelta(seconds=time.monotonic() - self.started)

    def at(self) -> datetime:
        return self.start_at + self.elapsed()

    def wall(self) -> datetime:
        return self.start_wall + self.elapsed()


def deliver(*, at: datetime, wall: datetime, limit: int = 500) -> dict[str, int]:
    """One sweep: counts of `delivered`, `failed` (to be tried again), `given_up` and of those `left` due.

    `wall` is real time, `at` the domain's, in which people are told. Each delivery is claimed by a conditional update
    before it is sent, so sweeps may run side by side. A sweep that dies leaves one delivery leased; when the lease is
    over it is sent again, so a receiver may get an event twice and knows it by its id. Webhooks take turns; one whose
    receiver does not answer waits as a whole, so that it holds up nobody else.
    """
    watch = _Watch(at, wall)
    tally = Counter(delivered=0, failed=0, given_up=0)
    _take_back(wall=wall)
    _send_each(_due(wall, limit), watch, tally)
    return {**tally, "left": Delivery.objects.due(wall=watch.wall()).count()}


def _due(wall: datetime, limit: int) -> list[tuple[int, int]]:
    """The first of every webhook, then the second of every webhook, and so on."""
    turn = Window(RowNumber(), partition_by="hook", order_by=["next_at", "pk"])
    rows = Delivery.objects.due(wall=wall).annotate(turn=turn).order_by("turn", "next_at", "pk")
    return list(rows.values_list("pk", "hook")[:limit])


def _take_back(*, wall: datetime) -> None:
    """Deliveries whose sender died go again: nobody knows whether they arrived. None of a withdrawn webhook does."""
    dead = Delivery.objects.filter(state=DeliveryState.SENDING.value, leased_until__lte=wall)
    dead.update(state=DeliveryState.WAITING.value, leased_until=None, next_at=wall)
    withdrawn = Hook.objects.exclude(revoked_at=None)
    pointless = Delivery.objects.filter(state=DeliveryState.WAITING.value, hook__in=withdrawn)
    pointless.update(state=DeliveryState.STOPPED.value, settled_at=wall)


def _send_each(due: list[tuple[int, int]], watch: _Watch, tally: Counter[str]) -> None:
    goes_on: dict[int, bool] = {}
    for pk, hook_id in due:
        if watch.elapsed() > SWEEP:
            break
        if hook_id not in goes_on:
            goes_on[hook_id] = _is_allowed(hook_id, watch)
        if goes_on[hook_id] and _claim(pk, wall=watch.wall()):
            delivery = Delivery.objects.select_related("hook__centre", "event").get(pk=pk)
            goes_on[hook_id] = _send(delivery, watch, tally)


def _is_allowed(hook_id: int, watch: _Watch) -> bool:
    """May its maker still hear of its events? If not, the webhook is paused and the heads are told."""
    hook = Hook.objects.select_related("centre", "made_by").get(pk=hook_id)
    because = why_not(hook, at=watch.at())
    if because:
        _pause(hook, because, watch)
    return not because


@transaction.atomic
def _pause(hook: Hook, because: str, watch: _Watch) -> None:
    held = lock_hook(hook)
    if held.paused_at is None and held.revoked_at is None:
        values = {"paused_at": watch.at(), "paused_by": None, "paused_because": because}
        Hook.objects.filter(pk=held.pk).update(**values, version=F("version") + 1)
        tell_of_fault(held, gone=False, because=because, wall=watch.wall(), at=watch.at())
        audit.record(verb="hooks.beyond", by=None, at=watch.at(), subject=held, centre=held.centre)


def _claim(pk: int, *, wall: datetime) -> bool:
    """Make the delivery this sweep's alone. Whoever changes the row sends it; everybody else changes nothing."""
    claimed = Delivery.objects.due(wall=wall).filter(pk=pk)
    values = {"state": DeliveryState.SENDING.value, "leased_until": wall + LEASE, "attempts": F("attempts") + 1}
    return claimed.update(**values) == 1


def _send(delivery: Delivery, watch: _Watch, tally: Counter[str]) -> bool:
    """Send one claimed delivery and write down what became of it. Says whether the receiver can be sent more."""
    try:
        answer = _posted(delivery, wall=watch.wall())
    except (Unsent, Refused) as fault:
        tally[_put_off(delivery, None, str(fault), watch)] += 1
        tally.update(_fall_silent(delivery.hook, str(fault), watch))
        return False
    except Exception:
        # A fault of ours at one delivery must not stop those behind it, sweep after sweep.
        log.exception("Delivery %s could not be sent", delivery.reference)
        tally[_put_off(delivery, None, "A fault on our side stopped it.", watch)] += 1
        return True
    if delivery.hook.silences:
        Hook.objects.filter(pk=delivery.hook_id).update(silences=0, silent_until=None)
    tally[_answered(delivery, answer, watch)] += 1
    return not is_gone(answer.status)


def _answered(delivery: Delivery, answer: Answer, watch: _Watch) -> str:
    if is_taken(answer.status):
        _settle(delivery, DeliveryState.DELIVERED, watch, status=answer.status, fault="")
        return "delivered"
    fault = fault_of(answer.status, answer.reason)
    if is_gone(answer.status):
        return _end(delivery, answer.status, fault, watch, gone=True)
    return _put_off(delivery, answer.status, fault, watch)


@transaction.atomic
def _fall_silent(hook: Hook, fault: str, watch: _Watch) -> dict[str, int]:
    """What was due for a receiver that does not answer has failed with the one that was tried, and counts an attempt.

    The webhook waits as a whole: a sweep spends one attempt on it, whatever its backlog. How many were put off, and
    given up.
    """
    held, wall = lock_hook(hook), watch.wall()
    times = held.silences + 1
    Hook.objects.filter(pk=held.pk).update(silences=times, silent_until=wall + silence(times))
    due = Delivery.objects.filter(hook=held, state=DeliveryState.WAITING.value, next_at__lte=wall)
    last = due.filter(attempts__gte=len(RETRY_DELAYS))
    given_up = last.update(
        state=DeliveryState.GIVEN_UP.value, attempts=F("attempts") + 1, settled_at=wall, status=None, fault=fault
    )
    if given_up and held.revoked_at is None:
        tell_of_fault(held, gone=False, wall=wall, at=watch.at())
    failed = sum(
        due.filter(attempts=tried).update(attempts=tried + 1, next_at=wall + delay, status=None, fault=fault)
        for tried, delay in enumerate(RETRY_DELAYS)
    )
    return {"failed": failed, "given_up": given_up}


def _posted(delivery: Delivery, *, wall: datetime) -> Answer:
    """Send the message, signed with every secret in force."""
    body, stamp = delivery.event.body.encode(), int(wall.timestamp())
    secrets = _secrets(delivery.hook, wall=wall)
    if not secrets:
        raise Unsent("The secret can no longer be read. Make a new one.")
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Exams-Office-Webhooks/1",
        "Connection": "close",
        signing.SIGNATURE: signing.header(secret_list=secrets, timestamp=stamp, body=body),
        signing.EVENT: delivery.event.kind,
        signing.EVENT_ID: str(delivery.event.reference),
        signing.DELIVERY_ID: str(delivery.reference),
        signing.SCHEMA_VERSION: str(SCHEMA),
    }
    return post(target_of(delivery.hook.url, demo=settings.DEMO), body=body, headers=headers)


def _secrets(hook: Hook, *, wall: datetime) -> list[str]:
    former = hook.former if hook.former_until and hook.former_until > wall else ""
    opened = [unsealed(text, keys=settings.FIELD_KEYS) for text in (hook.sealed, former) if text]
    return [secret for secret in opened if secret]


def _put_off(delivery: Delivery, status: int | None, fault: str, watch: _Watch) -> str:
    delay = retry_delay(delivery.attempts)
    if delay is None:
        return _end(delivery, status, fault, watch, gone=False)
    _settle(delivery, DeliveryState.WAITING, watch, status=status, fault=fault, next_at=watch.wall() + delay)
    return "failed"


@transaction.atomic
def _end(delivery: Delivery, status: int | None, fault: str, watch: _Watch, *, gone: bool) -> str:
    """Give a delivery up and tell the centre; a receiver that is gone for good gets nothing more."""
    hook = lock_hook(delivery.hook)
    _settle(delivery, DeliveryState.GIVEN_UP, watch, status=status, fault=fault)
    pausing = gone and hook.paused_at is None and hook.revoked_at is None
    if pausing:
        Hook.objects.filter(pk=hook.pk).update(paused_at=watch.at(), paused_by=None, version=F("version") + 1)
    if hook.revoked_at is None:
        tell_of_fault(hook, gone=gone, wall=watch.wall(), at=watch.at())
    if pausing:
        audit.record(verb="hooks.gone", by=None, at=watch.at(), subject=hook, centre=hook.centre)
    return "given_up"


def _settle(delivery: Delivery, state: DeliveryState, watch: _Watch, **values: Any) -> None:
    """Leave `sending`. A delivery that another sweep has taken over since is theirs."""
    settled_at = None if state is DeliveryState.WAITING else watch.wall()
    ours = Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENDING.value, attempts=delivery.attempts)
    ours.update(state=state.value, leased_until=None, settled_at=settled_at, **values)
