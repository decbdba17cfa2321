"""What the chains tell: timelines for people, and whether anything was changed afterwards."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, OuterRef, Q, QuerySet, Subquery

from portal.audit import sentences
from portal.audit.models import Entry, Head
from portal.audit.rules import Link, link_hash

THE_PORTAL = "The portal"
# Entries carry the id alone, so that they outlive the person's row.
_NAME = Subquery(get_user_model()._default_manager.filter(pk=OuterRef("actor_id")).values("name")[:1])


class _Blanks(dict[str, Any]):
    """Entries written before a sentence gained a key still read as sentences."""

    def __missing__(self, key: str) -> str:
        return "…"


def timeline(
    *,
    subject: str | type[Model] | Model,
    subject_id: Any = None,
    subject_ids: Collection[Any] = (),
    without: Collection[str] = (),
    limit: int = 50,
) -> list[dict[str, Any]]:
    """What happened to a row (or to rows of one model), newest first: `sentence`, `at`, `actor_id`, `who`, and
    for programs `verb` and `data`.

    `subject` is a row, a model or a model's label such as "claims.Claim". Callers fetch the row through their own
    door first: entries carry no tenant. `without` leaves verbs out, for readers who may not know of them. One query,
    whatever the number of entries.
    """
    label = subject if isinstance(subject, str) else subject._meta.label
    ids = {*subject_ids, *([] if subject_id is None else [subject_id])}
    if isinstance(subject, Model):
        ids.add(subject.pk)
    entries = Entry.objects.filter(subject=label, subject_id__in=[str(one) for one in ids])
    return _told(entries.exclude(verb__in=without).order_by("-id")[:limit])


def timeline_of(*, rows: Iterable[Model], limit: int = 50) -> list[dict[str, Any]]:
    """What happened to several rows of several models, as `timeline` tells it."""
    places = [Q(subject=row._meta.label, subject_id=str(row.pk)) for row in rows]
    wanted = Q(*places, _connector=Q.OR) if places else Q(pk__in=[])
    return _told(Entry.objects.filter(wanted).order_by("-id")[:limit])


def _told(entries: QuerySet[Entry]) -> list[dict[str, Any]]:
    told = []
    for entry in entries.annotate(named=_NAME):
        who = THE_PORTAL if entry.actor_id is None else entry.named or "Someone"
        sentence = sentences.sentence(entry.verb).format_map(_Blanks(entry.data, who=who))
        known = {"verb": entry.verb, "data": entry.data}
        told.append({"sentence": sentence, "at": entry.at, "actor_id": entry.actor_id, "who": who, **known})
    return told


@dataclass(frozen=True)
class Fault:
    """The first row of a chain that does not follow from the ones before it. `id` is None when no row is left."""

    chain: str
    seq: int
    id: int | None
    fault: str


class _Walk:
    """One pass along a chain, stopping at the first bad row."""

    def __init__(self, chain: str) -> None:
        self.chain = chain
        self.seq = 0
        self.hash = ""
        self.fault: Fault | None = None

    def follow(self, pk: int, link: Link, previous: str, stored: str) -> None:
        if self.fault is None:
            words = self._wrong(link, previous, stored)
            if words:
                self.fault = Fault(self.chain, link.seq, pk, words)
            self.seq, self.hash = link.seq, stored

    def _wrong(self, link: Link, previous: str, stored: str) -> str:
        if link.seq != self.seq + 1:
            return "an entry before this one is missing"
        if previous != self.hash:
            return "does not follow from the entry before it"
        if stored != link_hash(link, previous):
            return "was changed after it was written"
        return ""

    def end(self, head: Head | None) -> None:
        if self.fault or (head and (head.seq, head.hash) == (self.seq, self.hash)):
            return
        if head and head.seq > self.seq:
            self.fault = Fault(self.chain, self.seq + 1, None, "entries at the end are missing")
        else:
            self.fault = Fault(self.chain, self.seq, None, "the end of the chain is not the one that was written")


def verify(*, using: str = DEFAULT_DB_ALIAS) -> dict[str, Any]:
    """Recompute every chain: `entries`, `chains`, and `broken`, the first bad row of each broken chain.

    `using` is the connection: a restored copy is verified where it lies.
    Writers may go on: heads are read after the walk, and what was appended meanwhile is walked as well.
    An insider who can rewrite a whole chain and its head is found only against a head kept elsewhere.
    """
    walks: dict[str, _Walk] = {}
    entries = _follow(walks, Entry.objects.using(using).order_by("chain", "seq"))
    heads = {head.chain: head for head in Head.objects.using(using).all()}
    for chain, head in heads.items():
        walk = walks.setdefault(chain, _Walk(chain))
        more = Entry.objects.using(using).filter(chain=chain, seq__gt=walk.seq, seq__lte=head.seq)
        entries += _follow(walks, more.order_by("seq"))
    for chain, walk in walks.items():
        walk.end(heads.get(chain))
    broken = [asdict(walk.fault) for _, walk in sorted(walks.items()) if walk.fault]
    return {"entries": entries, "chains": len(walks), "broken": broken}


def _follow(walks: dict[str, _Walk], entries: Any) -> int:
    rows: Iterable[tuple[Any, ...]] = entries.values_list("pk", *Link._fields, "previous", "hash")
    count = 0
    for pk, *parts, previous, stored in rows.iterator(chunk_size=5000):  # type: ignore[attr-defined]
        link = Link(*parts)
        walks.setdefault(link.chain, _Walk(link.chain)).follow(pk, link, previous, stored)
        count += 1
    return count
