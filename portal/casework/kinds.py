"""The kinds of case. Rooms above casework register theirs from `AppConfig.ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from portal.web.actor import Actor

STEPS = 6


@dataclass(frozen=True)
class Kind:
    """What casework must know about cases of one kind.

    `moves` says from each status where a case may go; `labels` names every status; `closed` are those in which
    nothing is left to do. `steps` are the words of the six fixed steps that a centre sees, `step_of` the step
    (counted from 0) at which each status stands. `url_name` is the centre's page, given the centre's number and the
    reference; `prefix` opens the references ("R": R24-00042); `retain` names the rule of retention. `works` is the
    permission that staff need. `reads` narrows which cases an actor may know of; `tells` names who hears of a case,
    where that is not the exams office.
    `decides` are the statuses in which a decision may be made (empty: every open one); `issued` and `reopened` where
    a case goes when its decision is issued and when it is taken up again. In `rests` nobody of the awarding
    organisation has anything to do, though the case is open: it waits for the centre, or is answered. `checks` says
    whether its cases have checks that are done one by one. `movers` says who makes a move, for the diagram in
    docs/states.
    """

    key: str
    label: str
    initial: str
    moves: Mapping[str, frozenset[str]]
    labels: Mapping[str, str]
    closed: frozenset[str]
    steps: tuple[str, ...]
    url_name: str
    prefix: str
    retain: str
    reads: Callable[[Actor, QuerySet[Any]], QuerySet[Any]] | None = None
    works: str = "casework.work_case"
    step_of: Mapping[str, int] = field(default_factory=dict)
    decides: frozenset[str] = frozenset()
    issued: str = ""
    reopened: str = ""
    rests: frozenset[str] = frozenset()
    checks: bool = True
    movers: Mapping[tuple[str, str], str] = field(default_factory=dict)
    tells: Callable[[Any], list[Any]] | None = None

    def __post_init__(self) -> None:
        """A table that contradicts itself stops the process that registers it."""
        named = {self.initial, *self.closed, *self.decides, *self.rests, *self.step_of}
        named |= {status for status in (self.issued, self.reopened) if status}
        unknown = (named | {to for targets in self.moves.values() for to in targets}) - set(self.moves)
        if unknown or set(self.labels) != set(self.moves) or len(self.steps) != STEPS:
            raise ValueError(f"Kind {self.key}: statuses, labels and steps do not fit together ({sorted(unknown)}).")

    def can_move(self, *, status: str, to: str) -> bool:
        return to in self.moves[status]

    def is_ours(self, status: str) -> bool:
        """Whether a case of that status waits for us."""
        return status not in self.closed | self.rests

    def may_be_decided(self, status: str) -> bool:
        return status in self.decides if self.decides else status not in self.closed


_KINDS: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind. Its key and its prefix belong to it alone."""
    others = [known for known in _KINDS.values() if known.key != kind.key]
    if _KINDS.get(kind.key, kind) != kind or any(known.prefix == kind.prefix for known in others):
        raise ValueError(f"The kind {kind.key}, or its prefix {kind.prefix}, is registered already.")
    _KINDS[kind.key] = kind


def unregister(key: str) -> None:
    """Take a kind out again: for tests that bring their own."""
    _KINDS.pop(key, None)


def kind(key: str) -> Kind:
    return _KINDS[key]


def kinds() -> list[Kind]:
    """Every kind, by key."""
    return [_KINDS[key] for key in sorted(_KINDS)]
