"""Who acts, for which centre, and when: the one value that interfaces hand to queries and actions."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Actor:
    """`centre` is None for staff of the awarding organisation, who see every centre.

    `role_words` is what the header says after the name: "exams officer".
    """

    user: Any
    centre: Any
    at: datetime
    capabilities: frozenset[str] = frozenset()
    role_words: str = ""

    def can(self, capability: str) -> bool:
        return capability in self.capabilities


def person(by: Any) -> Any:
    """The user of an actor, or the user that was given: what a row keeps of who did something."""
    return getattr(by, "user", by)
