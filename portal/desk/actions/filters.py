"""Keeping the filters of a queue under a name."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.desk.models import SavedFilter
from portal.desk.rules import LONGEST_QUERY
from portal.errors import Refused


@transaction.atomic
def save_filter(*, queue: str, query: str, name: str, shared: bool, by: Any, at: datetime) -> SavedFilter:
    """Keep what stands in the address of a queue. Raises Refused without filters, or for a name they have there."""
    if not query:
        raise Refused("Choose a filter or search for something first. Then there is something to save.", code="empty")
    if len(query) > LONGEST_QUERY:
        raise Refused("This is too much for one saved filter. Take some of it away.", code="long")
    kept = {"query": query, "shared": shared, "saved_at": at}
    row, new = SavedFilter.objects.get_or_create(owner=by, queue=queue, name=name.strip(), defaults=kept)
    if not new:
        raise _named_twice()
    audit.record(verb="desk.filter_saved", by=by, at=at, subject=row, data={"queue": queue, "shared": shared})
    return row


@transaction.atomic
def change_filter(*, saved: SavedFilter, name: str, shared: bool, by: Any, at: datetime) -> SavedFilter:
    """Another name, or shared otherwise; by its owner. Raises Refused."""
    row = _own([saved.pk], by)[0]
    if SavedFilter.objects.filter(owner=by, queue=row.queue, name=name.strip()).exclude(pk=row.pk).exists():
        raise _named_twice()
    SavedFilter.objects.filter(pk=row.pk).update(name=name.strip(), shared=shared)
    audit.record(verb="desk.filter_changed", by=by, at=at, subject=row, data={"queue": row.queue, "shared": shared})
    row.name, row.shared = name.strip(), shared
    return row


@transaction.atomic
def delete_filters(*, ids: Collection[int], by: Any, at: datetime) -> int:
    """Delete saved filters of one's own, all or none. Raises Refused."""
    rows = _own(ids, by)
    acts = [audit.Act("desk.filter_deleted", by, at, row, data={"queue": row.queue}) for row in rows]
    SavedFilter.objects.filter(pk__in=[row.pk for row in rows]).delete()
    audit.record_many(acts)
    return len(rows)


def _own(ids: Collection[int], by: Any) -> list[SavedFilter]:
    """Hold the rows of a person; refuses those of a colleague, and those that are gone."""
    rows = list(SavedFilter.objects.select_for_update(of=("self",)).filter(pk__in=ids).select_related("owner"))
    if len(rows) < len(set(ids)):
        raise Refused("A saved filter was deleted meanwhile. Open the list again.", code="gone")
    for row in rows:
        if row.owner_id != by.pk:
            raise Refused(f"“{row.name}” belongs to {row.owner.name}, who alone can change it.", code="owner")
    return rows


def _named_twice() -> Refused:
    return Refused("You have a filter of this name over this list. Choose another name.", code="name", field="name")
