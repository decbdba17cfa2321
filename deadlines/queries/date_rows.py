"""What each row of a spreadsheet of key dates would do."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from deadlines.models import DateProposal, DateStatus, KeyDate, ProposalStatus
from deadlines.rules.calendar import london_date
from deadlines.rules.date_sheet import COLUMNS, SERIES_CODE
from portal.catalogue.models import Series
from portal.catalogue.rules import content
from portal.intake.kinds import CellFault, Change, Planned, Row
from portal.intake.rules import nearest, read_date
from portal.web.words import day

_HEADINGS = {column.key: column.heading for column in COLUMNS}
_WORDING = ("title", "audience", "consequence")


def plan_dates(*, rows: Sequence[Row], at: datetime) -> list[Planned]:
    """A plan for each row, in their order, in three queries: a new date, a change to propose, nothing, or faults."""
    keys = {row.cells["key"] for row in rows}
    current = {
        (row.key, row.series_id): row
        for row in KeyDate.objects.filter(key__in=keys).exclude(status=DateStatus.SUPERSEDED)
    }
    waiting = {
        row.key_date_id: row for row in DateProposal.objects.filter(status=ProposalStatus.OPEN, key_date__key__in=keys)
    }
    series = set(Series.objects.values_list("code", flat=True))
    planned = [_plan(row, current, waiting, series, london_date(at)) for row in rows]
    return _once_each(rows, planned)


def _plan(
    row: Row, current: dict[tuple[str, str], KeyDate], waiting: dict[int, DateProposal], series: set[str], today: date
) -> Planned:
    cells = row.cells
    plan = Planned(key=f"{cells['key']} {cells['series']}", about=cells["title"] or cells["key"])
    on = read_date(cells["on"])
    plan.faults += _unreadable(cells, on, series)
    if plan.faults or on is None:
        return plan
    held = current.get((cells["key"], cells["series"]))
    if held is None:
        _plan_new(plan, cells, on, today)
    else:
        plan.about = held.title
        _plan_held(plan, cells, on, held, waiting.get(held.pk), today)
    return plan


def _unreadable(cells: dict[str, str], on: date | None, series: set[str]) -> list[CellFault]:
    faults = []
    if not cells["key"] or len(cells["key"]) > 40:
        faults.append(_fault("key", cells, "A date is known by its key.", "Give a key such as claims.full_award."))
    if cells["series"] not in series or not SERIES_CODE.fullmatch(cells["series"]):
        near = nearest(cells["series"], series)
        hint = f"Is it {near}?" if near else "Write it as 2024-06."
        faults.append(_fault("series", cells, "There is no such series.", hint))
    if on is None:
        faults.append(_fault("on", cells, "This is not a date.", "Write it as 05/07/2024 or 2024-07-05."))
    return faults


def _plan_new(plan: Planned, cells: dict[str, str], on: date, today: date) -> None:
    plan.is_new = True
    plan.faults += [
        _fault(key, cells, "A new date needs it.", f"Fill in “{_HEADINGS[key]}”.")
        for key in ("title", "audience", "source")
        if not cells[key]
    ]
    plan.faults += [*_too_long(cells), *_over(cells, on, today)]
    families, unknown = _families(cells["families"])
    if unknown:
        plan.faults.append(
            _fault(
                "families",
                cells,
                f"“{unknown}” is no family of qualifications.",
                "Use the codes of the qualification list, with semicolons between them.",
                nearest(unknown, content().families),
            )
        )
    plan.values = {"new": True, **_plain(cells), "on": on.isoformat(), "families": families}


def _plan_held(
    plan: Planned, cells: dict[str, str], on: date, held: KeyDate, waiting: DateProposal | None, today: date
) -> None:
    plan.faults += [
        _fault(
            key,
            cells,
            f"The date in force says “{getattr(held, key) or 'nothing'}”. A file moves dates and changes no wording.",
            "Leave this cell empty, or as it is now.",
        )
        for key in _WORDING
        if cells[key] and cells[key] != getattr(held, key)
    ]
    if on == held.on:
        return
    plan.changes.append(Change(_HEADINGS["on"], day(held.on), day(on)))
    plan.faults += _over(cells, on, today)
    if not cells["reason"]:
        fix = "Give the reason: centres see it beside the new date."
        plan.faults.append(_fault("reason", cells, "A moved date needs a reason.", fix))
    if waiting:
        words = f"A move to {day(waiting.on)} waits for a second person."
        plan.faults.append(_fault("on", cells, words, "Have it decided first."))
    plan.values = {"new": False, "key_date": held.pk, "on": on.isoformat(), "reason": cells["reason"][:300]}


def _over(cells: dict[str, str], on: date, today: date) -> list[CellFault]:
    if on >= today:
        return []
    return [_fault("on", cells, f"{day(on)} is over: it would make centres late.", "Give today or a later day.")]


def _too_long(cells: dict[str, str]) -> list[CellFault]:
    return [
        _fault(key, cells, f"This is longer than {most} signs.", "Shorten it.")
        for key, most in (("title", 160), ("audience", 120), ("consequence", 300), ("source", 300))
        if len(cells[key]) > most
    ]


def _families(cell: str) -> tuple[list[str], str]:
    """The codes of a cell, and the first that is none."""
    codes = [code.strip() for code in cell.replace(",", ";").split(";") if code.strip()]
    return codes, next((code for code in codes if code not in content().families), "")


def _plain(cells: dict[str, str]) -> dict[str, Any]:
    return {key: cells[key] for key in ("key", "series", "title", "audience", "consequence", "source")}


def _fault(key: str, cells: dict[str, str], reason: str, fix: str, use: str = "") -> CellFault:
    return CellFault(key, _HEADINGS[key], cells[key][:200], reason, fix, use)


def _once_each(rows: Sequence[Row], planned: list[Planned]) -> list[Planned]:
    """Two rows about one date: the later one is refused."""
    first: dict[str, int] = {}
    for row, plan in zip(rows, planned, strict=True):
        line = first.setdefault(plan.key, row.line)
        if line != row.line:
            words = f"Row {line} is about the same date."
            plan.faults.append(_fault("key", row.cells, words, "Keep one of the two rows."))
    return planned
