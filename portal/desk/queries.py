"""Which filters stand over a queue, and who stands in for whom on a day."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, Q, QuerySet, Subquery

from portal.desk.models import Cover, SavedFilter


def filters_over(*, queues: Collection[str], user: Any) -> QuerySet[SavedFilter]:
    """A person's own saved filters of these queues, and those that colleagues share, by name."""
    rows = SavedFilter.objects.filter(Q(owner=user) | Q(shared=True), queue__in=queues)
    return rows.select_related("owner").order_by("name", "pk")


def in_whose_place(*, user: Any, on: date) -> list[int]:
    """The ids of those whose work a person does on a London date: their own first, then whom they cover for."""
    covered = Cover.objects.in_force(on=on).filter(cover=user, away__is_active=True)
    return [user.pk, *covered.order_by("pk").values_list("away", flat=True)]


def covered_by(*, owner: str, on: date) -> Subquery:
    """The name of whoever covers on a London date, to annotate rows with; `owner` is the path to whose they are."""
    rows = Cover.objects.in_force(on=on).filter(away=OuterRef(owner)).order_by("pk")
    return Subquery(rows.values("cover__name")[:1])


def those_to_tell(*, user: Any, on: date) -> list[Any]:
    """Who hears what is meant for a person on a London date: they, and who covers for them."""
    covering = Q(covering__in=Cover.objects.in_force(on=on).filter(away=user))
    people = get_user_model()._default_manager.filter(Q(pk=user.pk) | covering, is_active=True)
    return list(people.distinct().order_by("pk"))
