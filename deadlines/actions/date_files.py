"""A spreadsheet of key dates: received, looked at, and used or discarded. Nothing that stands is edited by it.

Whoever uses a file proposes: its moved dates one by one, its new dates together. A second person decides.
"""

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
from portal.errors import Refused
from portal.intake.actions import staff_files
from portal.intake.kinds import CHANGED, NEW, REFUSED, Row
from portal.intake.rules import Unreadable, map_headings, read_table
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
    rows = [
        Row(line, staff_files.cells_of(cells, columns=COLUMNS, places=mapped.columns)) for line, cells in table.rows
    ]
    return DateFile.objects.create(
        **staff_files.identity(filename=filename, content=content),
        rows=_planned(rows, at),
        ignored=list(mapped.ignored),
        received_at=at,
        received_by=by,
    )


@transaction.atomic
def use_dates(*, file: DateFile, by: Any, at: datetime) -> Used:
    """Propose the new dates and the changed ones; refused rows are left out. No date in force changes.

    The rows are planned again. When one would do something else than the page showed, nothing is done: the rows are
    kept as they are now, to be looked at again. Refused when there is nothing to do; Stale when the file is closed.
    """
    held = staff_files.held(file)
    rows, moved = staff_files.planned_anew(held.rows, lambda rows: _planned(rows, at))
    if moved:
        return _to_look_at_again(held, rows, moved)
    counts = staff_files.counts_of(rows)
    if not counts[NEW] + counts[CHANGED]:
        raise Refused("No row of this file adds or moves a date, so there is nothing to do.", code="nothing")
    _propose([row["values"] for row in rows if row["outcome"] == CHANGED], by, at)
    if counts[NEW]:
        held.status, held.used_by = DateFileStatus.WAITING, by
        held.save(update_fields=["status", "used_by"])
    else:
        staff_files.close(held, DateFileStatus.USED, at=at)
    data = {"digest": held.digest, "new": counts[NEW], "changed": counts[CHANGED], "refused": counts[REFUSED]}
    record(verb="deadlines.file_used", by=by, at=at, subject=held, data=data)
    return Used(counts[NEW], counts[CHANGED], counts[REFUSED])


@transaction.atomic
def approve_new_dates(*, file: DateFile, by: Any, at: datetime) -> Used:
    """Put the new dates of a file in force, all of them at once.

    The rows are planned again; when one would do something else than the page showed, nothing is done. Refused for
    whoever uploaded or used the file, and when no row is new any more; Stale when somebody was quicker.
    """
    held = staff_files.held(file, status=DateFileStatus.WAITING)
    _check_second_person(held, by)
    _hold_series({row["cells"]["series"] for row in held.rows})
    shown = [row for row in held.rows if row["outcome"] == NEW]
    rows, moved = staff_files.planned_anew(shown, lambda rows: _planned(rows, at))
    if moved:
        by_line = {row["line"]: row for row in rows}
        return _to_look_at_again(held, [by_line.get(row["line"], row) for row in held.rows], moved)
    if not rows:
        raise Refused("No row of this file adds a date any more. Send it back.", code="nothing")
    KeyDate.objects.bulk_create([_date(row["values"], held.used_by, at) for row in rows])
    _decide(held, DateFileStatus.USED, by=by, at=at)
    data = {"digest": held.digest, "new": len(rows)}
    record(verb="deadlines.file_approved", by=by, at=at, subject=held, data=data)
    return Used(new=len(rows))


@transaction.atomic
def return_new_dates(*, file: DateFile, remark: str, by: Any, at: datetime) -> None:
    """Send the new dates of a file back with what is wrong; none is added.

    Refused for whoever uploaded or used the file and without a remark; Stale when somebody was quicker.
    """
    held = staff_files.held(file, status=DateFileStatus.WAITING)
    _check_second_person(held, by)
    if not remark.strip():
        raise Refused("Say what has to change: whoever used the file sees it.", code="remark", field="remark")
    _decide(held, DateFileStatus.RETURNED, by=by, at=at, remark=remark.strip())
    record(verb="deadlines.file_returned", by=by, at=at, subject=held, data={"digest": held.digest})


@transaction.atomic
def discard_dates(*, file: DateFile, by: Any, at: datetime) -> None:
    """Leave a file unused. Stale when it is closed already."""
    staff_files.discard(file, verb="deadlines.file_discarded", by=by, at=at)


def _planned(rows: list[Row], at: datetime) -> staff_files.StoredRows:
    return staff_files.stored_rows(rows, plan_dates(rows=rows, at=at))


def _to_look_at_again(held: DateFile, rows: staff_files.StoredRows, moved: int) -> Used:
    held.rows = rows
    held.save(update_fields=["rows"])
    return Used(moved=moved)


def _hold_series(codes: set[str]) -> None:
    """Two files about the same new date are approved one after the other."""
    list(Series.objects.select_for_update(no_key=True).filter(pk__in=codes).order_by("pk"))


def _check_second_person(file: DateFile, by: Any) -> None:
    if by.pk in (file.received_by_id, file.used_by_id):
        raise Refused("You uploaded or used this file, so another person must decide it.", code="same_person")


def _decide(file: DateFile, status: DateFileStatus, *, by: Any, at: datetime, remark: str = "") -> None:
    file.decided_by, file.remark = by, remark
    file.status, file.closed_at = status, at
    file.save(update_fields=["status", "closed_at", "decided_by", "remark"])


def _propose(changed: Sequence[dict[str, Any]], by: Any, at: datetime) -> None:
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
