"""Whether an Excel workbook is safe to open: a zip whose sizes, parts and markup are looked at before any is parsed.

Everything is bounded before the parser sees it: bytes, ratio, elements and cells, each with room for the largest file
that we read. The parser finds its parts by what the workbook says of them, whatever they are called, so every part that
holds markup is looked at, and one that is called like nothing a spreadsheet writes is refused.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from portal.intake.rules.faults import MOST_ROWS, PROTECTED, SAVE_AS, Unreadable

MOST_PARTS = 500
LARGEST_WHOLE = 100 * 1024 * 1024  # bytes, unpacked
LARGEST_SHEET = 32 * 1024 * 1024
LARGEST_STRINGS = 16 * 1024 * 1024
LARGEST_PART = 4 * 1024 * 1024
STEEPEST = 200  # unpacked bytes for one packed, in parts above a megabyte
MOST_CELLS = 8 * (MOST_ROWS + 1)  # every row that we read, of the widest sheet and a column besides
MOST_CELLS_WHOLE = 500_000  # in all sheets together: each may be parsed to see whether anything stands on it
MOST_TEXTS = 60_000
MOST_MARKS = 40_000  # tags in a part that hold no cells or texts

COPY_ROWS = "Copy the rows into a new workbook, save it as .xlsx and upload that."
_SPLIT = "Split it and upload the parts one by one, or save it as CSV."
_OWN_WORDS = re.compile(rb"</?(?:c|v|f|row|is|si|t|r|rPr|phoneticPr)[ />]")
_CELL = re.compile(rb"<(?:\w+:)?c[ />]")
_ROW = re.compile(rb"<(?:\w+:)?row(?:\s[^<>]*)?>\s*<")
_TEXT = re.compile(rb"<(?:\w+:)?si[ />]")
_ENCODING = re.compile(rb"""encoding\s*=\s*["']([^"']*)["']""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']""")
_STARTS_MARKUP = re.compile(rb"[\s\0\xef\xbb\xbf\xff\xfe]*<")
_MARKUP = (".xml", ".rels", ".vml")
_OTHER = (".bin", ".png", ".jpg", ".jpeg", ".gif", ".bmp", ".tif", ".tiff", ".emf", ".wmf", ".svg", ".ico", ".webp")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def open_archive(content: bytes) -> zipfile.ZipFile:
    """The workbook's zip, every part of it looked at. Raises Unreadable; nothing has been parsed by then."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        _check_parts(archive.infolist(), len(content))
        cells = sum(_checked(archive, part) for part in archive.infolist())
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError):
        raise Unreadable(f"The workbook is damaged. {SAVE_AS}") from None
    if cells > MOST_CELLS_WHOLE:
        raise Unreadable(
            f"The sheets of the workbook have more than {MOST_CELLS_WHOLE:,} cells that are filled or formatted. "
            f"{COPY_ROWS}"
        )
    return archive


def merged_below_headings(archive: zipfile.ZipFile, path: str) -> list[str]:
    """Merged cells below the first row, such as "A2:A4": what stands in them belongs to no one row."""
    found = _MERGED.findall(archive.read(path))
    return [
        f"{left.decode()}{top.decode()}:{right.decode()}{bottom.decode()}"
        for left, top, right, bottom in found
        if int(bottom) > int(top) > 1
    ]


def _checked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """How many cells a part holds, once it is known to be safe to parse or to hold nothing that could be."""
    if not part.filename.lower().endswith(_MARKUP):
        with archive.open(part) as source:
            if not _STARTS_MARKUP.match(source.read(1024)):
                return 0
    return _check_markup(b"".join(_unpacked(archive, part)))


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    lowered = {part.filename.lower() for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable(PROTECTED)
    if "xl/vbaproject.bin" in lowered:
        raise Unreadable(f"The workbook holds macros (.xlsm), and we open none that do. {SAVE_AS}")
    if "xl/workbook.bin" in lowered:
        raise Unreadable(f"The file is a binary Excel workbook (.xlsb), which we do not read. {SAVE_AS}")
    if len(lowered) < len(parts) or sum(part.compress_size for part in parts) > size:
        raise Unreadable(f"The workbook is damaged: its parts lie over one another. {SAVE_AS}")
    _check_sizes(parts)
    if strange := [part.filename for part in parts if not _is_known(part.filename)]:
        raise Unreadable(f"The workbook holds a part that no spreadsheet writes, “{strange[0][:60]}”. {COPY_ROWS}")


def _is_known(name: str) -> bool:
    return name.endswith("/") or name.lower().endswith((*_MARKUP, *_OTHER))


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise Unreadable(f"The workbook has more than {MOST_PARTS} parts. {COPY_ROWS}")
    steep = any(part.file_size > 1024 * 1024 and part.file_size > STEEPEST * part.compress_size for part in parts)
    if steep or sum(part.file_size for part in parts) > LARGEST_WHOLE:
        raise Unreadable(f"The workbook unpacks to far more than a list of learners needs. {COPY_ROWS}")
    for part in parts:
        if part.file_size > _largest(part.filename):
            raise Unreadable(f"The workbook is too large once unpacked. {_SPLIT}")


def _largest(name: str) -> int:
    if _SHEET.fullmatch(name):
        return LARGEST_SHEET
    if name.lower() == "xl/sharedstrings.xml":
        return LARGEST_STRINGS
    return LARGEST_PART if name.lower().endswith(_MARKUP) else LARGEST_WHOLE


def _unpacked(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part piece by piece, stopped as soon as it is larger than it may be, whatever it declares."""
    total = 0
    with archive.open(part) as source:
        while piece := source.read(1024 * 1024):
            total += len(piece)
            if total > min(_largest(part.filename), LARGEST_SHEET):
                raise Unreadable(f"The workbook is too large once unpacked. {_SPLIT}")
            yield piece


def _check_markup(markup: bytes) -> int:
    """How many cells a part of markup holds. Raises Unreadable where parsing it could cost too much."""
    encoding = _ENCODING.search(markup[:200].split(b"?>")[0])
    if b"\0" in markup[:200] or (encoding and encoding[1].lower() not in (b"utf-8", b"us-ascii", b"ascii")):
        raise Unreadable(f"The workbook is written in a way that no spreadsheet writes. {SAVE_AS}")
    if b"<!DOCTYPE" in markup or b"<!ENTITY" in markup:
        raise Unreadable(f"The workbook holds declarations that can be used for an attack. {COPY_ROWS}")
    if len(_TEXT.findall(markup)) > MOST_TEXTS:
        raise Unreadable(f"The workbook holds more than {MOST_TEXTS:,} different texts. {_SPLIT}")
    cells = len(_CELL.findall(markup))
    if len(_ROW.findall(markup)) > MOST_ROWS + 1 or cells > MOST_CELLS:
        raise Unreadable(
            f"A sheet of the workbook has more than {MOST_ROWS:,} rows, or more than {MOST_CELLS:,} cells that are "
            f"filled or formatted. {_SPLIT}"
        )
    if markup.count(b"<") > MOST_MARKS and markup.count(b"<") - len(_OWN_WORDS.findall(markup)) > MOST_MARKS:
        raise Unreadable(f"The workbook holds too much formatting to be opened safely. {COPY_ROWS}")
    return cells
