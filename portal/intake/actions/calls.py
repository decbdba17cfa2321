"""Rows from a program: planned and committed by the same plan and the same commit as a file of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction

from portal.centres.models import Centre
from portal.intake.actions.committing import carry_out, close, hold_centre, hold_inputs
from portal.intake.kinds import sheet
from portal.intake.models import Outcome, StagedRow, Upload
from portal.intake.queries import Looked, look_at_rows


@dataclass(frozen=True)
class Taken:
    """What a program's rows did. Not `committed`: a row is refused, or all are, and nothing was stored."""

    looked: Looked
    committed: bool


@transaction.atomic
def take_rows(
    *,
    centre: Centre,
    kind: str,
    name: str,
    rows: Sequence[Mapping[str, str]],
    good_rows_only: bool,
    by: Any,
    at: datetime,
) -> Taken:
    """Commit rows of a sheet, each a mapping of column keys to texts: all of them, or with `good_rows_only` the good.

    `name` says where they came from. An upload is kept as for a file, so that what rests on it can be traced.
    """
    chosen = sheet(kind)
    hold_centre(centre.pk)
    hold_inputs(chosen, centre)
    looked = look_at_rows(centre=centre, kind=kind, rows=rows, at=at)
    if not looked.good or (looked.counts["refused"] and not good_rows_only):
        return Taken(looked, committed=False)
    upload = _upload(centre, kind, name, rows, looked, by, at)
    carry_out(chosen, upload, looked.good, by=by, at=at)
    close(upload, looked.counts, good_rows_only=good_rows_only, by=by, at=at)
    return Taken(looked, committed=True)


def _upload(
    centre: Centre,
    kind: str,
    name: str,
    rows: Sequence[Mapping[str, str]],
    looked: Looked,
    by: Any,
    at: datetime,
) -> Upload:
    """The upload, with the refused rows alone: what is committed stands where it belongs."""
    upload = Upload.objects.create(
        centre=centre,
        kind=kind,
        filename=name[:255],
        digest=sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest(),
        headings=looked.headings,
        received_at=at,
        by=by,
    )
    refused = [row for row in looked.rows if row.outcome == Outcome.REFUSED]
    for row in refused:
        row.upload = upload
    StagedRow.objects.bulk_create(refused, batch_size=1000)
    return upload
