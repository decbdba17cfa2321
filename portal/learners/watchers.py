"""Who must know when a registration's inputs change. Apps register from `AppConfig.ready()`.

Watchers are called by learners' actions inside their transaction with registration ids and the instant.
Guards are asked before a series, a set of units or an entry in that series changes; each answers with its objections
by registration.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from portal.errors import Refused

Watcher = Callable[[Collection[int], datetime], None]
Guard = Callable[[Collection[int]], dict[int, str]]
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
    """Ask before what a claim rests on changes, inside the transaction."""
    if objection not in _GUARDS:
        _GUARDS.append(objection)


def objections(registration_ids: Collection[int]) -> dict[int, str]:
    """Registrations that may not change now, each with the sentence that says why."""
    found: dict[int, str] = {}
    for objection in _GUARDS:
        found |= objection(registration_ids)
    return found


def ask(registration_ids: Collection[int]) -> None:
    """Let every guard object to a change of these registrations. Raises Refused with the first objection."""
    found = objections(registration_ids)
    if found:
        raise Refused(found[min(found)], code="fixed")
