"""Who must know when a registration's inputs change. Apps register from `AppConfig.ready()`.

Watchers are called by learners' actions inside their transaction with registration ids and the instant.
"""

from collections.abc import Callable, Collection
from datetime import datetime

Watcher = Callable[[Collection[int], datetime], None]
_WATCHERS: list[Watcher] = []


def register(watcher: Watcher) -> None:
    if watcher not in _WATCHERS:
        _WATCHERS.append(watcher)


def changed(registration_ids: Collection[int], *, at: datetime) -> None:
    """Tell every watcher, in this transaction, that something about these registrations changed."""
    for watcher in _WATCHERS:
        watcher(registration_ids, at)
