"""Which of a list of registrations can be claimed for, and why the others cannot."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet

from claims.models import Readiness
from claims.rules import State
from claims.rules.submitting import why_not_ready
from portal.catalogue.models import Series
from portal.centres.models import Centre


class Claimable(NamedTuple):
    """What a claim takes over from where its learner stands, and what the judgement needs."""

    pk: int
    number: str
    state: str
    reasons: list[dict[str, Any]]
    kind: str
    grade: str
    points: int | None
    learner_name: str
    candidate_number: str

    @classmethod
    def of(cls, rows: QuerySet[Readiness]) -> "list[Claimable]":
        """One query, however many rows."""
        fields = ("pk", "registration__number", *cls._fields[2:])
        return [cls._make(row) for row in rows.values_list(*fields)]


@dataclass(frozen=True)
class Turned:
    """A registration that cannot be claimed for, and why: `code` for programs, `message` for people."""

    registration: str
    code: str
    message: str


@dataclass(frozen=True)
class Sorted:
    """Those that are ready, in the order asked for, and the others with reasons."""

    ready: list[Claimable]
    refused: list[Turned]

    @property
    def accepted(self) -> list[str]:
        return [row.number for row in self.ready]


def who_is_ready(*, centre: Centre, series: Series, numbers: Sequence[str]) -> Sorted:
    """Judge each registration by itself. A number twice counts once; another centre's is unknown. One query."""
    wanted = list(dict.fromkeys(numbers))
    found = Readiness.objects.filter(centre=centre, series=series, registration__number__in=wanted)
    rows = {row.number: row for row in Claimable.of(found)}
    refused = [turned for number in wanted if (turned := _turned(number, rows.get(number)))]
    turned_away = {turned.registration for turned in refused}
    return Sorted([rows[number] for number in wanted if number not in turned_away], refused)


def _turned(number: str, row: Claimable | None) -> Turned | None:
    if row is None:
        return Turned(number, "unknown", "No learner of your centre is registered for this series with this number.")
    if row.state == State.READY.value:
        return None
    return Turned(number, *why_not_ready(state=State(row.state), reasons=row.reasons))
