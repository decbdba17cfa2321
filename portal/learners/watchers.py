"""Who must know when a registration's inputs change. Apps register from `AppConfig.ready()`.

Watchers are called by learners' actions inside their transaction with registration ids and the instant.
Guards are asked before a set of units changes; a guard that objects raises Refused.
"""

from collections.abc import Callable, Collection
from datetime import datetime

Watcher = Callable[[Collection[int], datetime], None]
Guard = Callable[[Collection[int]], None]
_WATCHERS: list[Watcher] = []
_GUARDS: list[Guard] = []


def register(watcher: Watcher) -> None:
    if watcher not in _WATCHERS:
        _WATCHERS.append(watcher)


def changed(registration_ids: Collection[int], *, at: datetime) -> None:
    """Tell every watcher, in this transaction, that something about these registrations changed."""
    for watcher in _WATCHERS:
        watcher(registration_ids, at)


def guard(objection: Guard) -> None:
    """Ask before the sets of units of registrations change, inside the transaction."""
    if objection not in _GUARDS:
        _GUARDS.append(objection)


def ask(registration_ids: Collection[int]) -> None:
    """Let every guard object to a change of these registrations' sets of units. Raises Refused."""
    for objection in _GUARDS:
        objection(registration_ids)
