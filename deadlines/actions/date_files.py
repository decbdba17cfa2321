"""A spreadsheet of key dates: received, looked at, and used or discarded. Nothing that stands is edited by it."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from deadlines.actions.proposals import propose_date
from deadlines.models import DateFile, DateFileStatus, DateStatus, KeyDate
from deadlines.queries.date_rows import plan_dates
from deadlines.rules.date_sheet import COLUMNS, MOST_DATES, NEEDS
from portal.audit.actions import record
from portal.catalogue.models import Series
from portal.errors import Refused, Stale
from portal.intake.kinds import CHANGED, NEW, REFUSED, Row
from portal.intake.rules import Unreadable, map_headings, read_table, tidy
from portal.intake.rules.headings import known


@dataclass(frozen=True)
class Used:
    """What using a file did. With `moved` above nought it did nothing: that many rows mean something else by now."""

    new: int = 0
    proposed: int = 0
    refused: int = 0
    moved: int = 0


@transaction.atomic
def receive_dates(*, filename: str, content: bytes, by: Any, at: datetime) -> DateFile:
    """Read a file and keep what each row would do. Raises Unreadable with every fault of the file as a whole."""
    table = read_table(content, matches=lambda headings: known(headings, COLUMNS))
    mapped = map_headings(table.headings, columns=COLUMNS, needs=NEEDS)
    if len(table.rows) > MOST_DATES:
        raise Unreadable(f"The file has more than {MOST_DATES:,} rows. Split it and upload the parts one by one.")
    rows = [Row(line, _cells(cells, mapped.columns)) for line, cells in table.rows]
    return DateFile.objects.create(
        filename=filename.replace("\\", "/").rsplit("/", 1)[-1][:200],
        digest=hashlib.sha256(content).hexdigest(),
        rows=_planned(rows, at),
        ignored=list(mapped.ignored),
        received_at=at,
        received_by=by,
    )


@transaction.atomic
def use_dates(*, file: DateFile, by: Any, at: datetime) -> Used:
    """Add the new dates and propose the changed ones; refused rows are left out.

    The rows are planned again. When one would do something else than the page showed, nothing is done: the rows are
    kept as they are now, to be looked at again. Refused when there is nothing to do; Stale when the file is closed.
    """
    held = _held(file)
    _hold_series({row["cells"]["series"] for row in held.rows})
    rows = _planned([Row(row["line"], row["cells"]) for row in held.rows], at)
    moved = sum(now != shown for now, shown in zip(rows, held.rows, strict=True))
    if moved:
        held.rows = rows
        held.save(update_fields=["rows"])
        return Used(moved=moved)
    counts = counts_of(rows)
    if not counts[NEW] + counts[CHANGED]:
        raise Refused("No row of this file adds or moves a date, so there is nothing to do.", code="nothing")
    _carry_out(rows, by, at)
    _close(held, DateFileStatus.USED, at)
    data = {"digest": held.digest, "new": counts[NEW], "changed": counts[CHANGED], "refused": counts[REFUSED]}
    record(verb="deadlines.file_used", by=by, at=at, subject=held, data=data)
    return Used(counts[NEW], counts[CHANGED], counts[REFUSED])


@transaction.atomic
def discard_dates(*, file: DateFile, at: datetime) -> None:
    """Leave a file unused. Stale when it is closed already."""
    _close(_held(file), DateFileStatus.DISCARDED, at)


def counts_of(rows: Sequence[dict[str, Any]]) -> Counter[str]:
    """Outcome → how many rows have it."""
    return Counter(row["outcome"] for row in rows)


def _cells(cells: Sequence[str], places: dict[str, int]) -> dict[str, str]:
    wanted = {column.key: places.get(column.key, len(cells)) for column in COLUMNS}
    return {key: tidy(cells[place]) if place < len(cells) else "" for key, place in wanted.items()}


def _planned(rows: list[Row], at: datetime) -> list[dict[str, Any]]:
    plans = plan_dates(rows=rows, at=at)
    return [{"line": row.line, "cells": row.cells, **plan.stored()} for row, plan in zip(rows, plans, strict=True)]


def _held(file: DateFile) -> DateFile:
    held = DateFile.objects.select_for_update().get(pk=file.pk)
    if held.status != DateFileStatus.PREVIEW:
        raise Stale("This file has been used or discarded since you opened the page.")
    return held


def _hold_series(codes: set[str]) -> None:
    """Two files about the same new date are used one after the other."""
    list(Series.objects.select_for_update(no_key=True).filter(pk__in=codes).order_by("pk"))


def _close(file: DateFile, status: DateFileStatus, at: datetime) -> None:
    file.status, file.closed_at = status, at
    file.save(update_fields=["status", "closed_at"])


def _carry_out(rows: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
    fresh = [_date(row["values"], by, at) for row in rows if row["outcome"] == NEW]
    KeyDate.objects.bulk_create(fresh)
    changed = [row["values"] for row in rows if row["outcome"] == CHANGED]
    current = KeyDate.objects.in_bulk([values["key_date"] for values in changed])
    for values in changed:
        propose_date(
            key_date=current[values["key_date"]],
            on=date.fromisoformat(values["on"]),
            reason=values["reason"],
            by=by,
            at=at,
        )


def _date(values: dict[str, Any], by: Any, at: datetime) -> KeyDate:
    plain = {name: values[name] for name in ("key", "title", "audience", "consequence", "source", "families")}
    return KeyDate(
        **plain,
        series_id=values["series"],
        on=date.fromisoformat(values["on"]),
        confidence="source",
        status=DateStatus.CONFIRMED,
        changed_by=by,
        changed_at=at,
    )
