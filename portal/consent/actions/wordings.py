"""Loading the words that are put to learners from the data file."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from portal.audit.actions import record
from portal.consent.models import Wording
from portal.errors import Refused


@transaction.atomic
def load_wordings(*, rows: list[dict[str, Any]], at: datetime) -> int:
    """Add the wordings that are not there yet; how many. One that says something else than before is refused:
    consents point at the words that were read, so a change is a new version."""
    known = {row.version: row for row in Wording.objects.all()}
    for row in rows:
        there = known.get(row["version"])
        if there is not None and there.content != row["content"]:
            raise Refused(f"Wording {row['version']} may be in use. Give the changed words a new version.")
    fresh = [_wording(row) for row in rows if row["version"] not in known]
    Wording.objects.bulk_create(fresh)
    if fresh:
        record(verb="consent.wordings_loaded", by=None, at=at, subject=None, data={"new": len(fresh)})
    return len(fresh)


def _wording(row: dict[str, Any]) -> Wording:
    return Wording(**{**row, "in_force_from": date.fromisoformat(row["in_force_from"])})
