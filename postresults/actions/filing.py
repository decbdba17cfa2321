"""A request is filed: from this instant it is with us, its clock runs and its fee is charged."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db import transaction

from deadlines.actions import start_clock
from portal.casework.actions import move_many
from portal.clock import london_date
from portal.consent.actions import freeze
from portal.fees.actions import Charge, charge
from portal.fees.rules import FeeKey
from postresults.models import Request
from postresults.rules import states
from postresults.rules.services import FEE_KEYS, Service, terms_of


@transaction.atomic
def file_requests(*, requests: Sequence[Request], by: Any, at: datetime) -> None:
    """File requests that have their consent: `at` is the server's receipt of what made them complete.

    Their consents can no longer be withdrawn, the clocks of what we promise start, and the fees of the day are
    charged, a group for each candidate of the submission.
    """
    if not requests:
        return
    freeze(consents={request.consent_id for request in requests if request.consent_id}, by=by, at=at)
    move_many(cases=[request.case for request in requests], to=states.RECEIVED, by=by, at=at)
    Request.objects.filter(pk__in=[request.pk for request in requests]).update(received_at=at)
    for request in requests:
        request.received_at = at
        _start_clock(request, by=by, at=at)
    _charge(requests, by=by, at=at)


def _start_clock(request: Request, *, by: Any, at: datetime) -> None:
    limit = terms_of(Service(request.service), on=london_date(at)).limit
    if limit:
        start_clock(case=request.case, limit=limit, started_at=at, by=by, at=at)


def _charge(requests: Sequence[Request], *, by: Any, at: datetime) -> None:
    ordered = sorted(requests, key=lambda request: request.group)
    for group, members in groupby(ordered, key=lambda request: request.group):
        held = list(members)
        charges = [each for request in held for each in charges_of(request)]
        if charges:
            charge(centre=held[0].centre, group=group, charges=charges, by=by, at=at)


def charges_of(request: Request) -> list[Charge]:
    """What a request costs: its service, and the copy of the script that rides with it."""
    family = family_of(request)
    keys = [FEE_KEYS[Service(request.service)], *([FeeKey.REVIEWED_SCRIPT] if request.with_copy else [])]
    return [Charge(key, family) for key in keys]


def family_of(request: Request) -> str:
    return str(request.registration.programme.qualification.family) if request.registration else ""
