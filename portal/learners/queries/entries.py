"""What the rows of a file of entries would do."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Max

from portal.catalogue.models import Series, UnitKind
from portal.centres.models import Centre
from portal.intake.kinds import Change, Planned, Row
from portal.learners import watchers
from portal.learners.models import Entry, ResultRelease
from portal.learners.queries.roll import Registered
from portal.learners.queries.sheets import Reader, named_series
from portal.learners.queries.units import UnitRoll, named_unit, take_into_set
from portal.learners.rules.sheets import ENTRY_COLUMNS


class _EntryReader(Reader):
    headings = {column.key: column.heading for column in ENTRY_COLUMNS}


class _Known(UnitRoll):
    """What rows of entries are held against. A fixed number of queries, however many rows."""

    def __init__(self, centre: Centre, at: datetime) -> None:
        super().__init__(centre)
        self.series = {row.code: row for row in Series.objects.all()}
        entries = Entry.objects.filter(centre=centre)
        self.entries = set(entries.values_list("registration_id", "unit_id", "series_id"))
        out = ResultRelease.objects.filter(to_centres_at__lte=at).values_list("level")
        # Level → the latest series whose results are out.
        self.over = dict(out.annotate(latest=Max("series")))
        self.fixed = watchers.objections([row.pk for row in self.by_number.values()])


def plan_entries(*, centre: Centre, rows: Sequence[Row], at: datetime) -> list[Planned]:
    """Entries that stand are unchanged. A series whose results are out takes no new ones.

    An entry for an optional unit takes the unit into the learner's set.
    """
    known = _Known(centre, at)
    return [_plan(_EntryReader(row), known) for row in rows]


def _plan(reader: Reader, known: _Known) -> Planned:
    found = named_unit(reader, known, UnitKind.EXTERNAL)
    if found is None:
        return Planned(about=reader.cell("candidate_number"), faults=reader.faults)
    registration, part = found
    series = _series(reader, known, registration)
    new = (registration.pk, part.unit_id, series) not in known.entries
    adds = part.unit_id not in known.sets[registration.pk]
    if not reader.faults:
        take_into_set(reader, known, registration, part)
        _check_to_come(reader, known, registration, series if new else "")
        _check_free(reader, known, registration, adds or (new and series == registration.series))
    return Planned(
        key=f"{registration.pk}/{part.unit_id}/{series}",
        about=f"{registration.candidate_number} {registration.learner}: {part.unit}, {series}",
        is_new=new,
        values={
            "registration": registration.pk,
            "unit": part.unit_id,
            "series": series,
            "adds": adds,
        },
        changes=[Change("Set of units", "Not in the set", "In the set")] if adds and not new else [],
        faults=reader.faults,
    )


def _series(reader: Reader, known: _Known, registration: Registered) -> str:
    """The series of the entry; the one in which the learner completes where the row names none."""
    if not reader.cell("series"):
        return registration.series
    found = named_series(reader, known.series)
    return found.code if found else ""


def _check_to_come(reader: Reader, known: _Known, registration: Registered, series: str) -> None:
    """The series is not over at the learner's level: neither its own results are out nor those of a later one."""
    if series and series <= known.over.get(known.awards[registration.qualification].level, ""):
        reason = f"{known.series[series]} is over, so nobody can be entered for it."
        reader.fault("series", reason, "Name a series whose results are still to come.")


def _check_free(reader: Reader, known: _Known, registration: Registered, touches: bool) -> None:
    """A claim rests on the set and on the entries of the series in which the learner completes."""
    if touches and registration.pk in known.fixed:
        reader.fault("unit", known.fixed[registration.pk], "Take this row out, or undo the claim first.")
