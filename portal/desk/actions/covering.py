"""Who covers for whom. What somebody looks after stays theirs; a cover is read wherever that is asked."""

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from portal.audit import actions as audit
from portal.centres.queries import staff_capabilities, staff_roles_of
from portal.centres.rules import STAFF_PEOPLE_MANAGE
from portal.clock import london_date
from portal.desk.models import Cover
from portal.desk.rules import Days, check_cover, check_days
from portal.errors import Refused
from portal.notices import actions as notices


@transaction.atomic
def record_cover(*, away: Any, cover: Any, from_on: date, to_on: date, by: Any, at: datetime) -> Cover:
    """Record that a colleague covers for somebody from the first London day to the last, and tell the colleague.

    By the person who is away or an administrator. Both people are locked, so that of two covers recorded at once
    the second is judged against the first. Raises Refused.
    """
    _check_arranges(away, by, at)
    check_days(from_on=from_on, to_on=to_on, today=london_date(at))
    _lock_people(away, cover)
    standing = Cover.objects.not_over(on=from_on).select_related("away", "cover")
    wanted = Days(away.pk, away.name, cover.pk, cover.name, from_on, to_on)
    check_cover(wanted, standing=[row.days for row in standing])
    _check_same_work(away, cover, on=max(from_on, london_date(at)))
    days = {"from_on": from_on, "to_on": to_on}
    row = Cover.objects.create(away=away, cover=cover, recorded_by=by, recorded_at=at, **days)
    _tell(row, at=at)
    data = {"away": away.pk, "cover": cover.pk, "from_on": from_on, "to_on": to_on}
    audit.record(verb="desk.cover_recorded", by=by, at=at, subject=row, data=data)
    return row


@transaction.atomic
def end_cover(*, cover: Cover, by: Any, at: datetime) -> None:
    """End a cover before its last day, at once. Raises Refused when it has ended, or for somebody else's."""
    _check_arranges(cover.away, by, at)
    if not Cover.objects.not_over(on=london_date(at)).filter(pk=cover.pk).update(ended_at=at, ended_by=by):
        raise Refused("This cover has ended already.", code="ended")
    audit.record(verb="desk.cover_ended", by=by, at=at, subject=cover)


def _check_arranges(away: Any, by: Any, at: datetime) -> None:
    if by.pk != away.pk and STAFF_PEOPLE_MANAGE not in staff_capabilities(user=by, on=london_date(at)):
        raise Refused(f"Only {away.name} or an administrator can arrange this.", code="permission", field="away")


def _lock_people(*people: Any) -> None:
    """Hold the people in the order of their ids, whoever is away and whoever covers."""
    rows = get_user_model()._default_manager.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in people])
    if any(not (row.is_active and row.is_staff) for row in rows.order_by("pk")):
        raise Refused("Both must be staff whose account is on.", code="inactive", field="cover")


def _check_same_work(away: Any, cover: Any, *, on: date) -> None:
    """Whoever covers could do some of the work themselves; a cover lends nobody a permission."""
    if not set(staff_roles_of(user=away, on=on)) & set(staff_roles_of(user=cover, on=on)):
        raise Refused(
            f"{cover.name} has no role in common with {away.name}, and so could not do the work.",
            code="role",
            field="cover",
        )


def _tell(row: Cover, *, at: datetime) -> None:
    page = settings.BASE_URL + reverse("admin:desk_cover_changelist")
    notices.queue(
        kind="cover",
        dedupe_key=f"desk.cover:{row.pk}",
        address=row.cover.email,
        user=row.cover,
        at=at,
        template="cover",
        context={"away": row.away, "from_on": row.from_on, "to_on": row.to_on, "url": page},
    )
