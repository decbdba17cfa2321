"""A file of results, boundaries or overall grades: received, looked at, and used or discarded."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.centres.models import Centre
from portal.errors import Refused
from portal.intake.actions import staff_files
from portal.intake.kinds import NEW, REFUSED, Row
from portal.intake.rules import map_headings, read_table
from portal.intake.rules.headings import known
from portal.learners.actions.papers import PaperLine, load_papers
from portal.learners.actions.results import AwardLine, ResultLine, load_award_results, load_results
from portal.learners.models import ResultFile, ResultFileStatus
from portal.learners.queries.result_rows import plan_results
from portal.learners.rules.result_sheets import AWARDS, BOUNDARIES, COLUMNS, RESULTS, needs


@dataclass(frozen=True)
class Loaded:
    """What using a file did. With `moved` above nought it did nothing: that many rows mean something else by now."""

    new: int = 0
    refused: int = 0
    moved: int = 0


@transaction.atomic
def receive_results(*, kind: str, filename: str, content: bytes, by: Any, at: datetime) -> ResultFile:
    """Read a file and keep what each row would do. Raises Unreadable with every fault of the file as a whole."""
    columns = COLUMNS[kind]
    table = read_table(content, matches=lambda headings: known(headings, columns))
    mapped = map_headings(table.headings, columns=columns, needs=needs(kind))
    rows = [
        Row(line, staff_files.cells_of(cells, columns=columns, places=mapped.columns)) for line, cells in table.rows
    ]
    return ResultFile.objects.create(
        **staff_files.identity(filename=filename, content=content),
        kind=kind,
        rows=_planned(kind, rows),
        ignored=list(mapped.ignored),
        received_at=at,
        received_by=by,
    )


@transaction.atomic
def use_results(*, file: ResultFile, by: Any, at: datetime) -> Loaded:
    """Load what the good rows say, for every centre or for none; refused rows are left out.

    The rows are planned again. When one would do something else than the page showed, nothing is done: the rows are
    kept as they are now, to be looked at again. Refused when there is nothing to do; Stale when the file is closed.
    """
    held = staff_files.held(file)
    rows, moved = staff_files.planned_anew(held.rows, lambda rows: _planned(held.kind, rows))
    if moved:
        held.rows = rows
        held.save(update_fields=["rows"])
        return Loaded(moved=moved)
    new = [row["values"] for row in rows if row["outcome"] == NEW]
    if not new:
        raise Refused("No row of this file is new, so there is nothing to do.", code="nothing")
    _LOAD[held.kind](_wanted(held.kind, rows), by, at, held)
    staff_files.close(held, ResultFileStatus.USED, at=at)
    done = Loaded(len(new), staff_files.counts_of(rows)[REFUSED])
    data = {"digest": held.digest, "kind": held.kind, "new": done.new, "refused": done.refused}
    audit.record(verb="learners.result_file_used", by=by, at=at, subject=held, data=data)
    return done


@transaction.atomic
def discard_results(*, file: ResultFile, by: Any, at: datetime) -> None:
    """Leave a file unused. Stale when it is closed already."""
    staff_files.discard(file, verb="learners.result_file_discarded", by=by, at=at)


def _wanted(kind: str, rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is handed to the loading: the new rows; of boundaries all, for a paper is loaded whole or not at all."""
    if kind != BOUNDARIES:
        return [row["values"] for row in rows if row["outcome"] == NEW]
    if any(row["outcome"] == REFUSED for row in rows):
        raise Refused("Correct the refused rows and upload the file again: a paper needs all of its boundaries.")
    return [row["values"] for row in rows]


def _planned(kind: str, rows: list[Row]) -> staff_files.StoredRows:
    return staff_files.stored_rows(rows, plan_results(kind=kind, rows=rows))


# --- loading, kind by kind ---


def _by_centre(values: Sequence[dict[str, Any]]) -> list[tuple[Centre, list[dict[str, Any]]]]:
    """The rows of each centre, centres in order, so that two files lock them one after the other."""
    groups: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in values:
        groups[row["centre"]].append(row)
    return [(centre, groups[centre.pk]) for centre in Centre.objects.filter(pk__in=groups).order_by("pk")]


def _load_marks(values: Sequence[dict[str, Any]], by: Any, at: datetime, file: ResultFile) -> None:
    for centre, rows in _by_centre(values):
        lines = [
            ResultLine(row["registration"], row["unit"], row["series"], row["grade"], at, row["mark"]) for row in rows
        ]
        load_results(centre=centre, lines=lines, by=by, at=at, subject=file)


def _load_awards(values: Sequence[dict[str, Any]], by: Any, at: datetime, file: ResultFile) -> None:
    for centre, rows in _by_centre(values):
        lines = [AwardLine(row["registration"], row["series"], row["grade"]) for row in rows]
        load_award_results(centre=centre, lines=lines, by=by, at=at, subject=file)


def _load_boundaries(values: Sequence[dict[str, Any]], by: Any, at: datetime, file: ResultFile) -> None:
    papers: dict[tuple[int, str], list[dict[str, Any]]] = defaultdict(list)
    for row in values:
        papers[row["unit"], row["series"]].append(row)
    load_papers(lines=[_paper(rows) for rows in papers.values()], by=by, at=at)


def _paper(rows: Sequence[dict[str, Any]]) -> PaperLine:
    first = rows[0]
    if any((row["max_mark"], row["sat_on"]) != (first["max_mark"], first["sat_on"]) for row in rows):
        raise Refused("Rows about one unit and series differ in the highest mark or the day. Make them the same.")
    return PaperLine(
        unit_id=first["unit"],
        series_id=first["series"],
        max_mark=first["max_mark"],
        sat_on=date.fromisoformat(first["sat_on"]) if first["sat_on"] else None,
        boundaries={row["grade"]: row["mark"] for row in rows},
    )


_LOAD = {RESULTS: _load_marks, BOUNDARIES: _load_boundaries, AWARDS: _load_awards}
