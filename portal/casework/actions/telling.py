"""Who hears of what happens in a case. A mail says that there is something to read, never what."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.accounts.models import User
from portal.casework.models import Case
from portal.casework.queries.independence import parts_of
from portal.casework.rules import Part, can_take
from portal.centres.queries import recipients
from portal.centres.rules import Role
from portal.clock import london_date
from portal.desk.queries import those_to_tell
from portal.notices import actions as notices

OFFICE = (Role.OFFICER, Role.DEPUTY)


def tell_centre(*, case: Case, kind: str, key: str, lead: str, at: datetime, what_next: str = "") -> None:
    """One notice to each person whom the kind names, else to the exams officers and deputies in force.

    `lead` is one sentence with the reference and no names; `kind` decides whether mail of it can be switched off.
    """
    letters = [_letter(case, user, kind, key, lead, what_next, _centre_page(case)) for user in _of_centre(case, at)]
    notices.queue_many(letters, at=at)


def tell_owner(*, case: Case, kind: str, key: str, lead: str, at: datetime) -> None:
    """A notice to whoever looks after the case, and to whoever covers for them; nobody else is bothered."""
    if case.owner is None:
        return
    page = settings.BASE_URL + reverse("admin:casework_case_change", args=[case.pk])
    letters = [_letter(case, user, kind, key, lead, "", page, centre=None) for user in _owner_and_cover(case, at)]
    notices.queue_many(letters, at=at)


def _owner_and_cover(case: Case, at: datetime) -> list[Any]:
    """A cover who is involved in the matter hears nothing of it."""
    people = those_to_tell(user=case.owner, on=london_date(at))
    parts = parts_of(case=case, users=[user.pk for user in people])
    return [
        user
        for user in people
        if user.pk == case.owner_id or can_take(parts=parts.get(user.pk, ()), taking=Part.ASSIGNED)
    ]


def _letter(
    case: Case, user: Any, kind: str, key: str, lead: str, what_next: str, url: str, **more: Any
) -> notices.Letter:
    return notices.Letter(
        kind=kind,
        dedupe_key=f"casework:{key}:{user.pk}",
        address=user.email,
        template="casework",
        context={"lead": lead, "what_next": what_next, "url": url, "reference": case.reference},
        centre=more.get("centre", case.centre),
        user=user,
    )


def _of_centre(case: Case, at: datetime) -> list[Any]:
    tells = case.kind_of.tells
    if tells is not None:
        return tells(case)
    people = recipients(centre_ids=[case.centre_id], roles=OFFICE, on=london_date(at))
    return list(User.objects.filter(pk__in={person.user_id for person in people}).order_by("pk"))


def _centre_page(case: Case) -> str:
    return settings.BASE_URL + reverse(case.kind_of.url_name, args=[case.centre.number, case.reference])
