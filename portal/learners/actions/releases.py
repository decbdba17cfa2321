"""When results come out, and the telling of everyone who counts with them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.catalogue.models import Series
from portal.learners import watchers
from portal.learners.models import Registration, ResultRelease
from portal.learners.rules.releases import check_moments, check_not_out


@transaction.atomic
def set_release(
    *,
    series: Series,
    level: str,
    to_centres_at: datetime,
    to_candidates_at: datetime,
    source: str,
    by: Any,
    at: datetime,
) -> ResultRelease:
    """Set or move the two moments of a series and level. The source says where they are written.

    Raises Refused when candidates would come before centres, or when a moment that has passed would move.
    """
    check_moments(to_centres_at=to_centres_at, to_candidates_at=to_candidates_at)
    moments = {"to_centres_at": to_centres_at, "to_candidates_at": to_candidates_at, "source": source}
    Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    row = ResultRelease.objects.filter(series=series, level=level).first()
    if row is None:
        row = ResultRelease.objects.create(series=series, level=level, **moments)
    else:
        _move(row, moments, at)
    if row.to_candidates_at <= at:
        _tell(row, at)
    data = {"level": level, "centres": to_centres_at.isoformat(), "candidates": to_candidates_at.isoformat()}
    audit.record(verb="learners.release_set", by=by, at=at, subject=row, data={"series": series.pk, **data})
    return row


def tell_released(*, as_of: datetime) -> int:
    """Tell everyone who counts with results of the releases that candidates have had since the last sweep.

    Each release is told in one transaction with everything recomputed from it. Safe twice and in parallel:
    whoever writes `told_at` tells. Returns how many releases were told.
    """
    due = ResultRelease.objects.filter(told_at=None, to_candidates_at__lte=as_of).order_by("to_candidates_at", "pk")
    return sum(_tell(row, as_of) for row in due)


@transaction.atomic
def _tell(row: ResultRelease, at: datetime) -> bool:
    if not ResultRelease.objects.filter(pk=row.pk, told_at=None).update(told_at=at):
        return False
    ids = Registration.objects.filter(results__release=row).distinct().values_list("pk", flat=True)
    watchers.changed(list(ids), at=at)
    return True


def _move(row: ResultRelease, moments: dict[str, Any], at: datetime) -> None:
    if moments["to_centres_at"] != row.to_centres_at:
        check_not_out(moment=row.to_centres_at, whom="centres", at=at)
    if moments["to_candidates_at"] != row.to_candidates_at:
        check_not_out(moment=row.to_candidates_at, whom="candidates", at=at)
    for name, value in moments.items():
        setattr(row, name, value)
    row.save(update_fields=list(moments))
