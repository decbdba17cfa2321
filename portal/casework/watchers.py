"""Who acts on what happens in a case of a kind. Rooms register from `AppConfig.ready()`.

Watchers are called inside the transaction, with the cases locked: what follows from a decision stands or falls with it.
"""

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import Any


class Event(StrEnum):
    """`issued` and `received` come with the decision, `reopened` with the case."""

    ISSUED = "issued"
    RECEIVED = "received"
    REOPENED = "reopened"


# Called with the decision or the case, and `by` and `at`.
Watcher = Callable[..., None]
_WATCHERS: dict[tuple[str, Event], Watcher] = {}


def register(kind: str, event: Event, watcher: Watcher) -> None:
    """One watcher for an event of a kind: the room that brings the kind."""
    if _WATCHERS.setdefault((kind, event), watcher) is not watcher:
        raise ValueError(f"Somebody else watches {event.value} of {kind} already.")


def tell(kind: str, event: Event, about: Any, *, by: Any, at: datetime) -> None:
    watcher = _WATCHERS.get((kind, event))
    if watcher is not None:
        watcher(about, by=by, at=at)
