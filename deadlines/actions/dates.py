"""Setting calendar dates. A date is superseded by a new row, never edited."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from deadlines.actions.telling import tell_of_date
from deadlines.models import DateStatus, KeyDate
from deadlines.rules.calendar import london_date
from portal.audit.actions import record
from portal.catalogue.models import Series
from portal.errors import Refused, Stale
from portal.web.words import day

_TEXTS = ("title", "audience", "consequence", "source", "quotation", "confidence", "status", "happens")
_LISTS = ("families", "levels")
_SEASONS = {"05": "On-screen tests, May", "01": "January", "06": "Summer", "11": "November"}
FROM_FILE = "The list of key dates was changed."


@dataclass
class LoadedDates:
    """How many dates were added, put in the place of another, or left alone."""

    new: int = 0
    superseded: int = 0
    unchanged: int = 0


@transaction.atomic
def load_key_dates(*, rows: Iterable[dict[str, Any]], at: datetime) -> LoadedDates:
    """Bring the key dates to what a data file says; loading the same file again changes nothing.

    A row that was loaded before and superseded since (by staff) is not brought back. Series are made where they are
    missing. Raises KeyError for a row that lacks a field.
    """
    wanted = [_from_file(row) for row in rows]
    _series_of(wanted)
    stored: dict[tuple[str, str], list[KeyDate]] = {}
    for kept in KeyDate.objects.order_by("id"):
        stored.setdefault((kept.key, kept.series_id), []).append(kept)
    loaded = LoadedDates()
    for row in wanted:
        _load(row, stored.get((row.key, row.series_id), []), loaded, at)
    if loaded.new or loaded.superseded:
        counts = {"new": loaded.new, "superseded": loaded.superseded}
        record(verb="deadlines.dates_loaded", by=None, at=at, subject=None, data=counts)
    return loaded


def _from_file(row: dict[str, Any]) -> KeyDate:
    plain = {name: row[name] for name in (*_TEXTS, *_LISTS)}
    return KeyDate(key=row["key"], series_id=row["series"], on=date.fromisoformat(row["on"]), **plain)


def _series_of(rows: Iterable[KeyDate]) -> None:
    for code in sorted({row.series_id for row in rows}):
        year, _, month = code.partition("-")
        Series.objects.get_or_create(code=code, defaults={"title": f"{_SEASONS[month]} {year}"})


def _load(row: KeyDate, kept: list[KeyDate], loaded: LoadedDates, at: datetime) -> None:
    if any(_says_the_same(row, other) for other in kept):
        loaded.unchanged += 1
        return
    current = next((other for other in kept if other.status != DateStatus.SUPERSEDED), None)
    if current is None:
        row.save(force_insert=True)
        loaded.new += 1
    else:
        _replace(current, row, reason=FROM_FILE, by=None, at=at)
        loaded.superseded += 1


def _says_the_same(row: KeyDate, other: KeyDate) -> bool:
    """Compared without the status where the other one was superseded: that is how it ended, not what it said."""
    names: tuple[str, ...] = ("on", *_TEXTS, *_LISTS)
    if other.status == DateStatus.SUPERSEDED:
        names = tuple(name for name in names if name != "status")
    return all(getattr(row, name) == getattr(other, name) for name in names)


@transaction.atomic
def supersede_key_date(*, key_date: KeyDate, on: date, reason: str, by: Any, at: datetime) -> KeyDate:
    """Put another date in the place of a key date; both rows keep who, when and why. Returns the new row.

    Refused without a reason, for the same date, for a day that is over; Stale when somebody was quicker.
    """
    current = KeyDate.objects.select_for_update().get(pk=key_date.pk)
    check_can_supersede(current, on=on, reason=reason, at=at)
    row = KeyDate(
        key=current.key,
        series_id=current.series_id,
        on=on,
        **{name: getattr(current, name) for name in (*_TEXTS, *_LISTS)},
    )
    row.source = f"Set by the awarding organisation on {day(at)}"
    row.quotation, row.confidence, row.status = "", "source", DateStatus.CONFIRMED
    _replace(current, row, reason=reason.strip(), by=by, at=at)
    data = {"key": row.key, "series": row.series_id, "was": current.on.isoformat(), "on": on.isoformat()}
    record(verb="deadlines.date_superseded", by=by, at=at, subject=row, data=data)
    return row


def check_can_supersede(current: KeyDate, *, on: date, reason: str, at: datetime) -> None:
    """Refused without a reason, for the same date, for a day that is over; Stale for a date no longer in force."""
    if current.status == DateStatus.SUPERSEDED:
        raise Stale("Somebody else has changed this date since you opened the page. Open the new date and check it.")
    if not reason.strip():
        raise Refused("Give the reason: centres see it beside the new date.", code="reason", field="reason")
    if on == current.on:
        raise Refused(f"{day(on)} is the date already. Give another one.", code="same", field="on")
    if on < london_date(at):
        raise Refused(
            f"{day(on)} is over. A new date that is already past would make centres late: give today or a later day.",
            code="past",
            field="on",
        )


def _replace(current: KeyDate, row: KeyDate, *, reason: str, by: Any, at: datetime) -> None:
    """The old row steps down before the new one stands: only one may be in force."""
    who = {"reason": reason, "changed_by": by, "changed_at": at}
    KeyDate.objects.filter(pk=current.pk).update(status=DateStatus.SUPERSEDED, **who)
    for name, value in who.items():
        setattr(row, name, value)
    row.save(force_insert=True)
    KeyDate.objects.filter(pk=current.pk).update(superseded_by=row)
    if row.on != current.on:
        tell_of_date(was=current, row=row, at=at)
