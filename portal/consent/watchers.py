"""Who acts on an answer. Rooms register from `AppConfig.ready()`.

Watchers are called in the transaction of an answer with consent ids and its instant: a request that waits for the
signature files itself there.
"""

from collections.abc import Callable, Collection
from datetime import datetime

Watcher = Callable[[Collection[int], datetime], None]
_WATCHERS: list[Watcher] = []


def register(watcher: Watcher) -> None:
    if watcher not in _WATCHERS:
        _WATCHERS.append(watcher)


def answered(consent_ids: Collection[int], *, at: datetime) -> None:
    """Tell every watcher, in this transaction, that these learners have answered: yes or no stands in the rows."""
    for watcher in _WATCHERS:
        watcher(consent_ids, at)
