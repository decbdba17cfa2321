"""Entries for externally assessed units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit import actions as audit
from portal.catalogue.models import Part, Series, Unit, UnitKind
from portal.centres.models import Centre
from portal.errors import Refused
from portal.learners import watchers
from portal.learners.models import Entry, Registration, UnitChoice


@dataclass(frozen=True)
class EntryLine:
    registration_id: int
    unit_id: int
    series_id: str
    entered_on: date | None = None


@transaction.atomic
def enter(*, registration: Registration, unit: Unit, series: Series, by: Any, at: datetime) -> Entry:
    """Enter one learner for an external unit of their set in a series, today. Late or not, it counts at once.

    Raises Refused for a unit that the centre assesses, one outside the set, or an entry that stands already; and
    while a guard objects to an entry in the series in which the learner completes, on which a claim rests.
    """
    row = Registration.objects.select_for_update(of=("self",)).select_related("centre").get(pk=registration.pk)
    if unit.kind != UnitKind.EXTERNAL:
        raise Refused(f"{unit} is assessed by your centre, so it has no entry. Report its grade instead.", field="unit")
    if not UnitChoice.objects.filter(registration=row, unit=unit).exists():
        raise Refused(f"{unit} is not in the learner’s set of units. Change the set first.", field="unit")
    if Entry.objects.filter(registration=row, unit=unit, series=series).exists():
        raise Refused(f"The learner is entered for {unit} in {series.title} already.", code="entered", field="unit")
    if series.pk == row.series_id:
        watchers.ask([row.pk])
    entry = Entry.objects.create(
        centre=row.centre, registration=row, unit=unit, series=series, entered_on=clock.london_date(at)
    )
    watchers.changed([row.pk], at=at)
    data = {"unit": unit.number, "series": series.code}
    audit.record(verb="learners.entered", by=by, at=at, subject=row, centre=row.centre, data=data)
    return entry


@transaction.atomic
def save_entries(*, centre: Centre, lines: Sequence[EntryLine], by: Any, at: datetime, subject: Any = None) -> int:
    """Make many entries at once; those that stand already are left alone. Set-based; returns how many are new.

    Raises Refused for a registration of another centre or a unit that is not an external part of its qualification,
    and as `enter` does while a guard objects.
    """
    ids = sorted({line.registration_id for line in lines})
    rows = Registration.objects.filter(pk__in=ids, centre=centre)
    awards = dict(rows.values_list("pk", "programme__qualification_id"))
    completes = dict(rows.values_list("pk", "series_id"))
    external = Part.objects.filter(qualification__in=set(awards.values()), unit__kind=UnitKind.EXTERNAL)
    parts = set(external.values_list("qualification_id", "unit_id"))
    if any((awards.get(line.registration_id), line.unit_id) not in parts for line in lines):
        raise Refused("An entry in this list is not for an external unit of the learner’s qualification.")
    standing = set(Entry.objects.filter(registration__in=ids).values_list("registration_id", "unit_id", "series_id"))
    wanted = {(line.registration_id, line.unit_id, line.series_id): line for line in lines}
    new = [line for key, line in wanted.items() if key not in standing]
    watchers.ask({line.registration_id for line in new if line.series_id == completes[line.registration_id]})
    today = clock.london_date(at)
    Entry.objects.bulk_create([_entry(centre, line, today) for line in new], batch_size=500)
    if new:
        watchers.changed({line.registration_id for line in new}, at=at)
        data = {"new": len(new)}
        audit.record(verb="learners.entries_loaded", by=by, at=at, subject=subject or centre, centre=centre, data=data)
    return len(new)


def _entry(centre: Centre, line: EntryLine, today: date) -> Entry:
    return Entry(
        centre=centre,
        registration_id=line.registration_id,
        unit_id=line.unit_id,
        series_id=line.series_id,
        entered_on=line.entered_on or today,
    )
