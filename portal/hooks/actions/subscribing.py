"""Making, pausing, resuming and withdrawing webhooks, and giving them new secrets."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from portal.audit import actions as audit
from portal.centres.access import capabilities_at
from portal.centres.models import Centre
from portal.errors import Refused, Stale
from portal.hooks.actions.telling import tell_of_act
from portal.hooks.models import Delivery, Hook
from portal.hooks.rules.addresses import target_of
from portal.hooks.rules.events import beyond, check_events
from portal.hooks.rules.retrying import MOST_HOOKS, DeliveryState
from portal.hooks.rules.signing import OVERLAP, new_secret
from portal.web.sealing import sealed
from portal.web.words import listed


@transaction.atomic
def make_hook(*, centre: Centre, name: str, url: str, events: Sequence[str], by: Any, at: datetime) -> tuple[Hook, str]:
    """A webhook of a centre, and the secret that signs its messages, which is shown this once.

    Refused for an address that we would not send to, without events, for events of which the maker may not hear, for
    the name of one that stands, and beyond ten that stand. The maker and every head of the centre are told by mail.
    """
    chosen = check_events(events)
    if hidden := beyond(chosen, capabilities_at(user=by, centre=centre, at=at)):
        raise Refused(f"You may not see what {listed(hidden)} tells, so no webhook of yours can.", field="events")
    target_of(url, demo=settings.DEMO)
    held = Centre.objects.select_for_update(no_key=True).get(pk=centre.pk)
    if Hook.objects.standing().filter(centre=held).count() >= MOST_HOOKS:
        raise Refused(f"A centre can have {MOST_HOOKS} webhooks. Withdraw one that you no longer need.", code="many")
    if Hook.objects.standing().filter(centre=held, name__iexact=name).exists():
        raise Refused(f"There is a webhook “{name}” already. Give this one another name.", code="name", field="name")
    secret = new_secret()
    hook = Hook.objects.create(
        centre=held, name=name, url=url, events=chosen, sealed=_seal(secret), made_at=at, made_by=by
    )
    tell_of_act(hook, did="made", by=by, at=at)
    audit.record(verb="hooks.made", by=by, at=at, subject=hook, centre=held, data={"events": chosen})
    return hook, secret


@transaction.atomic
def pause_hook(*, hook: Hook, version: int, by: Any, at: datetime) -> Hook:
    """Send nothing for now; what happens meanwhile waits. Refused when it is paused already."""
    held = _held(hook, version)
    if held.paused_at is not None:
        raise Refused("This webhook is paused already.", code="paused")
    _change(held, paused_at=at, paused_by=by)
    _record("hooks.paused", held, by=by, at=at)
    return held


@transaction.atomic
def resume_hook(*, hook: Hook, version: int, by: Any, at: datetime) -> Hook:
    """Send again, beginning with what has waited.

    Refused when it is not paused, and while its maker may not hear of its events.
    """
    held = _held(hook, version)
    if held.paused_at is None:
        raise Refused("This webhook is not paused.", code="not_paused")
    if because := why_not(held, at=at):
        raise Refused(because, code="beyond")
    _change(held, paused_at=None, paused_by=None, paused_because="", silences=0, silent_until=None)
    _record("hooks.resumed", held, by=by, at=at)
    return held


@transaction.atomic
def rotate_secret(*, hook: Hook, version: int, by: Any, at: datetime, wall: datetime) -> tuple[Hook, str]:
    """A new secret, shown this once. The former one signs beside it for a day, so that receivers can change over.

    `wall` is real time, from which the day runs. Stale when somebody was quicker: their secret was shown to them.
    """
    held = _held(hook, version)
    secret = new_secret()
    _change(held, former=held.sealed, former_until=wall + OVERLAP, sealed=_seal(secret))
    tell_of_act(held, did="given a new secret", by=by, at=at)
    _record("hooks.rotated", held, by=by, at=at)
    return held, secret


@transaction.atomic
def revoke_hook(*, hook: Hook, version: int, by: Any, at: datetime, wall: datetime) -> Hook:
    """Withdraw a webhook for good: what waits is not sent, and its secrets are forgotten."""
    held = _held(hook, version)
    _change(held, revoked_at=at, revoked_by=by, sealed="", former="", former_until=None)
    waiting = Delivery.objects.filter(hook=held, state=DeliveryState.WAITING.value)
    waiting.update(state=DeliveryState.STOPPED.value, settled_at=wall)
    tell_of_act(held, did="withdrawn", by=by, at=at)
    _record("hooks.revoked", held, by=by, at=at)
    return held


def lock_hook(hook: Hook) -> Hook:
    """Hold a webhook to the end of the transaction. Events may be written for it meanwhile."""
    return Hook.objects.select_for_update(of=("self",), no_key=True).select_related("centre").get(pk=hook.pk)


def why_not(hook: Hook, *, at: datetime) -> str:
    """A webhook is told what its maker may hear of at that instant: why it is told nothing, or ""."""
    hidden = beyond(hook.events, capabilities_at(user=hook.made_by, centre=hook.centre, at=at))
    if not hidden:
        return ""
    return f"{hook.made_by.name}, who made it, may not see what {listed(hidden)} tells. Make another in its place."


def check_stands(hook: Hook) -> None:
    """Refused for a webhook that was withdrawn."""
    if hook.revoked_at is not None:
        raise Refused("This webhook is withdrawn already.", code="revoked")


def _held(hook: Hook, version: int) -> Hook:
    held = lock_hook(hook)
    check_stands(held)
    if held.version != version:
        raise Stale("Somebody changed this webhook since you opened the page. Look at it again.")
    return held


def _change(held: Hook, **values: Any) -> None:
    held.version += 1
    for name, value in values.items():
        setattr(held, name, value)
    held.save(update_fields=["version", *values])


def _seal(secret: str) -> str:
    return sealed(secret, keys=settings.FIELD_KEYS)


def _record(verb: str, hook: Hook, *, by: Any, at: datetime) -> None:
    audit.record(verb=verb, by=by, at=at, subject=hook, centre=hook.centre, data={"version": hook.version})
