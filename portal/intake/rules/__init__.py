from portal.intake.rules.cells import nearest, read_date, tidy
from portal.intake.rules.faults import LARGEST_FILE, MOST_ROWS, Unreadable
from portal.intake.rules.headings import HeadingMap, map_headings, plain
from portal.intake.rules.reading import Table, read_table
from portal.intake.rules.template import WORKBOOK, empty_workbook
from portal.intake.rules.workbook import unread_cell

__all__ = [
    "LARGEST_FILE",
    "MOST_ROWS",
    "WORKBOOK",
    "HeadingMap",
    "Table",
    "Unreadable",
    "empty_workbook",
    "map_headings",
    "nearest",
    "plain",
    "read_date",
    "read_table",
    "tidy",
    "unread_cell",
]
