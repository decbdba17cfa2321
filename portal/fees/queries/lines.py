"""What was charged."""

from collections.abc import Collection

from django.db.models import Count, Q, Sum

from portal.fees.models import FeeLine, FeeLineQuerySet, Invoice
from portal.fees.rules import Exposure
from portal.web.actor import Actor

# By reference, so that the components of one review stand together.
ORDER = ("group", "id")
NEWEST = 20


def fee_lines(*, actor: Actor) -> FeeLineQuerySet:
    """Charges of the actor's centre, with the invoice that holds them."""
    rows: FeeLineQuerySet = FeeLine.objects.visible_to(actor)
    return rows.select_related("invoice", "price")


def total(*, actor: Actor, groups: Collection[str] | None = None) -> Exposure:
    """What the centre's charges come to that neither fell away nor were taken back."""
    rows = fee_lines(actor=actor).owed()
    if groups is not None:
        rows = rows.filter(group__in=groups)
    amounts = rows.aggregate(known=Sum("pence"), unknown=Count("pk", filter=Q(pence=None)))
    return Exposure(amounts["known"] or 0, amounts["unknown"])


def invoices(*, actor: Actor) -> list[Invoice]:
    """The centre's newest invoices, a screenful."""
    return list(Invoice.objects.visible_to(actor).order_by("-pk")[:NEWEST])
