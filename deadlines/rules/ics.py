"""A calendar as programs read it (RFC 5545), written from plain values. All items are of whole days."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

PRODUCT = "-//Exams Office//Deadlines//EN"
NAME = "Exams Office deadlines"
# How often a calendar should ask again; many ask once a day whatever is said.
REFRESH = "PT12H"
LINE = 75  # octets, the line end not counted


@dataclass(frozen=True)
class CalendarItem:
    """One day in a calendar. `uid` stays while the date moves; `sequence` goes up with each move."""

    uid: str
    sequence: int
    stamped_at: datetime
    on: date
    summary: str
    description: str
    url: str


def calendar_text(items: Iterable[CalendarItem]) -> str:
    """The whole file, with the line ends and the folding of the standard."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"NAME:{NAME}",
        f"X-WR-CALNAME:{NAME}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
        *(line for item in items for line in _event(item)),
        "END:VCALENDAR",
    ]
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(item: CalendarItem) -> list[str]:
    return [
        "BEGIN:VEVENT",
        f"UID:{item.uid}",
        f"DTSTAMP:{item.stamped_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{item.sequence}",
        f"DTSTART;VALUE=DATE:{item.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{item.on + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{_escaped(item.summary)}",
        f"DESCRIPTION:{_escaped(item.description)}",
        f"URL:{item.url}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Signs that mean something in the format; every kind of line end becomes the one that the format knows."""
    return re.sub(r"\r\n|\r|\n", r"\\n", re.sub(r"([\\;,])", r"\\\1", text))


def _folded(line: str) -> Iterator[str]:
    """Parts of at most 75 octets, never cutting through a sign; those that follow begin with a space."""
    part, size = "", 0
    for sign in line:
        width = len(sign.encode())
        if size + width > LINE:
            yield part
            part, size = " ", 1
        part, size = part + sign, size + width
    yield part
