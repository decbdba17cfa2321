"""Who acts on an answer, and who says whether it is time to ask. Rooms register from `AppConfig.ready()`.

Watchers are called in the transaction of an answer with consent ids and its instant: a request that waits for the
signature files itself there. Gates are asked before a question is put, with the ids of the results it is about.
"""

from collections.abc import Callable, Collection
from datetime import datetime

Watcher = Callable[[Collection[int], datetime], None]
# Answers with the sentence that refuses, or "" when the results have reached the candidates by then.
Gate = Callable[[Collection[int], datetime], str]
_WATCHERS: list[Watcher] = []
_GATES: list[Gate] = []


def register(watcher: Watcher) -> None:
    if watcher not in _WATCHERS:
        _WATCHERS.append(watcher)


def answered(consent_ids: Collection[int], *, at: datetime) -> None:
    """Tell every watcher, in this transaction, that these learners have answered: yes or no stands in the rows."""
    for watcher in _WATCHERS:
        watcher(consent_ids, at)


def gate(objection: Gate) -> None:
    if objection not in _GATES:
        _GATES.append(objection)


def objection(result_ids: Collection[int], *, at: datetime) -> str:
    """The first reason not to ask about these results yet, or ""."""
    return next((words for ask in _GATES if (words := ask(result_ids, at))), "")
