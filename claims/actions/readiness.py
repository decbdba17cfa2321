"""Keeps the stored readiness equal to what the rules say."""

import logging
from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.forms.models import model_to_dict

from claims.actions.locks import lock_registrations
from claims.models import Claim, Readiness, Submission
from claims.queries.readiness import readiness_of
from claims.rules import State
from portal.learners.models import Registration

log = logging.getLogger(__name__)
_BATCH = 500
_COPIED = [field.name for field in Readiness._meta.fields if field.name != "registration"]


@transaction.atomic
def recompute(registration_ids: Collection[int], at: datetime) -> None:
    """Rewrite the readiness of these registrations, inside the transaction that changed an input.

    Registrations are locked in order of id first, so two writers cannot leave an older evaluation behind.
    """
    ids = sorted(registration_ids)
    for start in range(0, len(ids), _BATCH):
        _rewrite(ids[start : start + _BATCH], at)


def _rewrite(ids: list[int], at: datetime) -> None:
    lock_registrations(ids)
    rows = readiness_of(ids, at=at)
    Readiness.objects.filter(registration__in=set(ids) - {row.pk for row in rows}).delete()
    Readiness.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["registration"], update_fields=_COPIED, batch_size=_BATCH
    )


def claimed(submission: Submission, at: datetime) -> None:
    """Rewrite the readiness of ready rows that were just claimed, whose registrations are locked, in one statement.

    A claim changes the state and nothing else that the rules look at, so nothing need be evaluated again.
    """
    claims = Claim.objects.filter(submission=submission)
    Readiness.objects.filter(registration__in=claims.values("registration")).update(
        state=State.CLAIMED.value, reasons=[], evaluated_at=at
    )


def sweep_readiness(*, as_of: datetime) -> int:
    """Check every registration, batch by batch, and return how many stored rows were wrong.

    A difference is an error: some writer forgot to recompute. It is logged as one, and mended.
    """
    wrong, after = 0, 0
    while ids := list(Registration.objects.filter(pk__gt=after).order_by("pk").values_list("pk", flat=True)[:_BATCH]):
        for registration_id in check_readiness(ids, as_of=as_of):
            log.error("Stored readiness of registration %s was not what the rules say.", registration_id)
            wrong += 1
        after = ids[-1]
    return wrong


def check_readiness(ids: Collection[int], *, as_of: datetime) -> list[int]:
    """Evaluate some registrations afresh, mend the stored rows that differ, and return their ids."""
    stored = {row.pk: row for row in Readiness.objects.filter(registration__in=ids)}
    fresh = {row.pk: row for row in readiness_of(ids, at=as_of)}
    wrong = [pk for pk in stored.keys() | fresh.keys() if not _same(stored.get(pk), fresh.get(pk))]
    if wrong:
        recompute(wrong, as_of)
    return sorted(wrong)


def _same(stored: Readiness | None, fresh: Readiness | None) -> bool:
    if stored is None or fresh is None:
        return stored is fresh
    fields = [name for name in _COPIED if name != "evaluated_at"]
    return model_to_dict(stored, fields) == model_to_dict(fresh, fields)
