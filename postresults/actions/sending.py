"""Sending what is signed and waited for the officer: filing it passes the ceiling that was authorised before."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.centres.models import Centre
from portal.consent.queries import in_force
from portal.consent.rules import Purpose
from portal.errors import Refused
from postresults.actions.filing import file_requests
from postresults.actions.locks import hold
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
    _check_in_window(rows, at)
    _rest_on_consents(rows, at)
    for some in _by_submission(rows).values():
        file_requests(requests=some, by=by, at=at)
    return rows


def _held(centre: Centre, ids: Collection[int]) -> list[Request]:
    """In the order of all locks: learners, consents, registrations, then the requests."""
    wanted = waiting().filter(pk__in=ids, centre=centre)
    about = list(wanted.values_list("registration", "registration__learner"))
    hold(learners={learner for _, learner in about}, registrations={registration for registration, _ in about})
    return list(wanted.select_for_update(of=("self",)).order_by("pk"))


def _check_in_window(rows: list[Request], at: datetime) -> None:
    closes_at = {series: closing_instants(series) for series in {row.series_id for row in rows}}
    for row in rows:
        if not in_window(row, closes_at[row.series_id], at):
            raise Refused(f"The last moment for {row} has passed. We cannot accept late requests.", code="late")


def _rest_on_consents(rows: list[Request], at: datetime) -> None:
    """Each request rests on the agreement that stands by now; one query for each series and purpose."""
    groups: dict[tuple[str, Purpose], list[Request]] = defaultdict(list)
    for row in rows:
        groups[row.series_id, purpose_of(Service(row.service))].append(row)
    for (series, purpose), some in groups.items():
        found = in_force(
            learner_ids={row.case.learner_id for row in some if row.case.learner_id},
            unit_ids={row.unit_id for row in some},
            series=series,
            purpose=purpose,
            at=at,
        )
        for row in some:
            row.consent = found.get((row.case.learner_id or 0, row.unit_id))
    if any(row.consent is None for row in rows):
        raise Refused(STALE, code="stale")
    Request.objects.bulk_update(rows, ["consent"])


def _by_submission(rows: list[Request]) -> dict[int, list[Request]]:
    found: dict[int, list[Request]] = defaultdict(list)
    for row in rows:
        found[row.submission_id].append(row)
    return found
