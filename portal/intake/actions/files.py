"""Files: received, looked at, and committed or discarded."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from portal.audit import actions as audit
from portal.centres.models import Centre
from portal.errors import Refused
from portal.intake.actions.committing import carry_out, close, hold_centre, hold_inputs
from portal.intake.kinds import Planned, Sheet, sheet
from portal.intake.models import Outcome, StagedRow, Upload, UploadStatus
from portal.intake.queries import counts, plan_rows, put_plan
from portal.intake.rules import map_headings, read_table
from portal.intake.rules.headings import known
from portal.intake.rules.keeping import waited_since
from portal.web.bulk import add_rows

_BATCH = 1000
_PLAN_FIELDS = ["about", "outcome", "values", "changes", "faults", "moved"]
# What a preview shows of a row, and what the plan at the commit must come to again.
_COMPARED = ("outcome", "values", "changes", "faults")


class _Line(NamedTuple):
    line: int
    cells: list[str]


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
    rows = [_Line(line, list(cells)) for line, cells in table.rows]
    plans = plan_rows(chosen, upload, rows, at)
    staged = ((upload.pk, *row, *plan.stored().values()) for row, plan in zip(rows, plans, strict=True))
    add_rows(StagedRow, ["upload_id", *_Line._fields, *Planned().stored()], staged)
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
    hold_inputs(chosen, locked.centre)
    plans, moved = _planned_again(chosen, locked, at)
    counted = counts(plans)
    if moved:
        return Committed(counted, moved)
    if counted["refused"] and not good_rows_only:
        raise Refused(f"{counted['refused']} rows are refused, so not all rows can be committed.", code="has_faults")
    good = [plan.values for plan in plans if not plan.faults]
    if not good:
        raise Refused("Every row is refused, so there is nothing to commit.", code="nothing")
    carry_out(chosen, locked, good, by=by, at=at)
    # What was committed now stands where it belongs; only the refused rows are still needed, for download.
    StagedRow.objects.filter(upload=locked).exclude(outcome=Outcome.REFUSED).delete()
    close(locked, counted, good_rows_only=good_rows_only, by=by, at=at)
    return Committed(counted)


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
    for row, plan in zip(rows, plan_rows(sheet(locked.kind), locked, rows, at), strict=True):
        put_plan(row, plan)
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


def discard_waiting(*, as_of: datetime) -> int:
    """Discard files that were looked at and not committed for thirty days. Returns how many.

    Each by itself, so that one that is committed at this moment stays, and a crash leaves the others for the next run.
    """
    waiting = Upload.objects.filter(status=UploadStatus.PREVIEW, received_at__lt=waited_since(as_of))
    return sum(_discarded(upload, as_of) for upload in waiting.order_by("pk"))


def _discarded(upload: Upload, at: datetime) -> bool:
    try:
        discard(upload=upload, by=None, at=at)
    except Refused:
        return False
    return True


def _locked(upload: Upload) -> Upload:
    """The upload, held with its centre."""
    hold_centre(upload.centre_id)
    locked = Upload.objects.select_for_update(of=("self",)).select_related("centre").get(pk=upload.pk)
    if locked.status != UploadStatus.PREVIEW:
        done = "committed" if locked.status == UploadStatus.COMMITTED else "discarded"
        raise Refused(f"This file is {done} already. Nothing was done twice.", code=done)
    return locked


def _planned_again(chosen: Sheet, upload: Upload, at: datetime) -> tuple[list[Planned], int]:
    """The plan of every row as things stand, and how many differ from the preview; those are stored anew."""
    staged = StagedRow.objects.filter(upload=upload).order_by("line")
    found = list(staged.values_list("line", "cells", *_COMPARED))
    plans = plan_rows(chosen, upload, [_Line(*row[:2]) for row in found], at)
    moved = {row[0]: plan for row, plan in zip(found, plans, strict=True) if row[2:] != _compared(plan)}
    if moved:
        _restage(list(staged.filter(line__in=moved)), moved)
    return plans, len(moved)


def _compared(plan: Planned) -> tuple[Any, ...]:
    stored = plan.stored()
    return tuple(stored[name] for name in _COMPARED)


def _restage(rows: list[StagedRow], plans: dict[int, Planned]) -> None:
    for row in rows:
        put_plan(row, plans[row.line], moved=True)
    StagedRow.objects.bulk_update(rows, _PLAN_FIELDS, batch_size=_BATCH)


def _plain_name(filename: str) -> str:
    """The last part of a file name without signs that do not print."""
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[-255:] or "file"
