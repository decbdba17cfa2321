"""From the bytes of an uploaded file to headings and rows, or to sentences that say why not."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import puremagic

from portal.intake.rules.faults import LARGEST_FILE, MOST_COLUMNS, MOST_ROWS, PROTECTED, SAVE_AS, Unreadable
from portal.intake.rules.workbook import Record, read_workbook

DELIMITERS = (",", ";", "\t")
_INSIDE_ZIP = (
    ("word/", "a Word document"),
    ("ppt/", "a PowerPoint file"),
    ("Index/", "a Numbers or Pages document"),
    ("content.xml", "an OpenDocument file"),
)
_STARTS = (
    (b"%PDF", "a PDF"),
    (b"{\\rtf", "a Word document (RTF)"),
)
_MARKUP = (
    ("<?xml", "an XML file"),
    ("<!doctype html", "a web page"),
    ("<html", "a web page"),
    ("<table", "a web page"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")
_TOP = 10
_NOTHING = b' \t\r\n,;"\xef\xbb\xbf'
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Table:
    """Headings and rows as text. A row's number is the one that a spreadsheet shows beside it.

    `sheet` is the name of the sheet of a workbook, "" for CSV; `others` are its sheets that were not read.
    """

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    sheet: str = ""
    others: tuple[str, ...] = ()


def read_table(content: bytes, *, matches: Callable[[Sequence[str]], int]) -> Table:
    """Read an Excel workbook, or a CSV file in any of three encodings and with any of three delimiters.

    `matches` counts the headings that are known, which decides between delimiters. Raises Unreadable.
    """
    if not content.strip(_NOTHING):
        raise Unreadable("The file is empty. Check that you saved it before uploading.")
    if len(content) > LARGEST_FILE:
        raise Unreadable("The file is larger than 5 MB. Split it into smaller files and upload them one by one.")
    if _is_workbook(content):
        read = read_workbook(content)
        return _table(read.records, matches, sheet=read.name, others=read.others)
    text = _decoded(content)
    delimiter, text = _delimiter(text, matches)
    records = [(number, cells) for number, cells in _records(text, delimiter) if any(cell.strip() for cell in cells)]
    return _table(records, matches)


def _table(
    records: list[Record], matches: Callable[[Sequence[str]], int], *, sheet: str = "", others: tuple[str, ...] = ()
) -> Table:
    if not records:
        raise Unreadable("The file is empty. Check that you saved it before uploading.")
    if len(records) == 1:
        raise Unreadable("The file has one row only. It needs a row of headings and at least one row beneath it.")
    if len(records) - 1 > MOST_ROWS:
        raise Unreadable(f"The file has more than {MOST_ROWS:,} rows. Split it and upload the parts one by one.")
    if len("".join(records[0][1][MOST_COLUMNS:]).strip()):
        raise Unreadable(
            f"The first row has more than {MOST_COLUMNS} columns. Delete those that the list does not need and upload "
            "the file again."
        )
    _check_first_row(records, matches)
    (_, headings), *rows = records
    return Table(
        tuple(heading.strip() for heading in headings), tuple((n, tuple(cells)) for n, cells in rows), sheet, others
    )


def _check_first_row(records: list[Record], matches: Callable[[Sequence[str]], int]) -> None:
    """A title or a second row of headings above the real one is taken out by whoever knows what it says."""
    first, *below = records[:_TOP]
    best = max(below, key=lambda record: matches(record[1]))
    if matches(best[1]) >= 2 and matches(best[1]) > matches(first[1]):
        raise Unreadable(
            f"Row {best[0]} looks like the headings, but other rows stand above it. "
            f"Delete the rows above row {best[0]}, so that the headings come first, and upload the file again."
        )


def _is_workbook(content: bytes) -> bool:
    if not content.startswith(_ZIPS):
        return False
    try:
        return any(name.lower().startswith("xl/") for name in zipfile.ZipFile(io.BytesIO(content)).namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False


def _decoded(content: bytes) -> str:
    kind = _kind_of(content)
    if kind:
        raise Unreadable(
            f"The file is {kind}, whatever its name says, and we read CSV and Excel (.xlsx) only. {SAVE_AS}"
        )
    mark = next((encoding for start, encoding in _MARKS if content.startswith(start)), "")
    for encoding in (mark,) if mark else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Unreadable(f"Some characters in the file cannot be read. {SAVE_AS}")


def _kind_of(content: bytes) -> str:
    """What a file is that is not text, in words; "" for text."""
    if content.startswith(_OLD_OFFICE):
        return _kind_of_office(content)
    if content.startswith(_ZIPS):
        return _kind_of_zip(content)
    for start, words in _STARTS:
        if content.startswith(start):
            return words
    head = content[:200].decode("latin-1").removeprefix("\xef\xbb\xbf").lstrip().lower()
    for opening, words in _MARKUP:
        if head.startswith(opening):
            return words
    if any(content.startswith(start) for start, _ in _MARKS):
        return ""
    return _kind_of_binary(content) if _has_control_signs(content) else ""


def _kind_of_office(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Unreadable(PROTECTED)
    return "an older Excel file (.xls)" if "Workbook".encode("utf-16-le") in content else "an older Excel or Word file"


def _has_control_signs(content: bytes) -> bool:
    allowed = b"\t\n\r\x0b\x0c\x1a"
    return any(sign in content for sign in range(32) if sign not in allowed)


def _kind_of_zip(content: bytes) -> str:
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except zipfile.BadZipFile:
        return "a damaged zip or Excel file"
    return next((words for start, words in _INSIDE_ZIP if any(name.startswith(start) for name in names)), "a zip file")


def _kind_of_binary(content: bytes) -> str:
    try:
        name = puremagic.magic_string(content)[0].name
    except (puremagic.PureError, ValueError, IndexError):
        name = ""
    return f"not text ({name})" if name else "not text"


def _delimiter(text: str, matches: Callable[[Sequence[str]], int]) -> tuple[str, str]:
    """The delimiter that makes most of the headings known, and the text without a spreadsheet's `sep=` line."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:
        # The line stays as an empty one, so that row numbers do not move.
        return first.strip()[4], "\n" + rest
    if first.lower().rstrip("\r") == "sep=\t":
        return "\t", "\n" + rest
    return max(DELIMITERS, key=lambda delimiter: _worth(text, delimiter, matches)), text


def _worth(text: str, delimiter: str, matches: Callable[[Sequence[str]], int]) -> tuple[int, int]:
    try:
        headings: Sequence[str] = next((cells for _, cells in _records(text, delimiter) if any(cells)), ())
    except Unreadable:
        return 0, 0
    return matches(headings), len(headings)


def _records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise Unreadable(
                f"Row {number} cannot be read: a quotation mark is opened and not closed, or closed too early. "
                "Look at that row in your spreadsheet and save the file again."
            ) from None
        yield number, cells
