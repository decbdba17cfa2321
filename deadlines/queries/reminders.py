"""What is outstanding by when, at every centre at once: what reminders are planned from."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from deadlines.duties import Duty, Part, duties, parts, parts_of_all
from deadlines.models import KeyDate
from deadlines.queries.dates import dates_of, in_force
from deadlines.rules.calendar import london_date
from deadlines.rules.slots import HORIZON, TOLD_FROM, newest_slot, told_at
from portal.centres.models import Centre, CentreKind
from portal.centres.queries import recipients
from portal.centres.rules import Role


@dataclass(frozen=True)
class Work:
    """What of one duty is due on one day: how much each centre has left, and at which slot each nation stands."""

    duty: Duty
    key_date: KeyDate
    left: dict[int, int]
    details: dict[int, str]
    slots: dict[str, int | None]
    url_query: str


@dataclass(frozen=True)
class Person:
    """Somebody who may be told, with every role of those that are told at a centre."""

    user_id: int
    address: str
    roles: list[Role] = field(default_factory=list)


@dataclass(frozen=True)
class Told:
    """One person to be told of one duty at one slot: what a Reminder row is made of."""

    centre_id: int
    duty: str
    key_date_id: int
    slot: int
    address: str
    user_id: int
    count: int

    @property
    def key(self) -> tuple[int, str, int, int, str]:
        return self.centre_id, self.duty, self.key_date_id, self.slot, self.address


@dataclass(frozen=True)
class Situation:
    """Everything that reminders are planned from, read in a fixed number of queries."""

    work: list[Work]
    centres: dict[int, Centre]
    people: dict[int, dict[str, Person]]

    def left(self, *, centre_id: int, duty: str, key_date_id: int) -> int:
        """How much of a duty a centre still has to do; 0 also when the date is no longer in force."""
        found = (row for row in self.work if row.duty.key == duty and row.key_date.pk == key_date_id)
        return next((row.left.get(centre_id, 0) for row in found), 0)

    def work_of(self, *, duty: str, key_date_id: int) -> Work:
        return next(row for row in self.work if row.duty.key == duty and row.key_date.pk == key_date_id)

    def idle(self) -> int:
        """(centre, duty, slot) whose turn it is, with nothing left to do. A private candidate has no such duties."""
        schools = [centre for centre in self.centres.values() if centre.kind == CentreKind.SCHOOL]
        return sum(
            1
            for row in self.work
            for centre in schools
            if row.slots[centre.nation] is not None and not row.left.get(centre.pk)
        )

    def told(self) -> Iterator[Told]:
        """Everybody who is to be told of something whose turn it is."""
        for row in self.work:
            for centre_id, count in row.left.items():
                centre = self.centres.get(centre_id)
                slot = row.slots[centre.nation] if centre else None
                if count and slot is not None:
                    yield from self._told_of(row, centre_id, slot, count)

    def _told_of(self, row: Work, centre_id: int, slot: int, count: int) -> Iterator[Told]:
        people = self.people.get(centre_id, {})
        roles = told_at(slot, {role for person in people.values() for role in person.roles})
        for person in people.values():
            if roles.intersection(person.roles):
                yield Told(centre_id, row.duty.key, row.key_date.pk, slot, person.address, person.user_id, count)


def situation(*, as_of: datetime) -> Situation:
    """What is outstanding and who could be told, on the London date of an instant. No query per centre."""
    today = london_date(as_of)
    centres = Centre.objects.filter(suspended_at=None).in_bulk()
    nations = {centre.nation for centre in centres.values()}
    work = [_work(part, as_of, nations) for part in _open(today)]
    return Situation(work, centres, _people(today) if work else {})


def _open(today: date) -> Iterator[Part]:
    """Parts whose day is near. Dates far off are read as well: they say which part of a duty the near ones are."""
    keys = {key for duty in duties() for key in duty.key_dates}
    dated: QuerySet[KeyDate] = in_force().filter(key__in=keys).select_related("series").order_by("on", "id")
    by_series: dict[str, dict[str, KeyDate]] = defaultdict(dict)
    for row in dated:
        by_series[row.series_id][row.key] = row
    for dates in by_series.values():
        yield from (
            part for part in parts_of_all(dates) if part.key_date and today <= part.key_date.on <= today + HORIZON
        )


def _work(part: Part, as_of: datetime, nations: set[str]) -> Work:
    today, key_date = london_date(as_of), part.key_date
    found = part.outstanding(as_of=as_of, series=key_date.series)
    return Work(
        part.duty,
        key_date,
        {row.centre_id: row.count for row in found},
        {row.centre_id: row.detail for row in found},
        {nation: newest_slot(due_on=key_date.on, today=today, nation=nation) for nation in nations},
        part.url_query,
    )


def _people(today: date) -> dict[int, dict[str, Person]]:
    named = {role.value: role for role in TOLD_FROM}
    people: dict[int, dict[str, Person]] = {}
    for row in recipients(centre_ids=None, roles=list(named.values()), on=today):
        here = people.setdefault(row.centre_id, {})
        here.setdefault(row.email, Person(row.user_id, row.email)).roles.append(named[row.role])
    return people


def outstanding(*, duty: Duty, key_date: KeyDate, as_of: datetime, centre_id: int | None = None) -> dict[int, int]:
    """Centre → how much of a duty is left by the day a date stands for, at every centre or at one."""
    dates = dates_of(key_date.series_id) if duty.other_dates else {key_date.key: key_date}
    part = next((part for part in parts(duty, dates) if part.key_date == key_date), None)
    only: dict[str, Any] = {"centre_id": centre_id} if centre_id else {}
    found = part.outstanding(as_of=as_of, series=key_date.series, **only) if part else []
    return {row.centre_id: row.count for row in found}
