"""Moments at which results come out. `out(series, level)` is a release that everybody knows already."""

from datetime import UTC, datetime

from portal.catalogue.models import Series
from portal.learners.models import ResultRelease

MARCH = datetime(2024, 3, 21, 8, 0, tzinfo=UTC)


def out(series: Series | str, level: str = "3", *, at: datetime = MARCH) -> ResultRelease:
    """A release that went to centres and candidates at the same instant, and of which everybody was told."""
    code = series if isinstance(series, str) else series.pk
    moments = {"to_centres_at": at, "to_candidates_at": at, "told_at": at, "source": "test"}
    return ResultRelease.objects.get_or_create(series_id=code, level=level, defaults=moments)[0]


def embargoed(
    series: Series | str, level: str, *, to_centres_at: datetime, to_candidates_at: datetime
) -> ResultRelease:
    """A release whose moments the test chooses; nobody is told yet."""
    code = series if isinstance(series, str) else series.pk
    moments = {"to_centres_at": to_centres_at, "to_candidates_at": to_candidates_at, "source": "test"}
    return ResultRelease.objects.create(series_id=code, level=level, **moments)
