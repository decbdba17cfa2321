"""The tracker as a document for programs."""

from typing import Any

from claims.models import Readiness
from claims.queries.tracker import COUNTED
from portal.catalogue.models import Series
from portal.centres.models import Centre


def tracker_document(*, centre: Centre, series: Series) -> dict[str, Any]:
    """Counts by state, and a row for each counted registration with its reasons."""
    rows = list(
        Readiness.objects.filter(centre=centre, series=series, state__in=[state.value for state in COUNTED])
        .select_related("registration")
        .order_by("candidate_number", "registration_id")
    )
    counts = {state.value: sum(row.state == state.value for row in rows) for state in COUNTED}
    return {"centre": centre.number, "series": series.code, **counts, "rows": [_row(row) for row in rows]}


def _row(row: Readiness) -> dict[str, Any]:
    return {
        "registration": row.registration.number,
        "candidate_number": row.candidate_number,
        "programme": row.programme_title,
        "state": row.state,
        "kind": row.kind,
        "grade": row.grade,
        "points": row.points,
        "units_done": row.units_done,
        "units_needed": row.units_needed,
        "reasons": row.reasons,
    }
