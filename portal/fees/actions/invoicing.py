"""Asking a centre for what it owes."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit.actions import record
from portal.centres.models import Centre
from portal.errors import Refused
from portal.fees.models import FeeLine, Invoice, InvoiceCounter
from portal.fees.rules import invoice_number


@transaction.atomic
def invoice(*, centre: Centre, by: Any, at: datetime) -> Invoice:
    """Put every priced line of the centre that no invoice holds on a new one, credits among them.

    The amount is negative when the credits are the greater part. Two people at once make one invoice and one
    refusal; numbers have no gaps.
    """
    lines = list(FeeLine.objects.to_invoice().filter(centre=centre).select_for_update(of=("self",)).order_by("pk"))
    if not lines:
        raise Refused("There is nothing to invoice.", code="nothing")
    made = Invoice.objects.create(
        centre=centre,
        number=_next_number(clock.london_date(at).year),
        pence=sum(line.pence or 0 for line in lines),
        at=at,
        by=by,
    )
    FeeLine.objects.filter(pk__in=[line.pk for line in lines]).update(invoice=made)
    data = {"number": made.number, "lines": len(lines)}
    record(verb="fees.invoiced", by=by, at=at, subject=made, centre=centre, data=data)
    return made


def _next_number(year: int) -> str:
    """The year's row is held until the invoice is written, so that nobody gets the same number and none is lost."""
    InvoiceCounter.objects.bulk_create([InvoiceCounter(year=year)], ignore_conflicts=True)
    counter = InvoiceCounter.objects.select_for_update().get(year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return invoice_number(year, counter.last)
