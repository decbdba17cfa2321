"""Setting prices: a new one from a day, or one put right. No row is edited."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal.audit.actions import record
from portal.errors import Refused, Stale
from portal.fees.models import FeeLine, Price
from portal.fees.rules import FeeKey, academic_year, check_price


@transaction.atomic
def load_prices(*, rows: list[dict[str, Any]], at: datetime) -> int:
    """Add the rows of the data file that are not there yet; how many. What staff have set since stays."""
    there = set(Price.objects.values_list("key", "family", "in_force_from"))
    fresh = [row for row in map(_price, rows) if (row.key, row.family, row.in_force_from) not in there]
    for row in fresh:
        row.set_at = at
    Price.objects.bulk_create(fresh)
    if fresh:
        record(verb="fees.prices_loaded", by=None, at=at, subject=None, data={"new": len(fresh)})
    return len(fresh)


def _price(row: dict[str, Any]) -> Price:
    begins = date.fromisoformat(row["in_force_from"])
    check_price(
        pence=row["pence"],
        confirmed=row["confirmed"],
        source=row["source"],
        in_force_from=begins,
        year=row["year"],
    )
    return Price(**{**row, "key": FeeKey(row["key"]).value, "in_force_from": begins})


@transaction.atomic
def set_price(
    *,
    key: FeeKey,
    family: str,
    pence: int | None,
    in_force_from: date,
    confirmed: bool,
    source: str,
    by: Any,
    at: datetime,
) -> Price:
    """A price from a London day on. Refused where that day already has one: put that one right instead."""
    year = academic_year(in_force_from)
    check_price(pence=pence, confirmed=confirmed, source=source, in_force_from=in_force_from, year=year)
    taken = Price.objects.filter(key=key.value, family=family, in_force_from=in_force_from, superseded_at=None)
    if taken.exists():
        raise Refused("There is a price from that day. Put that one right instead.", field="in_force_from")
    price = _made(
        key=key.value,
        family=family,
        year=year,
        pence=pence,
        in_force_from=in_force_from,
        confirmed=confirmed,
        source=source.strip(),
        set_by=by,
        set_at=at,
    )
    data = {"key": price.key, "family": family, "from_on": in_force_from.isoformat()}
    record(verb="fees.price_set", by=by, at=at, subject=price, data=data)
    return price


@transaction.atomic
def put_right(*, price: Price, pence: int | None, confirmed: bool, source: str, by: Any, at: datetime) -> Price:
    """Supersede a price by a right one of the same day. The old one stays readable; lines charged at it stay.

    Lines that waited for a price get it. Stale when somebody was quicker.
    """
    if not Price.objects.filter(pk=price.pk, superseded_at=None).update(superseded_at=at):
        raise Stale("Somebody else has put this price right since you opened the page. Open it again to see how.")
    check_price(pence=pence, confirmed=confirmed, source=source, in_force_from=price.in_force_from, year=price.year)
    fresh = _made(
        key=price.key,
        family=price.family,
        year=price.year,
        pence=pence,
        in_force_from=price.in_force_from,
        confirmed=confirmed,
        source=source.strip(),
        set_by=by,
        set_at=at,
    )
    Price.objects.filter(pk=price.pk).update(superseded_by=fresh)
    FeeLine.objects.filter(price=price, pence=None).update(pence=pence, price=fresh)
    data = {"key": fresh.key, "family": fresh.family, "from_on": fresh.in_force_from.isoformat()}
    record(verb="fees.price_put_right", by=by, at=at, subject=fresh, data=data)
    return fresh


def _made(**values: Any) -> Price:
    price: Price = Price.objects.create(**values)
    return price
