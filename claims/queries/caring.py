"""Which centre is looked after by whom: columns for the lists of the staff, and whose rows are “mine”."""

from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from claims.models import Care
from portal.desk.queries import covered_by, in_whose_place


def with_owner(rows: QuerySet[Any], *, centre: str, series: Any, on: date) -> QuerySet[Any]:
    """Adds `owner_id`, `owner_name` and `cover_name`; `centre` and `series` are paths from a row, or a series."""
    series = OuterRef(series) if isinstance(series, str) else series
    care = Care.objects.filter(centre=OuterRef(centre), series=series)
    owned = rows.annotate(owner_id=Subquery(care.values("owner")), owner_name=Subquery(care.values("owner__name")))
    return owned.annotate(cover_name=covered_by(owner="owner_id", on=on))


def whose(rows: QuerySet[Any], *, asked: str | None, user: Any, on: date) -> QuerySet[Any]:
    """The rows of `with_owner` that are somebody's own or those they cover for ("mine"), or nobody's ("nobody")."""
    if asked == "mine":
        return rows.filter(owner_id__in=in_whose_place(user=user, on=on))
    return rows.filter(owner_id=None) if asked == "nobody" else rows
