"""Which price holds on a day."""

from collections.abc import Collection
from datetime import date

from portal.fees.models import Price
from portal.fees.rules import FeeKey


def price(*, key: FeeKey, family: str, on: date) -> Price | None:
    """The price on a London day, of the family if it has one of its own; None where none was ever set."""
    return prices(keys=[(key, family)], on=on)[key, family]


def prices(*, keys: Collection[tuple[FeeKey, str]], on: date) -> dict[tuple[FeeKey, str], Price | None]:
    """The same for many, in one query."""
    rows = Price.objects.in_force(on=on).filter(
        key__in={key.value for key, _ in keys}, family__in={"", *(family for _, family in keys)}
    )
    newest = {(row.key, row.family): row for row in rows.order_by("in_force_from", "pk")}
    return {(key, family): newest.get((key.value, family)) or newest.get((key.value, "")) for key, family in keys}
