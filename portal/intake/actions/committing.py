"""What committing a file and taking a program's rows have in common. To be called inside their transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from portal.audit import actions as audit
from portal.centres.models import Centre
from portal.errors import Refused
from portal.intake.kinds import Sheet
from portal.intake.models import Upload, UploadStatus


def hold_centre(centre_id: int) -> None:
    """Hold a centre against other imports; entries and pages of the centre go on."""
    Centre.objects.select_for_update(no_key=True).get(pk=centre_id)


def hold_inputs(chosen: Sheet, centre: Centre) -> None:
    """Hold what the plan reads, so that it still holds when it is carried out."""
    if chosen.lock:
        chosen.lock(centre=centre)


def carry_out(chosen: Sheet, upload: Upload, good: Sequence[dict[str, Any]], *, by: Any, at: datetime) -> None:
    """Do what the good rows say. Raises Refused when somebody saved the same rows at the same moment."""
    try:
        with transaction.atomic():
            chosen.commit(upload=upload, values=good, by=by, at=at)
    except IntegrityError:
        raise Refused(
            "Somebody saved the same rows at the same moment. Nothing was committed: look again and commit.",
            code="collision",
        ) from None


def close(upload: Upload, counts: dict[str, int], *, good_rows_only: bool, by: Any, at: datetime) -> None:
    """The upload is committed, and the centre's chain says so."""
    upload.status, upload.committed_at = UploadStatus.COMMITTED, at
    upload.good_rows_only, upload.counts = good_rows_only, counts
    upload.save(update_fields=["status", "committed_at", "good_rows_only", "counts"])
    data = {"kind": upload.kind, "digest": upload.digest, **counts}
    audit.record(verb="intake.committed", by=by, at=at, subject=upload, centre=upload.centre, data=data)
