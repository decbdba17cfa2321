"""What the rows of a file, or of a call by a program, would do: nothing here writes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from portal.centres.models import Centre
from portal.intake.kinds import CellFault, Planned, Row, Sheet, sheet
from portal.intake.models import Outcome, StagedRow, Upload
from portal.intake.rules import tidy, unread_cell


class Line(Protocol):
    """A row of a file, staged or about to be: its number, and its texts as they came."""

    @property
    def line(self) -> int: ...
    @property
    def cells(self) -> list[str]: ...


@dataclass(frozen=True)
class Looked:
    """Rows with what each would do, in their order, and how many there are of each outcome."""

    headings: dict[str, Any]
    rows: list[StagedRow]
    counts: dict[str, int]

    @property
    def good(self) -> list[dict[str, Any]]:
        """What a commit of the rows that are not refused carries out."""
        return [row.values for row in self.rows if row.outcome != Outcome.REFUSED]


def look_at_rows(*, centre: Centre, kind: str, rows: Sequence[Mapping[str, str]], at: datetime) -> Looked:
    """What a program's rows would do: each a mapping of column keys of the sheet to texts, counted from 1.

    The same plan as for a file, whose headings would be the sheet's own.
    """
    chosen = sheet(kind)
    keys = [column.key for column in chosen.columns]
    names = [column.heading for column in chosen.columns]
    headings = {"names": names, "columns": {key: place for place, key in enumerate(keys)}}
    upload = Upload(centre=centre, kind=kind, headings=headings)
    staged = [
        StagedRow(upload=upload, line=line, cells=[row.get(key, "") for key in keys])
        for line, row in enumerate(rows, start=1)
    ]
    for row, plan in zip(staged, plan_rows(chosen, upload, staged, at), strict=True):
        put_plan(row, plan)
    return Looked(headings, staged, counts(staged))


def put_plan(row: StagedRow, plan: Planned, *, moved: bool = False) -> None:
    """Put onto a staged row what it would do, unsaved."""
    for name, value in plan.stored().items():
        setattr(row, name, value)
    row.moved = moved


def counts(rows: Sequence[StagedRow] | Sequence[Planned]) -> dict[str, int]:
    """How many rows there are of each outcome."""
    counted = Counter(row.outcome for row in rows)
    return {outcome.value: counted[outcome.value] for outcome in Outcome}


def plan_rows(chosen: Sheet, upload: Upload, rows: Sequence[Line], at: datetime) -> list[Planned]:
    """The plan of every row, in their order.

    With the faults that no sheet need look for: ragged rows, and two rows for one thing.
    """
    width = len(upload.headings["names"])
    ragged = {row.line for row in rows if any(cell.strip() for cell in row.cells[width:])}
    blank = dict.fromkeys((column.key for column in chosen.columns), "")
    places = upload.headings["columns"]
    read = [_row(row, blank, places) for row in rows if row.line not in ragged]
    plans = dict(zip((row.line for row in read), chosen.plan(centre=upload.centre, rows=read, at=at), strict=True))
    if upload.headings.get("sheet"):
        for taken in read:
            _mark_unread(chosen, upload, taken, plans[taken.line])
    for row in rows:
        if row.line in ragged:
            plans[row.line] = Planned(faults=[_ragged(row, width)])
    _mark_twice(plans, {row.line: row for row in read})
    return [plans[row.line] for row in rows]


def _row(row: Line, blank: dict[str, str], places: dict[str, int]) -> Row:
    """The cells by column. A row may end early; what it lacks is empty."""
    found = {key: tidy(row.cells[place]) for key, place in places.items() if place < len(row.cells)}
    return Row(row.line, {**blank, **found})


def _mark_unread(chosen: Sheet, upload: Upload, row: Row, plan: Planned) -> None:
    """A cell of a workbook without a value says so, instead of whatever else its words were taken for."""
    for key, place in upload.headings["columns"].items():
        if found := unread_cell(row.cells[key], place=place, line=row.line):
            plan.faults = [fault for fault in plan.faults if fault.key != key]
            plan.faults.append(chosen.fault(key, row.cells[key], *found))


def _ragged(row: Line, width: int) -> CellFault:
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
        if len(lines) == 1:
            continue
        first, *later = lines
        same = all(rows[line].cells == rows[first].cells for line in later)
        for line in later if same else lines:
            other = first if line != first else later[0]
            plans[line].faults.append(_twice(plans[line], other, same))


def _twice(plan: Planned, other: int, same: bool) -> CellFault:
    if same:
        return CellFault("", "The whole row", plan.about, f"Row {other} says the same.", "Take this row out.")
    return CellFault(
        "", "The whole row", plan.about, f"Row {other} says something else about the same thing.", "Keep one of them."
    )
