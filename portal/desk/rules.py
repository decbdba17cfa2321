"""When somebody may cover for a colleague, and how long saved words may be."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from portal.errors import Refused
from portal.web.words import day

LONGEST_NAME = 60
LONGEST_QUERY = 1000
# How many refusals of one act are told word for word.
MOST_NAMED = 10
# In days. Somebody who is away for longer gives the work to a colleague.
LONGEST_COVER = 92


@dataclass(frozen=True)
class Days:
    """A cover that stands: who is away, who covers, from the first day to the last, both included."""

    away_id: int
    away: str
    cover_id: int
    cover: str
    from_on: date
    to_on: date

    def meets(self, *, from_on: date, to_on: date) -> bool:
        """Whether it shares a day with these."""
        return self.from_on <= to_on and from_on <= self.to_on

    @property
    def words(self) -> str:
        return f"from {day(self.from_on)} to {day(self.to_on)}"


@dataclass(frozen=True)
class Given:
    """What came of giving several things to one colleague: how many they got, and why the others were left."""

    number: int
    refused: tuple[str, ...]

    def words(self, done: str) -> str:
        """For whoever gave them: the sentence `done`, then the refusals. Raises Refused when all were refused."""
        told = " ".join(self.refused[:MOST_NAMED])
        more = f" And {len(self.refused) - MOST_NAMED} more." if len(self.refused) > MOST_NAMED else ""
        if not self.number:
            raise Refused(f"Nothing was given. {told}{more}".strip(), code="none", field="to")
        return f"{done} {len(self.refused):,} left: {told}{more}" if self.refused else done


def check_days(*, from_on: date, to_on: date, today: date) -> None:
    """A cover runs from its first day to its last, not over yet, for three months at most. Raises Refused."""
    if to_on < from_on:
        raise Refused("The last day lies before the first.", code="dates", field="to_on")
    if to_on < today:
        raise Refused("The last day has passed: there is nothing left to cover.", code="dates", field="to_on")
    if (to_on - from_on).days >= LONGEST_COVER:
        raise Refused(
            "A cover lasts three months at most. Give the work to a colleague instead.", code="dates", field="to_on"
        )


def check_cover(wanted: Days, *, standing: Iterable[Days]) -> None:
    """Nobody is covered twice on one day, and who covers is there on every day of it. Raises Refused.

    So there is no chain of covers, and no circle: each question “whose is this today?” has one answer.
    """
    if wanted.away_id == wanted.cover_id:
        raise Refused("Nobody covers for themselves. Choose a colleague.", code="self", field="cover")
    for other in standing:
        if other.meets(from_on=wanted.from_on, to_on=wanted.to_on):
            _check_beside(wanted, other)


def _check_beside(wanted: Days, other: Days) -> None:
    if other.away_id == wanted.away_id:
        raise Refused(
            f"{other.cover} covers for {other.away} {other.words}. End that first, or choose other days.",
            code="overlap",
            field="from_on",
        )
    if other.away_id == wanted.cover_id:
        raise Refused(f"{other.away} is away {other.words}. Choose somebody who is there.", code="away", field="cover")
    if other.cover_id == wanted.away_id:
        raise Refused(
            f"{other.cover} covers for {other.away} {other.words}. Find another cover for {other.away} first.",
            code="covers",
            field="from_on",
        )


def owner_words(*, name: str | None, cover: str | None) -> str:
    """Who looks after something, and who covers for them today, as every list says it."""
    if name is None:
        return "Nobody yet"
    return f"{name} (away, {cover} covers)" if cover else name
