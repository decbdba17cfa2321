"""One cohort as staff look at it: how the marks lie, what was asked, what has changed so far."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from portal.casework.models import ResultChange
from portal.centres.rules import RESULTS_RESTRICTED, RESULTS_VIEW
from portal.web.actor import Actor
from postresults.models import Concern, Request
from postresults.queries.components import Candidate, Cohort, cohort


@dataclass(frozen=True)
class Row:
    """One request with its candidate's place in the cohort, and the change that came of it."""

    request: Request
    candidate: Candidate | None
    change: ResultChange | None


@dataclass(frozen=True)
class Picture:
    """`stands` counts the requests by state, `moved` the changed marks by their difference."""

    cohort: Cohort | None
    rows: tuple[Row, ...]
    stands: tuple[tuple[str, int], ...]

    @property
    def changes(self) -> list[ResultChange]:
        return [row.change for row in self.rows if row.change is not None]

    @property
    def words(self) -> str:
        """ "3 of 14 changed: 2 up, 1 down." """
        moved = Counter(_way(change) for change in self.changes)
        ways = ", ".join(f"{moved[way]} {way}" for way in ("up", "down", "in the grade alone") if moved[way])
        return f"{len(self.changes)} of {len(self.rows)} changed{': ' + ways if ways else ''}."


def _way(change: ResultChange) -> str:
    old, new = change.old_mark or 0, change.new_mark or 0
    return "up" if new > old else "down" if new < old else "in the grade alone"


def picture(*, concern: Concern, actor: Actor) -> Picture:
    """The cohort as its centre sees it, with the requests that hang on the concern. Seven queries."""
    as_centre = Actor(
        user=actor.user,
        centre=concern.centre,
        at=actor.at,
        capabilities=frozenset({RESULTS_VIEW, RESULTS_RESTRICTED}),
    )
    found = cohort(actor=as_centre, unit=concern.unit.code, series=concern.series_id)
    candidates = {one.result.pk: one for one in found.candidates} if found else {}
    requests = list(concern.requests.select_related("case__learner", "case__owner").order_by("case_id"))
    changes = _changes(requests)
    stands = Counter(request.case.status_label for request in requests)
    rows = [Row(row, candidates.get(row.result_id or 0), changes.get(row.result_id)) for row in requests]
    return Picture(cohort=found, rows=tuple(rows), stands=tuple(stands.items()))


def _changes(requests: list[Request]) -> dict[Any, ResultChange]:
    """The newest change of each result by a decision in these cases."""
    rows = ResultChange.objects.filter(decision__case__in=[request.pk for request in requests]).order_by("pk")
    return {row.result_id: row for row in rows}
