"""What an audit entry may hold, and the hash that ties it to the one before."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple

from django.core.serializers.json import DjangoJSONEncoder

# Codes, ids and SHA-256 sums fit; names of people and free text mostly do not.
LONGEST_WORD = 80


class Link(NamedTuple):
    """The parts of an entry that its hash covers, without the hash before it."""

    chain: str
    seq: int
    at: datetime
    actor_id: int | None
    verb: str
    subject: str
    subject_id: str
    data: dict[str, Any]


def settled(data: dict[str, Any]) -> dict[str, Any]:
    """The data exactly as it will come back from the database. Raises ValueError for what does not belong there.

    Refused: strings of more than 80 characters (free text) and numbers with a fraction (engines round them).
    """
    plain = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    for value in _leaves(plain):
        if isinstance(value, float):
            raise ValueError("Audit data holds whole numbers only.")
        if isinstance(value, str) and (len(value) > LONGEST_WORD or "\x00" in value):
            raise ValueError(f"Audit data holds codes of at most {LONGEST_WORD} characters, never free text.")
    return plain


def link_hash(link: Link, previous: str) -> str:
    """SHA-256, in hexadecimal, over the canonical JSON of an entry and the hash of the entry before it."""
    at = link.at.astimezone(UTC).isoformat(timespec="microseconds")
    covered = [*link._replace(at=at), previous]  # type: ignore[arg-type]
    return sha256(json.dumps(covered, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield key
            yield from _leaves(item)
    elif isinstance(value, list):
        for item in value:
            yield from _leaves(item)
    else:
        yield value
