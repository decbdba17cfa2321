"""The learners of a centre, each with the one thing that makes them worth showing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from portal.demo.rules.files import content


@dataclass(frozen=True)
class Changed:
    """A unit grade that was changed by hand after the upload."""

    unit: str
    now: str
    uploaded: str


@dataclass(frozen=True)
class Story:
    """One learner on one programme.

    `points` is what all unit grades come to; `components` are the grades of internal components, in order, where
    points say nothing. `without` are units missing from the set although graded, `ungraded` units without a grade,
    `not_entered` external units without an entry; `queried`: staff have asked about the claim.
    """

    number: str
    family: str
    given: str
    programme: str
    points: int | None = None
    components: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    ungraded: tuple[str, ...] = ()
    not_entered: tuple[str, ...] = ()
    changed: Changed | None = None
    queried: bool = False


@dataclass(frozen=True)
class Roll:
    """A centre's learners: those who can be claimed, those who cannot, and those claimed already, by day."""

    centre: str
    ready: tuple[Story, ...]
    blocked: tuple[Story, ...]
    claimed: Mapping[date, tuple[Story, ...]] = field(default_factory=dict)

    @property
    def stories(self) -> tuple[Story, ...]:
        return (*self.ready, *self.blocked, *(story for group in self.claimed.values() for story in group))


@dataclass(frozen=True)
class Course:
    """How a programme is run: the optional units that every learner takes, and when they were registered."""

    options: tuple[str, ...]
    registered_on: date
    released: bool


def roll(name: str) -> Roll:
    """The roll in the file of that name."""
    rows = content(name)
    return Roll(
        centre=rows["centre"],
        ready=_stories(rows["ready"]),
        blocked=_stories(rows["blocked"]),
        claimed={date.fromisoformat(on): _stories(group) for on, group in sorted(rows["claimed"].items())},
    )


def course(code: str) -> Course:
    """How the programme with that qualification code is run."""
    row = content("courses")[code]
    return Course(tuple(row["options"]), date.fromisoformat(row["registered_on"]), row.get("released", True))


def _stories(rows: list[dict[str, Any]]) -> tuple[Story, ...]:
    return tuple(_story(row) for row in rows)


def _story(row: dict[str, Any]) -> Story:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    if "changed" in values:
        values["changed"] = Changed(**values["changed"])
    return Story(**values)
