"""The moments of a series from its key dates."""

from datetime import datetime
from typing import Any

from django.db import transaction

from deadlines.models import KeyDate
from deadlines.queries import dates_of
from portal.catalogue.models import Series
from portal.errors import Refused
from portal.learners.actions import propose_release, set_release
from portal.learners.models import ReleaseProposal, ResultRelease
from portal.web.words import day
from postresults.rules.moments import moments_of

RESULTS = "results."


@transaction.atomic
def seed_releases(*, series: Series, by: Any, at: datetime) -> list[ResultRelease]:
    """Set the release of every level that a results day of the series names; the same twice changes nothing.

    Raises Refused when the series has no results day, and as `set_release` does when other moments stand.
    """
    days = [row for key, row in sorted(dates_of(series).items()) if key.startswith(RESULTS)]
    if not any(row.levels for row in days):
        raise Refused("The series has no results day among the key dates. Add one there first.", code="no_dates")
    return [_set(row, level, series, by, at) for row in days for level in row.levels]


@transaction.atomic
def propose_moments(
    *,
    release: ResultRelease,
    to_centres_at: datetime,
    to_candidates_at: datetime,
    source: str,
    reason: str,
    by: Any,
    at: datetime,
) -> ReleaseProposal:
    """Ask for other moments of a release, held against its results day. Raises Refused as `propose_release` does."""
    days = [
        row.on
        for key, row in dates_of(release.series).items()
        if key.startswith(RESULTS) and release.level in row.levels
    ]
    return propose_release(
        release=release,
        to_centres_at=to_centres_at,
        to_candidates_at=to_candidates_at,
        source=source,
        reason=reason,
        results_on=days[0] if days else None,
        by=by,
        at=at,
    )


def _set(row: KeyDate, level: str, series: Series, by: Any, at: datetime) -> ResultRelease:
    to_centres_at, to_candidates_at = moments_of(row.on)
    return set_release(
        series=series,
        level=level,
        to_centres_at=to_centres_at,
        to_candidates_at=to_candidates_at,
        source=f"{row.title}, {day(row.on)}. {row.source}"[:300],
        by=by,
        at=at,
    )
