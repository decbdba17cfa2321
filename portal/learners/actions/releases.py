"""When results come out, and the telling of everyone who counts with them."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.catalogue.models import Series
from portal.errors import Refused
from portal.learners import watchers
from portal.learners.models import Registration, ResultRelease
from portal.learners.rules.releases import check_ahead, check_moments


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
    """Set the two moments of a series and level that has none. The source says where they are written.

    The same again changes nothing. Raises Refused when candidates would come before centres, when a moment does not
    lie ahead, and when other moments stand: moving them takes two people (`propose_release`).
    """
    check_moments(to_centres_at=to_centres_at, to_candidates_at=to_candidates_at)
    moments = {"to_centres_at": to_centres_at, "to_candidates_at": to_candidates_at, "source": source}
    Series.objects.select_for_update(no_key=True).get(pk=series.pk)
    standing = ResultRelease.objects.filter(series=series, level=level).first()
    if standing is not None:
        return _unmoved(standing, to_centres_at, to_candidates_at)
    check_ahead(moment=to_centres_at, whom="centres", at=at)
    row = ResultRelease.objects.create(series=series, level=level, **moments)
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
    # Asked again as it is stored: somebody may have moved the moment since the sweep read it.
    if not ResultRelease.objects.filter(pk=row.pk, told_at=None, to_candidates_at__lte=at).update(told_at=at):
        return False
    ids = Registration.objects.filter(results__release=row).distinct().values_list("pk", flat=True)
    watchers.changed(list(ids), at=at)
    data = {"series": row.series_id, "level": row.level, "registrations": len(ids)}
    audit.record(verb="learners.release_told", by=None, at=at, subject=row, data=data)
    return True


def _unmoved(row: ResultRelease, to_centres_at: datetime, to_candidates_at: datetime) -> ResultRelease:
    if (row.to_centres_at, row.to_candidates_at) != (to_centres_at, to_candidates_at):
        raise Refused("The moments are set. Propose others, for a second person to approve.", code="set")
    return row
