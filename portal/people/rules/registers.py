"""The register of accounts: once a school year the head of centre confirms who has one. The dates are dated rows."""

import json
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from portal.errors import Refused


@dataclass(frozen=True)
class RegisterRule:
    """From the first day of its window a school year's register can be confirmed; after its last day it is late.

    `opens` and `due` are (month, day) in the autumn. Never edited, only superseded.
    """

    in_force_from: date
    opens: tuple[int, int]
    due: tuple[int, int]
    source: str


RULES = (
    RegisterRule(
        in_force_from=date(2022, 9, 1),
        opens=(9, 1),
        due=(10, 31),
        source="The awarding organisation's own setting: after the autumn's arrivals, before the first entries.",
    ),
)
SCHOOL_YEAR_BEGINS = (9, 1)


@dataclass(frozen=True)
class Window:
    """When the register of one school year is confirmed."""

    school_year: int
    opens_on: date
    due_on: date
    source: str

    @property
    def words(self) -> str:
        """ "2023/24"."""
        return f"{self.school_year}/{(self.school_year + 1) % 100:02d}"


def school_year(on: date) -> int:
    """The year in which the school year of a London date began."""
    return on.year if (on.month, on.day) >= SCHOOL_YEAR_BEGINS else on.year - 1


def window(on: date) -> Window:
    """The window of the school year of a London date, by the rule in force on the year's first day.

    Before the first rule that one serves.
    """
    year = school_year(on)
    begins = date(year, *SCHOOL_YEAR_BEGINS)
    rule = max((rule for rule in RULES if rule.in_force_from <= begins), key=_begins, default=RULES[0])
    return Window(year, date(year, *rule.opens), date(year, *rule.due), rule.source)


def _begins(rule: RegisterRule) -> date:
    return rule.in_force_from


def seal(listed: dict[str, Any]) -> str:
    """What tells one list from another: who confirms it has seen this one. A sign-in meanwhile makes no other list."""
    people = [{key: value for key, value in row.items() if key != "seen_on"} for row in listed["people"]]
    return sha256(json.dumps({**listed, "people": people}, sort_keys=True).encode()).hexdigest()


def check_is_the_list_seen(*, seen: str, listed: dict[str, Any]) -> None:
    """Raises Refused when the list is another than the one that was read."""
    if seen != seal(listed):
        raise Refused("The list has changed since you opened the page. Read it again, then confirm.", code="changed")
