"""Being in touch with centres that have learners at risk, so that each of them is reached and knows it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from claims.actions.receipts import send_contact
from claims.models import Contact, Readiness
from claims.queries.contacts import AT_RISK, kinds_at_risk
from claims.queries.dates import claim_days, days_by_kind
from claims.rules.contacts import ContactKind, ContactOutcome, check_next_contact
from portal.audit import actions as audit
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.clock import london_date
from portal.errors import Refused


@transaction.atomic
def log_call(
    *,
    centre_id: int,
    series: Series,
    outcome: ContactOutcome,
    note: str,
    next_contact_on: date | None,
    by: Any,
    at: datetime,
    spoken_to: str = "",
) -> Contact:
    """Write down a call to a centre, to whom we spoke and what came of it; the centre reads on its pages that we rang.

    Raises Refused for a next contact that lies in the past, or when nobody at the centre is at risk any more.
    """
    check_next_contact(next_contact_on=next_contact_on, today=london_date(at))
    centre = Centre.objects.select_for_update().get(pk=centre_id)
    said = {"note": note.strip(), "spoken_to": spoken_to.strip()}
    return _keep(centre, series, ContactKind.CALL, outcome, said=said, next_on=next_contact_on, by=by, at=at)


@transaction.atomic
def write_to_centres(
    *, centre_ids: Collection[int], series: Series, next_contact_on: date | None, by: Any, at: datetime
) -> tuple[int, int]:
    """Write to every one of the centres that has learners at risk and was not contacted: (written to, left out).

    Of two people who write at once, the second finds the centres contacted: nobody is written to twice.
    """
    check_next_contact(next_contact_on=next_contact_on, today=london_date(at))
    centres = list(Centre.objects.select_for_update().filter(pk__in=centre_ids).order_by("number"))
    known = set(Contact.objects.filter(series=series, centre__in=centres).values_list("centre", flat=True))
    risk = set(_at_risk(series).filter(centre__in=centres).values_list("centre", flat=True))
    wanted = [centre for centre in centres if centre.pk in risk - known]
    for centre in wanted:
        _keep(centre, series, ContactKind.MAIL, ContactOutcome.WRITTEN, said={}, next_on=next_contact_on, by=by, at=at)
    return len(wanted), len(centres) - len(wanted)


def _keep(
    centre: Centre,
    series: Series,
    kind: ContactKind,
    outcome: ContactOutcome,
    *,
    said: dict[str, str],
    next_on: date | None,
    by: Any,
    at: datetime,
) -> Contact:
    learners = _at_risk(series).filter(centre=centre).count()
    if not learners:
        raise Refused(f"Nobody at {centre.name} is at risk any more: every learner is claimed.", code="no_risk")
    contact = Contact.objects.create(
        centre=centre,
        series=series,
        kind=kind.value,
        outcome=outcome.value,
        learners=learners,
        **said,
        next_contact_on=next_on,
        by=by,
        at=at,
    )
    days = days_by_kind(series, kinds_at_risk(centre=centre, series=series))
    send_contact(contact=contact, days=claim_days(days), at=at)
    data = {"kind": kind.value, "outcome": outcome.value, "learners": learners, "next_contact_on": next_on}
    audit.record(verb="claims.contacted", by=by, at=at, subject=contact, centre=centre, data=data)
    return contact


def _at_risk(series: Series) -> Any:
    return Readiness.objects.filter(series=series, state__in=AT_RISK)
