"""What files of staff share: one row holds a whole file until it is used or discarded.

A file of key dates and one of results differ in what their rows do; how they are kept, planned again and closed is the
same. The models have `filename`, `digest`, `rows`, `status`, `received_at`, `received_by` and `closed_at`.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import models

from portal.audit.actions import record
from portal.errors import Stale
from portal.intake.kinds import Planned, Row
from portal.intake.rules import tidy
from portal.intake.rules.columns import Column

PREVIEW, DISCARDED = "preview", "discarded"
StaffFile = TypeVar("StaffFile", bound=models.Model)
StoredRows = list[dict[str, Any]]


def identity(*, filename: str, content: bytes) -> dict[str, str]:
    """The file's own name without its folders, and the SHA-256 of what it held."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1][:200]
    return {"filename": name, "digest": hashlib.sha256(content).hexdigest()}


def cells_of(cells: Sequence[str], *, columns: Sequence[Column], places: dict[str, int]) -> dict[str, str]:
    """Every column of the sheet, tidied; "" where the file has none."""
    wanted = {column.key: places.get(column.key, len(cells)) for column in columns}
    return {key: tidy(cells[place]) if place < len(cells) else "" for key, place in wanted.items()}


def stored_rows(rows: Sequence[Row], plans: Sequence[Planned]) -> StoredRows:
    """Each row with what it would do, as a file keeps it."""
    return [{"line": row.line, "cells": row.cells, **plan.stored()} for row, plan in zip(rows, plans, strict=True)]


def counts_of(rows: Sequence[dict[str, Any]]) -> Counter[str]:
    """Outcome → how many rows have it."""
    return Counter(row["outcome"] for row in rows)


def held(file: StaffFile, *, status: str = PREVIEW) -> StaffFile:
    """The file, locked. Stale when it is no longer in that status."""
    found: Any = type(file)._default_manager.select_for_update(of=("self",)).get(pk=file.pk)
    if found.status != status:
        raise Stale("This file has been used or discarded since you opened the page.")
    return found


def planned_anew(rows: Sequence[dict[str, Any]], plan: Callable[[list[Row]], StoredRows]) -> tuple[StoredRows, int]:
    """What kept rows would do as things stand, and how many would do something else than was kept."""
    fresh = plan([Row(row["line"], row["cells"]) for row in rows])
    return fresh, sum(now != shown for now, shown in zip(fresh, rows, strict=True))


def close(file: Any, status: str, *, at: datetime) -> None:
    """A held file is done with."""
    file.status, file.closed_at = status, at
    file.save(update_fields=["status", "closed_at"])


def discard(file: Any, *, verb: str, by: Any, at: datetime) -> None:
    """Leave a file unused, inside the caller's transaction. Stale when it is closed already."""
    found = held(file)
    close(found, DISCARDED, at=at)
    record(verb=verb, by=by, at=at, subject=found, data={"digest": found.digest})
