"""What a limit is made of."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from deadlines.rules.calendar import instant_from


class Unit(StrEnum):
    CALENDAR = "calendar"
    WORKING = "working"


class StartsFrom(StrEnum):
    """What starts the count. `valid`: the instant the application that was found valid, or its last missing piece,
    was received; triage starts nothing."""

    RECEIVED = "received"
    ISSUED = "issued"
    VALID = "valid"


class Consequence(StrEnum):
    """What lateness means. `accepted_late` also stands on what the awarding organisation itself has to finish."""

    BLOCKED = "blocked"
    NEEDS_REASON = "needs_reason"
    ACCEPTED_LATE = "accepted_late"


@dataclass(frozen=True)
class Example:
    """A worked example that a test recomputes. `start` is London time."""

    start: str
    nation: str
    due_on: date

    @property
    def started_at(self) -> datetime:
        """The start as an instant, in UTC."""
        return instant_from(self.start)


@dataclass(frozen=True)
class Limit:
    """A number of days, dated: never edited, only superseded by a row with a later `in_force_from`.

    `families` holds family codes, empty for all. `ours` marks what the awarding organisation has to finish.
    `rule`, `event`, `starts`, `late` and `note` are sentences for people; `event` tells what happened on day 0
    and ends without a full stop. `quotation` is the source's own words, empty when no source text has any.
    """

    key: str
    days: int
    unit: Unit
    starts_from: StartsFrom
    consequence: Consequence
    in_force_from: date
    source: str
    rule: str
    event: str
    starts: str
    late: str
    example: Example
    quotation: str = ""
    note: str = ""
    families: tuple[str, ...] = ()
    ours: bool = True

    @property
    def counted(self) -> str:
        """“10 calendar days”."""
        return f"{self.days} {self.unit.value} days"

    @property
    def source_in_full(self) -> str:
        """Title, quotation and what the source leaves open, in one text."""
        quoted = f": “{self.quotation}”" if self.quotation else ""
        return f"{self.source}{quoted}.{' ' + self.note if self.note else ''}"
