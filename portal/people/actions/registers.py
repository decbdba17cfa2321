"""The head of centre confirms, once a school year, who has an account."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit import actions as audit
from portal.centres import actions as centres
from portal.centres.models import Centre
from portal.centres.queries import heads_of
from portal.errors import Refused
from portal.people.models import RegisterConfirmation
from portal.people.queries import register_now
from portal.people.rules import check_is_the_list_seen
from portal.web.actor import person
from portal.web.words import day


@transaction.atomic
def confirm_register(*, centre: Centre, seen: str, by: Any, at: datetime) -> RegisterConfirmation:
    """Keep what the head of centre has read and confirmed for this school year. `seen` is the seal of that list.

    Raises Refused for anybody else, when the list has changed since, before the window opens, and the second time.
    """
    on = clock.london_date(at)
    centres.lock_place(centre=centre)
    if person(by).pk not in {head.user_id for head in heads_of(centre_ids=[centre.pk], on=on)}:
        raise Refused("Only the head of centre confirms the register.", code="not_head")
    register = register_now(centre=centre, on=on)
    if register.confirmation is not None:
        raise Refused(f"The register of {register.window.words} is confirmed already.", code="confirmed")
    if on < register.window.opens_on:
        raise Refused(f"The register can be confirmed from {day(register.window.opens_on)}.", code="early")
    check_is_the_list_seen(seen=seen, listed=register.listed)
    confirmation = RegisterConfirmation.objects.create(
        centre=centre,
        school_year=register.window.school_year,
        confirmed_at=at,
        confirmed_by=person(by),
        listed=register.listed,
    )
    data = {"people": len(register.people), "leavers": len(register.leavers)}
    audit.record(verb="people.register_confirmed", by=by, at=at, subject=confirmation, centre=centre, data=data)
    return confirmation
