"""The only writer of audit rows."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from portal.audit import sentences
from portal.audit.models import Entry, Head
from portal.audit.rules import Link, link_hash, settled

SYSTEM_CHAIN = "system"


@dataclass(frozen=True)
class Act:
    """One thing done, before it has its place in a chain. The fields mean what they mean in `record`."""

    verb: str
    by: Any
    at: datetime
    subject: Any
    centre: Any = None
    data: dict[str, Any] = field(default_factory=dict)


def record(
    *, verb: str, by: Any, at: datetime, subject: Any, centre: Any = None, data: dict[str, Any] | None = None
) -> Entry:
    """Append one entry to the chain of the centre (or of the system), inside the caller's transaction.

    `verb` is registered in `audit.sentences`; `by` is a user, an Actor, or None for the portal itself; `subject` is
    the row acted on, or None where there is no row (an attempt to sign in as nobody); `data` holds codes, ids, counts
    and hashes only, never names or free text. Locks the chain's head, so callers record last.
    Raises ValueError for an unregistered verb or free text, RuntimeError outside a transaction.
    """
    return record_many([Act(verb, by, at, subject, centre, data or {})])[0]


def record_many(acts: Iterable[Act]) -> list[Entry]:
    """Append many entries at the cost of one lock and two writes a chain. The order within a chain is kept.

    Heads are locked in the order of their names, so two callers cannot wait for one another.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("An audit entry is written in the transaction of the act that it tells.")
    by_chain = sorted(((_chain(act.centre), act) for act in acts), key=lambda pair: pair[0])
    entries: list[Entry] = []
    for chain, pairs in groupby(by_chain, key=lambda pair: pair[0]):
        entries += _append(chain, [act for _, act in pairs])
    return entries


def _append(chain: str, acts: list[Act]) -> list[Entry]:
    links = [_link(chain, act) for act in acts]
    head = _locked_head(chain)
    entries = []
    for link in links:
        head.seq, previous = head.seq + 1, head.hash
        placed = link._replace(seq=head.seq)
        head.hash = link_hash(placed, previous)
        entries.append(Entry(**placed._asdict(), previous=previous, hash=head.hash))
    Entry.objects.bulk_create(entries, batch_size=500)
    head.save(update_fields=["seq", "hash"])
    return entries


def _locked_head(chain: str) -> Head:
    """The end of the chain, held until the transaction ends. SQLite's transactions hold the whole file already."""
    heads = Head.objects.select_for_update().filter(chain=chain)
    head = heads.first()
    if head is None:
        # Two first writers may meet here: one inserts, the other waits for it and then reads its row.
        Head.objects.bulk_create([Head(chain=chain)], ignore_conflicts=True)
        head = heads.get()
    return head


def _link(chain: str, act: Act) -> Link:
    if act.verb not in sentences.verbs():
        raise ValueError(f"The verb {act.verb} has no sentence: register it in the app's sentences.")
    subject, subject_id = _named(act.subject)
    return Link(chain, 0, act.at, _actor_id(act.by), act.verb, subject, subject_id, settled(act.data))


def _chain(centre: Any) -> str:
    return SYSTEM_CHAIN if centre is None else str(centre.number)


def _actor_id(by: Any) -> int | None:
    """The id of a user, or of the user behind an Actor."""
    return getattr(getattr(by, "user", by), "pk", None)


def _named(subject: Any) -> tuple[str, str]:
    if subject is None:
        return "", ""
    if subject.pk is None:
        raise ValueError("The subject of an audit entry is saved before the entry is written.")
    return subject._meta.label, str(subject.pk)
