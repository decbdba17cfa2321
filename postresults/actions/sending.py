"""Sending what is signed and waited for the officer: filing it passes the ceiling that was authorised before."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.centres.models import Centre
from portal.consent.queries import in_force
from portal.errors import Refused
from portal.learners.models import Learner, Registration
from postresults.actions.filing import file_requests
from postresults.actions.signing import in_window, waiting
from postresults.models import Request
from postresults.queries.standings import closing_instants
from postresults.rules.purposes import purpose_of
from postresults.rules.services import Service

STALE = "Something changed after you opened this page, so nothing was sent. Check the list again."


@transaction.atomic
def send_signed(*, centre: Centre, requests: Collection[int], by: Any, at: datetime) -> list[Request]:
    """File waiting requests whose learners have agreed, whatever they cost; all or none, in the order of their ids.

    `at` is the server's receipt of the officer's word, which completes them. Raises Refused with code "stale" when one
    of them no longer waits or is no longer signed, and with "late" after its window.
    """
    rows = _held(centre, requests)
    if len(rows) != len(set(requests)) or not rows:
        raise Refused(STALE, code="stale")
    for row in rows:
        _check(row, at)
    for some in _by_submission(rows).values():
        file_requests(requests=some, by=by, at=at)
    return rows


def _held(centre: Centre, ids: Collection[int]) -> list[Request]:
    """In the order of all locks: learners, registrations, then the requests."""
    wanted = waiting().filter(pk__in=ids, centre=centre)
    registrations = list(wanted.values_list("registration", "registration__learner"))
    list(Learner.objects.select_for_update().filter(pk__in=[row[1] for row in registrations]).order_by("pk"))
    list(Registration.objects.select_for_update().filter(pk__in=[row[0] for row in registrations]).order_by("pk"))
    return list(waiting().filter(pk__in=ids, centre=centre).select_for_update(of=("self",)).order_by("pk"))


def _check(row: Request, at: datetime) -> None:
    if not in_window(row, closing_instants(row.series_id), at):
        raise Refused(f"The last moment for {row} has passed. We cannot accept late requests.", code="late")
    learner = row.case.learner_id
    held = in_force(
        learner_ids=[learner] if learner else [],
        unit_ids=[row.unit_id],
        series=row.series_id,
        purpose=purpose_of(Service(row.service)),
        at=at,
    )
    row.consent = held.get((learner or 0, row.unit_id))
    if row.consent is None:
        raise Refused(STALE, code="stale")
    Request.objects.filter(pk=row.pk).update(consent=row.consent)


def _by_submission(rows: list[Request]) -> dict[int, list[Request]]:
    found: dict[int, list[Request]] = defaultdict(list)
    for row in rows:
        found[row.submission_id].append(row)
    return found
