from portal.intake.rules.cells import nearest, read_date, tidy
from portal.intake.rules.headings import HeadingMap, map_headings, plain
from portal.intake.rules.reading import LARGEST_FILE, MOST_ROWS, Table, Unreadable, read_table

__all__ = [
    "LARGEST_FILE",
    "MOST_ROWS",
    "HeadingMap",
    "Table",
    "Unreadable",
    "map_headings",
    "nearest",
    "plain",
    "read_date",
    "read_table",
    "tidy",
]
