"""What the accounts take over: invoiced lines, one row each."""

from collections.abc import Iterator
from typing import Any

from portal import clock
from portal.fees.models import FeeLine
from portal.web.cells import safe_cell

HEADINGS = ("Invoice", "Date", "Centre", "Name", "Reference", "For", "Family", "Pence", "Credit of")


def account_rows() -> Iterator[list[Any]]:
    """Invoiced lines in the order of their invoices, safe to open as a spreadsheet. Amounts are whole pence."""
    rows = FeeLine.objects.filter(invoice__isnull=False).select_related("invoice", "centre")
    for line in rows.order_by("invoice_id", "pk").iterator(chunk_size=2000):
        yield [safe_cell(value) for value in _row(line)]


def _row(line: FeeLine) -> tuple[Any, ...]:
    return (
        line.invoice.number if line.invoice else "",
        clock.london_date(line.invoice.at).isoformat() if line.invoice else "",
        line.centre.number,
        line.centre.name,
        line.group,
        line.get_key_display(),
        line.family,
        line.pence,
        line.reverses_id or "",
    )
