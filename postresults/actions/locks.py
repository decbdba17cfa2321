"""One order of locks for requests: learners, consents, registrations, then cases and what hangs on them."""

from collections.abc import Collection
from typing import Any

from django.db.models import QuerySet

from portal.centres.models import Centre
from portal.consent.models import Consent
from portal.learners.models import Learner, Registration, Result
from postresults.queries.standings import RELATED


def lock_results(ids: Collection[int], *, centre: Centre) -> list[Result]:
    """The results of a centre with those ids; their learners, consents and registrations are held.

    Two officers who ask for one candidate, an answer and a withdrawal of consent all take turns here.
    """
    rows = list(Result.objects.filter(pk__in=ids, centre=centre).select_related(*RELATED).order_by("pk"))
    hold(
        learners={row.registration.learner_id for row in rows},
        registrations={row.registration_id for row in rows},
    )
    return rows


def hold(*, learners: Collection[int], registrations: Collection[int]) -> None:
    """Hold learners, every consent of theirs, and registrations to the end of the transaction, in that order."""
    _hold(Learner.objects.filter(pk__in=learners))
    _hold(Consent.objects.filter(learner__in=learners))
    _hold(Registration.objects.filter(pk__in=registrations))


def _hold(rows: QuerySet[Any]) -> None:
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
