"""What a whole file can be refused for, and how large one may be."""

from portal.errors import Refused

LARGEST_FILE = 5 * 1024 * 1024  # bytes
MOST_ROWS = 50_000
MOST_COLUMNS = 200
SAVE_AS = (
    "Open it in your spreadsheet, choose “Save as” and pick “Excel Workbook (.xlsx)” or "
    "“CSV UTF-8 (comma delimited)”. Then upload that file."
)
PROTECTED = "The workbook is protected with a password. Take the password off, save it and upload it again."


class Unreadable(Refused):
    """Faults of the file as a whole. Each is a sentence that says what to do; no rows are looked at."""

    def __init__(self, *faults: str) -> None:
        super().__init__(" ".join(faults), code="unreadable", field="file")
        self.faults = faults
