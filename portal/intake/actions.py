"""The only writers of uploads: a file is received, looked at, and committed or discarded."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from portal.audit import actions as audit
from portal.centres.models import Centre
from portal.errors import Refused
from portal.intake.kinds import CellFault, Planned, Row, Sheet, sheet
from portal.intake.models import Outcome, StagedRow, Upload, UploadStatus
from portal.intake.rules import map_headings, read_table, tidy, unread_cell
from portal.intake.rules.headings import known

_BATCH = 1000
_PLAN_FIELDS = ["about", "outcome", "values", "changes", "faults", "moved"]


@dataclass(frozen=True)
class Committed:
    """What a commit did. With `moved` above nought it did nothing: that many rows mean something else by now."""

    counts: dict[str, int]
    moved: int = 0


@transaction.atomic
def receive(*, centre: Centre, kind: str, filename: str, content: bytes, by: Any, at: datetime) -> Upload:
    """Read a file and stage what each row would do. Nothing else is written.

    Raises Unreadable with every fault of the file as a whole; faults of rows are staged with the rows.
    """
    chosen = sheet(kind)
    table = read_table(content, matches=lambda headings: known(headings, chosen.columns))
    mapped = map_headings(table.headings, columns=chosen.columns, needs=chosen.needs)
    upload = Upload.objects.create(
        centre=centre,
        kind=kind,
        filename=_plain_name(filename),
        digest=hashlib.sha256(content).hexdigest(),
        headings={"names": list(table.headings), "columns": mapped.columns, "sheet": table.sheet},
        ignored=[*mapped.ignored, *(f"the sheet “{name}”" for name in table.others)],
        received_at=at,
        by=by,
    )
    rows = [StagedRow(upload=upload, line=line, cells=list(cells)) for line, cells in table.rows]
    for row, plan in zip(rows, _planned(chosen, upload, rows, at), strict=True):
        _put(row, plan)
    StagedRow.objects.bulk_create(rows, batch_size=_BATCH)
    return upload


@transaction.atomic
def commit_upload(*, upload: Upload, good_rows_only: bool, by: Any, at: datetime) -> Committed:
    """Carry out what the preview showed, all of it or its good rows only.

    The rows are planned again under lock. When somebody has changed data since, so that a row would do something
    else than the preview showed, nothing is committed: those rows are staged anew, marked, and counted in `moved`.
    Raises Refused for a file that is committed or discarded already, or when all rows are asked for and some are
    refused.
    """
    locked = _locked(upload)
    chosen = sheet(locked.kind)
    if chosen.lock:
        chosen.lock(centre=locked.centre)
    rows = list(StagedRow.objects.filter(upload=locked).order_by("line"))
    moved = _restage(chosen, locked, rows, at)
    counts = _counts(rows)
    if moved:
        return Committed(counts, moved)
    if counts["refused"] and not good_rows_only:
        raise Refused(f"{counts['refused']} rows are refused, so not all rows can be committed.", code="has_faults")
    good = [row.values for row in rows if row.outcome != Outcome.REFUSED]
    if not good:
        raise Refused("Every row is refused, so there is nothing to commit.", code="nothing")
    _carry_out(chosen, locked, good, by, at)
    locked.status, locked.committed_at, locked.good_rows_only = UploadStatus.COMMITTED, at, good_rows_only
    locked.counts = counts
    locked.save(update_fields=["status", "committed_at", "good_rows_only", "counts"])
    # What was committed now stands where it belongs; only the refused rows are still needed, for download.
    StagedRow.objects.filter(upload=locked).exclude(outcome=Outcome.REFUSED).delete()
    data = {"kind": locked.kind, "digest": locked.digest, **counts}
    audit.record(verb="intake.committed", by=by, at=at, subject=locked, centre=locked.centre, data=data)
    return Committed(counts)


@transaction.atomic
def use_suggestions(*, upload: Upload, at: datetime) -> int:
    """Put the suggested value into every cell whose fault has one, and plan again. Returns how many cells changed."""
    locked = _locked(upload)
    rows = list(StagedRow.objects.filter(upload=locked).order_by("line"))
    columns = locked.headings["columns"]
    used = 0
    for row in rows:
        for fault in row.faults:
            place = columns.get(fault["key"], len(row.cells))
            if fault["use"] and place < len(row.cells):
                row.cells[place] = fault["use"]
                used += 1
    _replan(sheet(locked.kind), locked, rows, at)
    StagedRow.objects.bulk_update(rows, [*_PLAN_FIELDS, "cells"], batch_size=_BATCH)
    return used


@transaction.atomic
def discard(*, upload: Upload, by: Any, at: datetime) -> None:
    """Throw a staged file away with its rows. Raises Refused when it is committed or discarded already."""
    locked = _locked(upload)
    locked.status = UploadStatus.DISCARDED
    locked.save(update_fields=["status"])
    StagedRow.objects.filter(upload=locked).delete()
    data = {"kind": locked.kind, "digest": locked.digest}
    audit.record(verb="intake.discarded", by=by, at=at, subject=locked, centre=locked.centre, data=data)


def _locked(upload: Upload) -> Upload:
    """The upload, and its centre against other imports; entries and pages of the centre go on."""
    Centre.objects.select_for_update(no_key=True).get(pk=upload.centre_id)
    locked = Upload.objects.select_for_update(of=("self",)).select_related("centre").get(pk=upload.pk)
    if locked.status != UploadStatus.PREVIEW:
        done = "committed" if locked.status == UploadStatus.COMMITTED else "discarded"
        raise Refused(f"This file is {done} already. Nothing was done twice.", code=done)
    return locked


def _carry_out(chosen: Sheet, upload: Upload, good: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
    try:
        with transaction.atomic():
            chosen.commit(upload=upload, values=good, by=by, at=at)
    except IntegrityError:
        raise Refused(
            "Somebody saved the same rows at the same moment. Nothing was committed: look again and commit.",
            code="collision",
        ) from None


def _restage(chosen: Sheet, upload: Upload, rows: list[StagedRow], at: datetime) -> int:
    """Plan again; store the rows whose plan differs. Returns how many do."""
    before = [_plan_of(row) for row in rows]
    _replan(chosen, upload, rows, at)
    moved = [row for row, plan in zip(rows, before, strict=True) if _plan_of(row) != plan]
    for row in moved:
        row.moved = True
    StagedRow.objects.bulk_update(moved, _PLAN_FIELDS, batch_size=_BATCH)
    return len(moved)


def _replan(chosen: Sheet, upload: Upload, rows: list[StagedRow], at: datetime) -> None:
    for row, plan in zip(rows, _planned(chosen, upload, rows, at), strict=True):
        _put(row, plan)


def _plan_of(row: StagedRow) -> tuple[Any, ...]:
    return row.outcome, row.values, row.changes, row.faults


def _put(row: StagedRow, plan: Planned) -> None:
    for name, value in plan.stored().items():
        setattr(row, name, value)
    row.moved = False


def _planned(chosen: Sheet, upload: Upload, rows: Sequence[StagedRow], at: datetime) -> list[Planned]:
    """The plan of every row, with the faults that no sheet need look for: ragged rows and two rows for one thing."""
    width = len(upload.headings["names"])
    ragged = {row.line for row in rows if any(cell.strip() for cell in row.cells[width:])}
    read = [_row(chosen, upload, row) for row in rows if row.line not in ragged]
    plans = dict(zip((row.line for row in read), chosen.plan(centre=upload.centre, rows=read, at=at), strict=True))
    if upload.headings.get("sheet"):
        for taken in read:
            _mark_unread(chosen, upload, taken, plans[taken.line])
    for row in rows:
        if row.line in ragged:
            plans[row.line] = Planned(faults=[_ragged(row, width)])
    _mark_twice(plans, {row.line: row for row in read})
    return [plans[row.line] for row in rows]


def _row(chosen: Sheet, upload: Upload, row: StagedRow) -> Row:
    """The cells by column. A row may end early; what it lacks is empty."""
    places = upload.headings["columns"]
    cells = {
        column.key: tidy(row.cells[place]) if (place := places.get(column.key, len(row.cells))) < len(row.cells) else ""
        for column in chosen.columns
    }
    return Row(row.line, cells)


def _mark_unread(chosen: Sheet, upload: Upload, row: Row, plan: Planned) -> None:
    """A cell of a workbook without a value says so, instead of whatever else its words were taken for."""
    for key, place in upload.headings["columns"].items():
        if found := unread_cell(row.cells[key], place=place, line=row.line):
            plan.faults = [fault for fault in plan.faults if fault.key != key]
            plan.faults.append(chosen.fault(key, row.cells[key], *found))


def _ragged(row: StagedRow, width: int) -> CellFault:
    return CellFault(
        "",
        "The whole row",
        ", ".join(row.cells)[:80],
        f"The row has {len(row.cells)} cells and the headings have {width}.",
        "A comma inside a value needs quotation marks around the value.",
    )


def _mark_twice(plans: dict[int, Planned], rows: dict[int, Row]) -> None:
    """Two rows about one thing: a plain repeat refuses the later one, a contradiction refuses them all."""
    about: dict[str, list[int]] = defaultdict(list)
    for line, plan in sorted(plans.items()):
        if plan.key:
            about[plan.key].append(line)
    for lines in about.values():
        first, *later = lines
        same = all(rows[line].cells == rows[first].cells for line in later)
        for line in later if same else (lines if later else []):
            other = first if line != first else later[0]
            plans[line].faults.append(_twice(plans[line], other, same))


def _twice(plan: Planned, other: int, same: bool) -> CellFault:
    if same:
        return CellFault("", "The whole row", plan.about, f"Row {other} says the same.", "Take this row out.")
    return CellFault(
        "", "The whole row", plan.about, f"Row {other} says something else about the same thing.", "Keep one of them."
    )


def _counts(rows: Sequence[StagedRow]) -> dict[str, int]:
    counted = Counter(row.outcome for row in rows)
    return {outcome.value: counted[outcome.value] for outcome in Outcome}


def _plain_name(filename: str) -> str:
    """The last part of a file name without signs that do not print."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[-255:] or "file"
