"""One order of locks for requests: learners, consents, registrations, then cases and what hangs on them."""

from collections.abc import Collection

from portal.centres.models import Centre
from portal.consent.models import Consent
from portal.learners.models import Learner, Registration, Result
from postresults.queries.standings import RELATED


def lock_results(ids: Collection[int], *, centre: Centre) -> list[Result]:
    """The results of a centre with those ids; their learners, consents and registrations are held.

    Two officers who ask for one candidate, an answer and a withdrawal of consent all take turns here.
    """
    rows = list(Result.objects.filter(pk__in=ids, centre=centre).select_related(*RELATED).order_by("pk"))
    learners = {row.registration.learner_id for row in rows}
    _hold(Learner.objects.filter(pk__in=learners))
    _hold(Consent.objects.filter(learner__in=learners))
    _hold(Registration.objects.filter(pk__in={row.registration_id for row in rows}))
    return rows


def _hold(rows) -> None:  # type: ignore[no-untyped-def]
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
