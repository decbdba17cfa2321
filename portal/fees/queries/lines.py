"""What was charged."""

from collections.abc import Collection

from django.db.models import QuerySet

from portal.fees.models import FeeLine
from portal.fees.rules import Exposure, exposure
from portal.web.actor import Actor

# Newest last in a keyset page is no use to anybody who looks for one review, so lines go by reference.
ORDER = ("group", "id")


def fee_lines(*, actor: Actor) -> QuerySet[FeeLine]:
    """Charges of the actor's centre, with the invoice that holds them."""
    return FeeLine.objects.visible_to(actor).select_related("invoice", "price")


def total(*, actor: Actor, groups: Collection[str] | None = None) -> Exposure:
    """What the centre's charges come to that neither fell away nor were taken back."""
    rows = fee_lines(actor=actor).owed()
    if groups is not None:
        rows = rows.filter(group__in=groups)
    return exposure(rows.only("pence", "invoice", "price"))
