"""A call of a program with an Idempotency-Key: done once, answered alike."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.errors import Refused
from portal.people.models import ApiToken, KeptAnswer
from portal.people.rules import KEPT_FOR, LEASE

UNDER_WAY = "The first call with this Idempotency-Key is still under way."


class LeaseLost(Refused):
    """The call took so long that another one took its place; what it did is undone."""


@transaction.atomic
def begin_call(*, token: ApiToken, key: str, fingerprint: str, at: datetime, wall: datetime) -> KeptAnswer:
    """Take the place of a call with an Idempotency-Key, or give the answer that was kept (its `status` is set).

    Refused as `key_reused` when the key came with another call, as `in_flight` while the first is under way; a place
    whose lease is over (its call crashed) is taken anew. `wall` is real time.
    """
    said = {"fingerprint": fingerprint, "leased_until": wall + LEASE, "created_at": at}
    kept, new = KeptAnswer.objects.get_or_create(token=token, key=key, defaults=said)
    if new:
        return kept
    kept = KeptAnswer.objects.select_for_update().get(pk=kept.pk)
    if kept.fingerprint != fingerprint:
        raise Refused("This Idempotency-Key was used for another call. Make a new one.", code="key_reused")
    if kept.status is None and kept.leased_until > wall:
        raise Refused(UNDER_WAY, code="in_flight")
    if kept.status is None:
        kept.leased_until = wall + LEASE
        kept.save(update_fields=["leased_until"])
    return kept


@transaction.atomic
def finish_call(*, kept: KeptAnswer, act: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
    """Do the act of a call and keep its answer, both or neither.

    Raises LeaseLost, and so undoes the act, when the lease ran out meanwhile and another call took the place: the
    instant of the lease says whose it is.
    """
    status, body = act()
    own = KeptAnswer.objects.filter(pk=kept.pk, status=None, leased_until=kept.leased_until)
    if not own.update(status=status, body=body):
        raise LeaseLost(UNDER_WAY, code="in_flight")
    kept.status, kept.body = status, body
    return status, body


def give_up_call(*, kept: KeptAnswer) -> None:
    """The act did not happen: the key is free again, unless another call has taken its place."""
    KeptAnswer.objects.filter(pk=kept.pk, status=None, leased_until=kept.leased_until).delete()


def forget_answers(*, wall: datetime) -> int:
    """Forget what was answered seven days ago and earlier; its keys are free again. Returns how many. Safe twice."""
    return KeptAnswer.objects.filter(leased_until__lt=wall - KEPT_FOR).delete()[0]
