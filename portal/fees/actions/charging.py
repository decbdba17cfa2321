"""Charging for what a centre asks, and letting a charge fall away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit.actions import record
from portal.centres.models import Centre
from portal.errors import Refused
from portal.fees.models import FeeLine
from portal.fees.queries.prices import prices
from portal.fees.rules import FeeKey, Reason


@dataclass(frozen=True)
class Charge:
    """One thing to charge for: what it is, and the family of the qualification that it is about."""

    key: FeeKey
    family: str = ""


@transaction.atomic
def charge(*, centre: Centre, group: str, charges: Sequence[Charge], by: Any, at: datetime) -> list[FeeLine]:
    """Charge a centre at the prices of the day; the lines in the order of the charges.

    `group` is the reference that all components of one review share: they fall away together. A price that is not
    known yet makes a line without an amount, filled in when staff set the price. Charge a group once.
    """
    on = clock.london_date(at)
    found = prices(keys=[(each.key, each.family) for each in charges], on=on)
    lines = []
    for each in charges:
        price = found[each.key, each.family]
        lines.append(
            FeeLine(
                centre=centre,
                group=group,
                key=each.key.value,
                family=each.family,
                price=price,
                pence=price.pence if price else None,
                at=at,
                by=by,
            )
        )
    FeeLine.objects.bulk_create(lines)
    data = {"group": group, "count": len(lines)}
    record(verb="fees.charged", by=by, at=at, subject=None, centre=centre, data=data)
    return lines


@transaction.atomic
def waive(
    *, centre: Centre, group: str, reason: Reason, by: Any, at: datetime, only: Sequence[Charge] | None = None
) -> int:
    """Let every charge of a group fall away, or one standing line for each of `only`; how many did.

    Doing it again to a whole group changes nothing. Charges that no invoice holds are waived; those that were invoiced
    are taken back by a credit on the next one, once. Refused for a group that was never charged.
    """
    rows = FeeLine.objects.filter(centre=centre, group=group, reverses=None)
    lines = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if not lines:
        raise Refused("Nothing was charged under this reference.", code="group")
    standing = [line for line in lines if line.waived_at is None and line.reversed_at is None]
    standing = standing if only is None else _one_each(standing, only)
    waived = [line.pk for line in standing if line.invoice_id is None]
    invoiced = [line for line in standing if line.invoice_id is not None]
    FeeLine.objects.filter(pk__in=waived).update(waived_at=at, reason=reason.value)
    _take_back(invoiced, reason, by=by, at=at)
    if standing:
        data = {"group": group, "reason": reason.value, "count": len(standing)}
        record(verb="fees.waived", by=by, at=at, subject=None, centre=centre, data=data)
    return len(standing)


def _one_each(standing: list[FeeLine], only: Sequence[Charge]) -> list[FeeLine]:
    """The oldest line of each charge; two charges alike take two lines."""
    left, found = list(standing), []
    for each in only:
        line = next((line for line in left if (line.key, line.family) == (each.key.value, each.family)), None)
        if line is not None:
            left.remove(line)
            found.append(line)
    return found


def _take_back(lines: list[FeeLine], reason: Reason, *, by: Any, at: datetime) -> None:
    """A credit for each line. The one-to-one column lets no line be taken back twice."""
    FeeLine.objects.filter(pk__in=[line.pk for line in lines]).update(reversed_at=at, reason=reason.value)
    FeeLine.objects.bulk_create(
        FeeLine(
            centre_id=line.centre_id,
            group=line.group,
            key=line.key,
            family=line.family,
            price_id=line.price_id,
            pence=-(line.pence or 0),
            at=at,
            by=by,
            reverses=line,
            reason=reason.value,
        )
        for line in lines
    )
