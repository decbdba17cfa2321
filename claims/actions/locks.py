"""One order of locks for everything about claims: registrations, then claims, then questions, then submissions.

Two acts that lock in different orders wait for each other, and the database then breaks one of them.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from claims.models import Claim
from portal.centres.models import Centre
from portal.learners.models import Registration


def lock_registrations(ids: Iterable[int], *, centre: Centre | None = None) -> list[int]:
    """Hold registrations (of one centre, if given) to the end of the transaction; the ids of those there are."""
    rows = Registration.objects.filter(pk__any_of=ids)
    return _held(rows if centre is None else rows.filter(centre=centre))


def _held(rows: QuerySet[Registration]) -> list[int]:
    return list(rows.select_for_update().order_by("pk").values_list("pk", flat=True))


def lock_claims(**chosen: Any) -> list[Claim]:
    """Hold the claims that a filter chooses, their registrations first."""
    _held(Registration.objects.filter(pk__in=Claim.objects.filter(**chosen).values("registration")))
    claims = Claim.objects.select_for_update(of=("self",)).filter(**chosen)
    return list(claims.select_related("centre", "registration__learner", "submission").order_by("pk"))
