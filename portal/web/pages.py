"""Pages by key, not by number: the thousandth costs what the first costs, and rows never slip between pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

SIZE = 50


@dataclass(frozen=True)
class Page:
    """One page of rows; `next` and `previous` go into the address as `after` and `before`, or are "" at an end."""

    rows: list[Any]
    next: str
    previous: str


def keyset(
    queryset: QuerySet[Any],
    *,
    order: Sequence[str],
    anchors: QuerySet[Any],
    after: str | None = None,
    before: str | None = None,
    size: int = SIZE,
) -> Page:
    """Rows in the given order (its last field unique; a leading "-" turns a field round), after or before a row.

    The address carries only that row's key, never what rows are ordered by: names stay out of addresses. `anchors`
    are the rows a key may name (wider than `queryset`: the row may have left the list since); an unknown key shows
    the first page.
    """
    backwards = _place(anchors, order, before)
    start = None if backwards else _place(anchors, order, after)
    if backwards:
        queryset = queryset.filter(_beyond(_turned(order), backwards)).order_by(*_turned(order))
    else:
        queryset = queryset.filter(_beyond(order, start)) if start else queryset
        queryset = queryset.order_by(*order)
    rows = list(queryset[: size + 1])
    more, rows = len(rows) > size, rows[:size]
    if backwards:
        rows.reverse()
    has_next, has_previous = (True, more) if backwards else (more, start is not None)
    return Page(
        rows=rows,
        next=str(rows[-1].pk) if rows and has_next else "",
        previous=str(rows[0].pk) if rows and has_previous else "",
    )


def _place(anchors: QuerySet[Any], order: Sequence[str], key: str | None) -> tuple[Any, ...] | None:
    if not key or not key.isdecimal() or len(key) > 18:
        return None
    return anchors.filter(pk=int(key)).values_list(*[field.removeprefix("-") for field in order]).first()


def _turned(order: Sequence[str]) -> list[str]:
    return [field[1:] if field.startswith("-") else f"-{field}" for field in order]


def _beyond(order: Sequence[str], values: Sequence[Any]) -> Q:
    """Row comparison, field by field: databases differ in how they index a comparison of whole rows."""
    found = _past(order[-1], values[-1])
    for field, value in reversed(list(zip(order[:-1], values[:-1], strict=True))):
        found = _past(field, value) | Q(**{field.removeprefix("-"): value}) & found
    return found


def _past(field: str, value: Any) -> Q:
    side = "lt" if field.startswith("-") else "gt"
    return Q(**{f"{field.removeprefix('-')}__{side}": value})
