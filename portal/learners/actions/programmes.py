"""Programmes: approved for a centre, and released by standards verification."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.audit.actions import Act
from portal.catalogue.models import Qualification
from portal.centres.models import Centre
from portal.errors import Refused
from portal.learners import watchers
from portal.learners.models import Programme, Registration


@transaction.atomic
def approve_programmes(
    *, centre: Centre, qualifications: Sequence[Qualification], by: Any, at: datetime, needs_release: bool = True
) -> list[Programme]:
    """Approve a centre to run qualifications. Those approved before stand as they are.

    `needs_release`: claims wait until standards verification releases the programme.
    """
    wanted = [
        Programme(centre=centre, qualification=qualification, needs_release=needs_release)
        for qualification in qualifications
    ]
    before = Programme.objects.filter(centre=centre).count()
    Programme.objects.bulk_create(wanted, ignore_conflicts=True)
    new = Programme.objects.filter(centre=centre).count() - before
    if new:
        audit.record(
            verb="learners.programmes_approved", by=by, at=at, subject=centre, centre=centre, data={"count": new}
        )
    rows = Programme.objects.filter(centre=centre, qualification__in=qualifications).order_by("pk")
    return list(rows.select_related("qualification"))


def release_programme(*, programme: Programme, by: Any, at: datetime) -> None:
    """Release one programme after standards verification; its learners become claimable. Refused when it is already."""
    if release_programmes(programmes=[programme], by=by, at=at) == 0:
        raise Refused("This programme is released already.", code="released")


@transaction.atomic
def release_programmes(*, programmes: Sequence[Programme], by: Any, at: datetime) -> int:
    """Release several programmes; those released before are left alone. Returns how many were released."""
    waiting = list(
        Programme.objects.select_for_update(of=("self",))
        .filter(pk__in=[row.pk for row in programmes], released_at=None)
        .select_related("centre", "qualification")
        .order_by("pk")
    )
    for row in waiting:
        row.released_at, row.released_by = at, by
    Programme.objects.bulk_update(waiting, ["released_at", "released_by"])
    ids = list(Registration.objects.filter(programme__in=waiting).values_list("pk", flat=True))
    if ids:
        watchers.changed(ids, at=at)
    audit.record_many(
        Act("learners.programme_released", by, at, row, row.centre, {"qualification": row.qualification.code})
        for row in waiting
    )
    return len(waiting)
