"""Whose cases somebody works on today: their own, and those of a colleague whom they cover for."""

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from portal.casework.models import Case
from portal.casework.queries.independence import free_for
from portal.casework.rules import Part
from portal.desk.queries import in_whose_place


def mine(*, user: Any, on: date) -> QuerySet[Case]:
    """Open cases of a person, and those of whoever they cover for on a London date.

    A cover opens no case to somebody who is involved in it: those are left out here, and every act still asks.
    """
    _, *away = in_whose_place(user=user, on=on)
    waiting = Case.objects.filter(closed_at=None)
    covered = free_for(cases=waiting.filter(owner__in=away), user=user, taking=Part.ASSIGNED)
    return waiting.filter(Q(owner=user) | Q(pk__in=covered.values("pk")))
