"""Registrations of learners on a centre's programmes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit import actions as audit
from portal.catalogue.models import Part
from portal.centres.models import Centre
from portal.errors import Refused
from portal.learners import watchers
from portal.learners.actions.people import Saved
from portal.learners.models import Learner, Programme, Registration, UnitChoice
from portal.learners.rules import check_registration_number


@dataclass(frozen=True)
class RegistrationLine:
    """A learner on a programme, expected to complete in a series. `number` is the awarding organisation's."""

    learner_id: int
    programme_id: int
    series_id: str
    number: str
    registered_on: date | None = None


@transaction.atomic
def save_registrations(
    *, centre: Centre, lines: Sequence[RegistrationLine], by: Any, at: datetime, subject: Any = None
) -> Saved:
    """Add registrations, or change the series in which standing ones complete. Set-based.

    A new registration gets every mandatory unit. Raises Refused for a learner or programme of another centre, a
    number that is in use, a learner who is on the programme already, or a standing number for another learner.
    """
    for line in lines:
        check_registration_number(line.number)
    _check_own(centre, lines)
    numbers = [line.number for line in lines]
    stored = {row.number: row for row in Registration.objects.select_for_update().filter(number__in=numbers)}
    new = [line for line in lines if line.number not in stored]
    changed = [row for line in lines if (row := stored.get(line.number)) and _moved(row, line, centre)]
    watchers.ask([row.pk for row in changed])
    _check_once(new)
    rows = [_new(centre, line, at) for line in new]
    Registration.objects.bulk_create(rows, batch_size=500)
    Registration.objects.bulk_update(changed, ["series", "version"], batch_size=500)
    _take_mandatory(rows)
    if rows or changed:
        watchers.changed([row.pk for row in [*rows, *changed]], at=at)
        data = {"new": len(rows), "changed": len(changed)}
        audit.record(verb="learners.registered", by=by, at=at, subject=subject or centre, centre=centre, data=data)
    return Saved(len(rows), len(changed))


def _check_own(centre: Centre, lines: Sequence[RegistrationLine]) -> None:
    learners = set(Learner.objects.filter(centre=centre).values_list("pk", flat=True))
    programmes = set(Programme.objects.filter(centre=centre).values_list("pk", flat=True))
    if not {line.learner_id for line in lines} <= learners:
        raise Refused("A learner in this list is not one of your centre.", code="foreign")
    if not {line.programme_id for line in lines} <= programmes:
        raise Refused("Your centre is not approved for a qualification in this list.", code="foreign")


def _check_once(lines: Sequence[RegistrationLine]) -> None:
    pairs = {(line.learner_id, line.programme_id) for line in lines}
    standing = Registration.objects.filter(learner__in={line.learner_id for line in lines})
    taken = pairs & set(standing.values_list("learner_id", "programme_id"))
    if taken or len(pairs) < len(lines):
        raise Refused("A learner in this list is registered for the qualification already.", code="taken")
    if len({line.number for line in lines}) < len(lines):
        raise Refused("A registration number stands twice in this list.", code="taken", field="number")


def _moved(row: Registration, line: RegistrationLine, centre: Centre) -> bool:
    """Put the line's series onto the standing row; say whether that changed anything."""
    if row.centre_id != centre.pk:
        raise Refused(f"The registration number {line.number} cannot be used.", code="taken", field="number")
    if (row.learner_id, row.programme_id) != (line.learner_id, line.programme_id):
        raise Refused(
            f"The registration number {line.number} belongs to another learner or qualification.", code="taken"
        )
    moved = row.series_id != line.series_id
    row.series_id = line.series_id
    row.version += moved
    return moved


def _new(centre: Centre, line: RegistrationLine, at: datetime) -> Registration:
    return Registration(
        centre=centre,
        learner_id=line.learner_id,
        programme_id=line.programme_id,
        series_id=line.series_id,
        number=line.number,
        registered_on=line.registered_on or clock.london_date(at),
    )


def _take_mandatory(rows: Sequence[Registration]) -> None:
    programmes = Programme.objects.filter(pk__in={row.programme_id for row in rows})
    awards = dict(programmes.values_list("pk", "qualification_id"))
    units: dict[int, list[int]] = {}
    for award, unit in Part.objects.filter(qualification__in=awards.values(), mandatory=True).values_list(
        "qualification_id", "unit_id"
    ):
        units.setdefault(award, []).append(unit)
    choices = [
        UnitChoice(registration=row, unit_id=unit) for row in rows for unit in units.get(awards[row.programme_id], [])
    ]
    UnitChoice.objects.bulk_create(choices, batch_size=500)
