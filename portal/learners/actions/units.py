"""Which units make up a learner's award."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.catalogue.models import Part
from portal.centres.models import Centre
from portal.errors import Refused, Stale
from portal.learners import watchers
from portal.learners.models import Registration, UnitChoice


@transaction.atomic
def choose_units(
    *, registration: Registration, unit_ids: Collection[int], by: Any, at: datetime, version: int | None = None
) -> bool:
    """Make these the optional units of the set; mandatory ones are always in it. Returns whether the set changed.

    A set that does not come to the award's hours is saved: readiness says what is missing. Raises Refused for a unit
    that is no part of the qualification, or while a guard objects; Stale when `version` is old.
    """
    row = Registration.objects.select_for_update().get(pk=registration.pk)
    if version is not None and row.version != version:
        raise Stale("Somebody changed this set of units while you had the page open. Nothing was saved.")
    wanted = _whole_set(row, unit_ids)
    standing = set(UnitChoice.objects.filter(registration=row).values_list("unit_id", flat=True))
    added, removed = wanted - standing, standing - wanted
    if not added and not removed:
        return False
    watchers.ask([row.pk])
    UnitChoice.objects.filter(registration=row, unit__in=removed).delete()
    UnitChoice.objects.bulk_create([UnitChoice(registration=row, unit_id=unit) for unit in sorted(added)])
    row.version += 1
    row.save(update_fields=["version"])
    watchers.changed([row.pk], at=at)
    data = {"added": len(added), "removed": len(removed)}
    audit.record(verb="learners.units_chosen", by=by, at=at, subject=row, centre=row.centre, data=data)
    return True


def _whole_set(row: Registration, unit_ids: Collection[int]) -> set[int]:
    parts = dict(Part.objects.filter(qualification=row.programme.qualification_id).values_list("unit_id", "mandatory"))
    if not set(unit_ids) <= set(parts):
        raise Refused("A unit in this set is not part of the qualification.", code="foreign_unit", field="units")
    return set(unit_ids) | {unit for unit, mandatory in parts.items() if mandatory}


@transaction.atomic
def add_units(
    *,
    centre: Centre,
    choices: Collection[tuple[int, int]],
    by: Any,
    at: datetime,
    subject: Any = None,
    tell: bool = True,
) -> int:
    """Add units to sets, as pairs of registration id and unit id. Set-based; returns how many were added.

    With `tell=False` the caller tells the watchers in the same transaction, because it changes more about the same
    registrations. Raises Refused for a registration of another centre or a unit that is no part of its qualification.
    """
    ids = sorted({registration for registration, _ in choices})
    rows = Registration.objects.select_for_update(of=("self",)).filter(pk__in=ids, centre=centre)
    awards = dict(rows.order_by("pk").values_list("pk", "programme__qualification_id"))
    parts = set(Part.objects.filter(qualification__in=set(awards.values())).values_list("qualification_id", "unit_id"))
    if any((awards.get(registration), unit) not in parts for registration, unit in choices):
        raise Refused("A unit in this list is not part of the learner’s qualification.", code="foreign_unit")
    standing = set(UnitChoice.objects.filter(registration__in=ids).values_list("registration_id", "unit_id"))
    new = sorted(set(choices) - standing)
    if not new:
        return 0
    changed = {registration for registration, _ in new}
    watchers.ask(changed)
    UnitChoice.objects.bulk_create(
        [UnitChoice(registration_id=registration, unit_id=unit) for registration, unit in new], batch_size=500
    )
    if tell:
        watchers.changed(changed, at=at)
    data = {"units": len(new), "learners": len(changed)}
    audit.record(verb="learners.units_added", by=by, at=at, subject=subject or centre, centre=centre, data=data)
    return len(new)
