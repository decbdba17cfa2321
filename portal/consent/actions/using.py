"""What a request does with the consents it rests on."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.audit.actions import Act, record_many
from portal.consent.models import Consent
from portal.consent.rules import retained_until
from portal.errors import Refused


@transaction.atomic
def freeze(*, consents: Collection[int], by: Any, at: datetime) -> None:
    """A request is being sent on the strength of these: from here on none of them can be withdrawn.

    Called in the transaction that writes the request. Rows are held in the order of their ids, so that requests,
    answers and withdrawals take turns. Raises Refused when one of them is no longer in force. From here on they
    are kept until `set_retention` says otherwise. Freezing twice, for a second request, is no fault.
    """
    wanted = set(consents)
    held = list(
        Consent.objects.select_for_update(of=("self",)).filter(pk__in=wanted).select_related("centre").order_by("pk")
    )
    standing = [row for row in held if row.answer == "yes" and row.withdrawn_at is None and row.disposed_at is None]
    if len(standing) != len(wanted):
        raise Refused("A learner has withdrawn their consent. Look at the consents again.", code="consent")
    Consent.objects.filter(pk__in=wanted).update(retain_until=None)
    fresh = Consent.objects.filter(pk__in=wanted, used_at=None)
    fresh.update(used_at=at, sealed="")
    record_many(
        [
            Act("consent.used", by, at, rows[0], rows[0].centre, {"count": len(rows), "ids": [row.pk for row in rows]})
            for rows in _by_centre(standing)
        ]
    )


def _by_centre(rows: Collection[Consent]) -> list[list[Consent]]:
    grouped: dict[int, list[Consent]] = {}
    for row in rows:
        grouped.setdefault(row.centre_id, []).append(row)
    return list(grouped.values())


@transaction.atomic
def set_retention(*, consents: Collection[int], last_outcome_on: date) -> int:
    """Keep these six months after the last outcome of the request or a later appeal; how many rows that set.

    Never shortens what an earlier outcome had already set.
    """
    until = retained_until(last_outcome_on)
    shorter = Q(retain_until=None) | Q(retain_until__lt=until)
    return Consent.objects.filter(shorter, pk__in=consents, disposed_at=None).update(retain_until=until)
