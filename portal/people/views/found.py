"""What the pages of people share: whom and what they fetch through the door, and where a refusal is shown."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404

from portal import clock
from portal.accounts.models import User
from portal.centres.models import Membership
from portal.errors import Refused
from portal.web.actor import Actor


def put(form: Any, refusal: Refused) -> None:
    form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def membership_of(actor: Actor, pk: int) -> Membership:
    rows = Membership.objects.visible_to(actor).not_over(on=clock.london_date(actor.at))
    return get_object_or_404(rows.select_related("user", "centre"), pk=pk)


def person_of(actor: Actor, pk: int) -> User:
    rows = Membership.objects.visible_to(actor).not_over(on=clock.london_date(actor.at)).select_related("user")
    row = rows.filter(user=pk).first()
    if row is None:
        raise Http404
    return row.user
