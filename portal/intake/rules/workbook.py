"""From the bytes of an Excel workbook to rows of text, or to sentences that say why not."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import islice, zip_longest
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from portal.intake.rules.archive import merged_below_headings, open_archive
from portal.intake.rules.faults import MOST_COLUMNS, MOST_ROWS, SAVE_AS, Unreadable

# Rows may stand apart, but not without end.
_LAST_ROW = MOST_ROWS * 4
_TOP = 10
_FORMULA = re.compile(rb"<(?:\w+:)?f[ />]")
_ERRORS = frozenset(["#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"])

Record = tuple[int, list[str]]


@dataclass(frozen=True)
class SheetRead:
    """The sheet that was read, its filled rows with their numbers, and the names of the sheets that were not."""

    name: str
    records: list[Record]
    others: tuple[str, ...]


def read_workbook(content: bytes) -> SheetRead:
    """The first visible sheet with anything on it. Raises Unreadable for a workbook that is unsafe or damaged."""
    archive = open_archive(content)
    try:
        found = _read(content, archive)
    except Unreadable:
        raise
    except Exception:
        # The parser raises whatever a damaged part makes it trip over; all of them mean the same to its owner.
        raise Unreadable(f"The workbook is damaged and cannot be read. {SAVE_AS}") from None
    return found


def unread_cell(cell: str, *, place: int, line: int) -> tuple[str, str] | None:
    """Why a cell of a workbook has no value, and what to do; None where it has one."""
    where = f"{get_column_letter(place + 1)}{line}"
    if cell in _ERRORS:
        return f"Cell {where} shows the error {cell}.", "Put the formula right, or type the value."
    if cell.startswith("="):
        return (
            f"Cell {where} holds a formula without its result.",
            "Open the file in your spreadsheet and save it, or type the value.",
        )
    return None


def cell_words(value: Any) -> str:
    """A cell as its owner reads it: whole numbers without a point, dates as day, month and year."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y" if value.time() == time() else "%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    return str(getattr(value, "text", value)).replace("\x00", "")


def _read(content: bytes, archive: zipfile.ZipFile) -> SheetRead:
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
    try:
        visible = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
        for sheet in visible:
            if records := list(_records(sheet)):
                _check_merged(archive, sheet)
                others = tuple(other.title for other in book.worksheets if other is not sheet)
                return SheetRead(sheet.title, _with_formulas(content, archive, sheet, records), others)
        return SheetRead("", [], ())
    finally:
        book.close()


def _records(sheet: Any) -> Iterator[Record]:
    """Filled rows, without empty cells at their ends."""
    sheet.reset_dimensions()
    top = islice(_filled(sheet, last_row=_LAST_ROW, columns=MOST_COLUMNS), _TOP)
    width = max((len(cells) for _, cells in top), default=0)
    if not width:
        return
    for filled, record in enumerate(_filled(sheet, last_row=_LAST_ROW, columns=width + 1)):
        if filled > MOST_ROWS:
            raise Unreadable(f"The sheet has more than {MOST_ROWS:,} rows. Split it and upload the parts one by one.")
        yield record


def _filled(sheet: Any, *, last_row: int, columns: int) -> Iterator[Record]:
    rows = sheet.iter_rows(max_row=last_row + 1, max_col=columns, values_only=True)
    for line, values in enumerate(rows, start=1):
        if line > last_row:
            raise Unreadable(f"The sheet goes on below row {last_row:,}. Delete the empty rows under your list.")
        if values.count(None) == len(values):
            continue
        cells = [cell_words(value) for value in values]
        while cells and not cells[-1].strip():
            cells.pop()
        if cells:
            yield line, cells


def _check_merged(archive: zipfile.ZipFile, sheet: Any) -> None:
    merged = merged_below_headings(archive, _path(sheet))
    if merged:
        more = f" and {len(merged) - 3} more" if len(merged) > 3 else ""
        raise Unreadable(
            f"Cells are merged over several rows: {', '.join(merged[:3])}{more}. What stands in them belongs to no one "
            "row. Unmerge them, fill every row, and upload the file again."
        )


def _path(sheet: Any) -> str:
    return sheet._worksheet_path


def _with_formulas(content: bytes, archive: zipfile.ZipFile, sheet: Any, records: list[Record]) -> list[Record]:
    """Put the formula into cells whose result the file does not hold, so that their rows are refused by name."""
    if not _FORMULA.search(archive.read(_path(sheet))):
        return records
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
    try:
        written = dict(_records(book[sheet.title]))
    finally:
        book.close()
    known = dict(records)
    return [(line, _together(known.get(line, []), written.get(line, []))) for line in sorted({*known, *written})]


def _together(values: list[str], written: list[str]) -> list[str]:
    """The values, and where there is none the formula."""
    return [
        value or (formula if formula.startswith("=") else "")
        for value, formula in zip_longest(values, written, fillvalue="")
    ]
