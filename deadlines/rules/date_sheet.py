"""The columns of a spreadsheet of key dates."""

import re

from portal.intake.rules.columns import Column

SERIES_CODE = re.compile(r"\d{4}-\d{2}")
MOST_DATES = 2000
COLUMNS = (
    Column("key", "Key", ("date key", "code"), "What the date is known by, such as claims.full_award"),
    Column("series", "Series", ("series code",), "Such as 2024-06"),
    Column("on", "Date", ("new date", "day", "deadline"), "05/07/2024 or 2024-07-05"),
    Column("title", "Title", ("what",), "Needed for a new date"),
    Column("audience", "Audience", ("who", "for whom"), "Needed for a new date"),
    Column("families", "Families", ("qualification families",), "Codes, with semicolons between; empty means all"),
    Column("consequence", "If late", ("consequence",), "What happens after the day"),
    Column("source", "Source", (), "Needed for a new date: where it is written"),
    Column("reason", "Reason", ("why",), "Needed for a moved date: centres see it"),
)
NEEDS = (("key",), ("series",), ("on",))
