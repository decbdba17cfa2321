"""What pages show of an uploaded file."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, Q

from portal.intake.kinds import sheet
from portal.intake.models import Outcome, StagedRow, Upload
from portal.web.cells import safe_cell

SHOWN = 50


def preview(upload: Upload) -> dict[str, Any]:
    """Counts, the first faults, the first changes, and how the file's headings were read. Four queries."""
    rows = StagedRow.objects.filter(upload=upload)
    counted = dict(rows.order_by().values_list("outcome").annotate(Count("pk")))
    counts = {outcome.value: counted.get(outcome.value, 0) for outcome in Outcome}
    refused = list(rows.filter(outcome=Outcome.REFUSED).order_by("line")[:SHOWN])
    changed = list(rows.filter(outcome=Outcome.CHANGED).order_by("-moved", "line")[:SHOWN])
    suggested = rows.filter(outcome=Outcome.REFUSED).exclude(faults=[]).values_list("faults", flat=True)
    return {
        "counts": counts,
        "total": sum(counts.values()),
        "good": sum(counts.values()) - counts["refused"],
        "writes": counts["new"] + counts["changed"],
        "refused": refused,
        "changed": changed,
        "moved": rows.filter(moved=True).count(),
        "suggestions": sum(any(fault["use"] for fault in faults) for faults in suggested) if refused else 0,
        "read_as": _read_as(upload),
    }


def _read_as(upload: Upload) -> list[dict[str, str]]:
    """Headings that the file calls otherwise than we do."""
    names, chosen = upload.headings["names"], sheet(upload.kind)
    pairs = [(names[place], chosen.heading(key)) for key, place in upload.headings["columns"].items()]
    return [{"theirs": theirs, "ours": ours} for theirs, ours in pairs if theirs.casefold() != ours.casefold()]


def refused_rows(upload: Upload) -> Iterator[list[Any]]:
    """Refused rows as they came, each with its number, reasons and fixes. No cell is a formula."""
    names = upload.headings["names"]
    yield [safe_cell(cell) for cell in (*names, "Row", "Reason", "What to do")]
    refused = StagedRow.objects.filter(Q(upload=upload) & Q(outcome=Outcome.REFUSED)).order_by("line")
    for row in refused.iterator(chunk_size=2000):
        cells = [*row.cells, *[""] * len(names)][: max(len(names), len(row.cells))]
        reasons = " ".join(f"{fault['column']}: {fault['reason']}" for fault in row.faults)
        fixes = " ".join(fault["fix"] for fault in row.faults)
        yield [safe_cell(cell) for cell in (*cells, str(row.line), reasons, fixes)]
