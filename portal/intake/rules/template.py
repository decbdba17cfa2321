"""An empty workbook with the headings of a sheet."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.writer.excel import save_workbook

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def empty_workbook(title: str, headings: Sequence[str]) -> bytes:
    """The bytes of a workbook. Its columns hold text, so that the noughts of candidate numbers stay."""
    book = Workbook()
    page = book.active
    page.title = title
    page.append(list(headings))
    for place, heading in enumerate(headings, start=1):
        column = page.column_dimensions[get_column_letter(place)]
        column.number_format, column.width = "@", max(14, len(heading) + 2)
        page.cell(1, place).font = Font(bold=True)
    page.freeze_panes = "A2"
    out = io.BytesIO()
    save_workbook(book, out)
    return out.getvalue()
