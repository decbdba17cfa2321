"""Cases come into being."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.casework import kinds
from portal.casework.actions.locks import take_numbers
from portal.casework.models import Case, Task
from portal.casework.rules import reference
from portal.clock import london_date


@dataclass(frozen=True)
class Opening:
    """One case to open. `unit` and `series` name the component it is about, where there is one."""

    centre: Any
    learner: Any = None
    unit: Any = None
    series: Any = None


def open_case(
    *,
    kind: str,
    centre: Any,
    learner: Any = None,
    unit: Any = None,
    series: Any = None,
    by: Any,
    at: datetime,
    status: str | None = None,
) -> Case:
    """Open a case with a reference of its own, in the kind's first status unless another is given."""
    return open_many(kind=kind, openings=[Opening(centre, learner, unit, series)], by=by, at=at, status=status)[0]


@transaction.atomic
def open_many(
    *, kind: str, openings: Sequence[Opening], by: Any, at: datetime, status: str | None = None
) -> list[Case]:
    """Open cases in a few statements, in the order given; the same rules as for one."""
    known = kinds.kind(kind)
    begins = known.initial if status is None else status
    if begins not in known.moves or begins in known.closed:
        raise ValueError(f"A case of kind {kind} cannot begin as {begins}.")
    year = london_date(at).year
    numbers = take_numbers(prefix=known.prefix, year=year, count=len(openings))
    rows = [
        Case(
            reference=reference(prefix=known.prefix, year=year, number=number),
            kind=kind,
            status=begins,
            centre=one.centre,
            learner=one.learner,
            unit=one.unit,
            series=one.series,
            opened_at=at,
        )
        for number, one in zip(numbers, openings, strict=True)
    ]
    Case.objects.bulk_create(rows, batch_size=500)
    audit.record_many(audit.Act("casework.opened", by, at, row, row.centre, {"kind": kind}) for row in rows)
    return rows


def add_tasks(*, case: Case, tasks: dict[str, str], blocks: bool = True) -> None:
    """Give a case its checking tasks (key → words), inside the caller's transaction; known keys stay as they are."""
    rows = [Task(case=case, key=key, label=label, blocks=blocks) for key, label in tasks.items()]
    Task.objects.bulk_create(rows, ignore_conflicts=True)
