"""What the tracker shows: counts, rows and what is selected. Reads one narrow table and nothing else."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, Q, QuerySet

from claims.models import Readiness
from claims.rules import State
from portal.catalogue.models import ClaimKind, Series
from portal.web.actor import Actor

COUNTED = (State.READY, State.BLOCKED, State.CLAIMED, State.ISSUED)
ALL = "all"
SORTS = {
    "programme": ("programme_title", "learner_name", "registration_id"),
    "learner": ("learner_name", "registration_id"),
    "number": ("candidate_number", "registration_id"),
}
_SHOWN = (
    "pk",
    "state",
    "kind",
    "reasons",
    "notes",
    "grade",
    "points",
    "units_done",
    "units_needed",
    "learner_name",
    "candidate_number",
    "programme_title",
)
_STATES = {state.value for state in State} | {ALL}
_KINDS = {kind.value for kind in (ClaimKind.FULL_AWARD, ClaimKind.CASH_IN)}


@dataclass(frozen=True)
class Filters:
    """The tracker's address, read leniently: what it does not know, it leaves out."""

    state: str = State.READY.value
    words: str = ""
    programme: str = ""
    level: str = ""
    kind: str = ""
    sort: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Filters":
        """Filters from a query string. Sorts by programme among the ready, by learner elsewhere."""
        state = query.get("state", "")
        state = state if state in _STATES else State.READY.value
        sort = query.get("sort", "")
        return cls(
            state=state,
            words=query.get("q", "").replace("\x00", "").strip()[:80],
            programme=query.get("programme", "").replace("\x00", ""),
            level=query.get("level", "").replace("\x00", ""),
            kind=kind if (kind := query.get("kind", "")) in _KINDS else "",
            sort=sort if sort in SORTS else "",
        )

    @property
    def order(self) -> tuple[str, ...]:
        return SORTS[self.sort or self.default_sort]

    @property
    def default_sort(self) -> str:
        return "programme" if self.state == State.READY.value else "learner"

    @property
    def narrowed(self) -> bool:
        return bool(self.words or self.programme or self.level or self.kind)

    def address(self, **changes: Any) -> str:
        """The query string of these filters with some changed: what every link on the tracker is made of."""
        changed = replace(self, **changes)
        pairs = {
            "state": changed.state,
            "q": changed.words,
            "programme": changed.programme,
            "level": changed.level,
            "kind": changed.kind,
            "sort": changed.sort,
        }
        return urlencode({name: value for name, value in pairs.items() if value})


@dataclass(frozen=True)
class Selection:
    """Which ready learners an act is about: all that match on every page, or those picked.

    With `every`, a row that was shown and is not picked was taken out by hand.
    """

    filters: Filters
    every: bool
    picked: frozenset[str]
    shown: frozenset[str]
    left: frozenset[str] = frozenset()

    @property
    def left_out(self) -> frozenset[str]:
        """Without script, the box for all of them may be ticked while no row is: then nothing was unticked."""
        return self.left | (self.shown - self.picked if self.picked else frozenset())

    def ticks(self, number: str) -> bool:
        """Whether a row stands ticked on the tracker."""
        return number not in self.left_out if self.every else number in self.picked - self.left

    @property
    def size(self) -> int:
        """How many learners it takes away from, or adds to, the ones that match."""
        return -len(self.left_out) if self.every else len(self.picked - self.left)

    @classmethod
    def read(cls, query: Any, *, every: str = "") -> "Selection":
        """From an address; `every` is what an address that says nothing about it means."""
        return cls(
            filters=replace(Filters.read(query), state=State.READY.value),
            every=query.get("every", every) == "1",
            picked=frozenset(query.getlist("pick")),
            shown=frozenset(query.getlist("shown")),
            left=frozenset(query.getlist("leave")),
        )


def everyone(*, actor: Actor, series: Series) -> QuerySet[Readiness]:
    """Every registration of the centre that is expected to complete in the series, and those taken out of it."""
    return Readiness.objects.visible_to(actor).filter(series=series)


def counts(*, actor: Actor, series: Series) -> dict[str, int]:
    """How many stand in each state, and in all of the counted ones."""
    rows = everyone(actor=actor, series=series).values_list("state").annotate(Count("pk"))
    return _counted(rows.order_by())


@dataclass(frozen=True)
class Overview:
    """`counts` by state, and the programmes and levels that occur, for the filter lists."""

    counts: dict[str, int]
    programmes: list[str]
    levels: list[str]


def overview(*, actor: Actor, series: Series) -> Overview:
    """What stands around the rows, in one query."""
    grouped = everyone(actor=actor, series=series).values_list("state", "programme_title", "level")
    found = list(grouped.annotate(Count("pk")).order_by())
    return Overview(
        counts=_counted((state, number) for state, _, _, number in found),
        programmes=sorted({title for _, title, _, _ in found}),
        levels=sorted({level for _, _, level, _ in found}),
    )


def _counted(found: Iterable[tuple[str, int]]) -> dict[str, int]:
    result = {state.value: 0 for state in State}
    for state, number in found:
        result[state] += number
    result[ALL] = sum(result[state.value] for state in COUNTED)
    return result


def matching(*, actor: Actor, series: Series, filters: Filters) -> QuerySet[Readiness]:
    """Rows that the filters let through, in no order."""
    rows = everyone(actor=actor, series=series)
    if filters.state == ALL:
        rows = rows.filter(state__in=[state.value for state in COUNTED])
    else:
        rows = rows.filter(state=filters.state)
    for word in filters.words.replace(",", " ").split():
        rows = rows.filter(Q(learner_name__icontains=word) | Q(candidate_number__startswith=word))
    exact = {"programme_title": filters.programme, "level": filters.level, "kind": filters.kind}
    return rows.filter(**{field: value for field, value in exact.items() if value})


def narrow(rows: QuerySet[Readiness]) -> QuerySet[Readiness, Any]:
    """Only what a row of the list shows, as named values: a page of whole objects costs several times as much."""
    return rows.annotate(number=F("registration__number")).values_list("number", *_SHOWN, named=True)


def opened(*, actor: Actor, series: Series, number: str) -> Readiness | None:
    """The row whose rule is shown, with that rule."""
    if not number:
        return None
    rows = everyone(actor=actor, series=series).select_related("registration", "rule")
    return rows.filter(registration__number=number).first()


def selected(*, actor: Actor, series: Series, selection: Selection) -> list[Readiness]:
    """The ready learners of a selection, by programme and name."""
    rows = matching(actor=actor, series=series, filters=selection.filters).select_related("registration")
    if selection.every:
        rows = rows.exclude(registration__number__in=selection.left_out)
    else:
        rows = rows.filter(registration__number__in=selection.picked - selection.left)
    return list(rows.order_by(*SORTS["programme"]))
