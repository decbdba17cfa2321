"""Outcomes that come out together at a set time."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.casework.actions import check_may_take, issue
from portal.casework.models import Decision
from portal.casework.rules import Part
from portal.errors import Refused
from postresults.models import OutcomeRelease, OutcomeReleaseLine


@transaction.atomic
def release_together(*, decision_ids: Collection[int], goes_out_at: datetime, by: Any, at: datetime) -> OutcomeRelease:
    """Let decisions go out together at a set time. Those that are not ready by then are held back, with the reason.

    Refused without a decision, for a moment that is past, for one that is issued or waits in another release already,
    and to somebody who is involved in one of the cases.
    """
    if goes_out_at <= at:
        raise Refused("Choose a moment in the future.", field="goes_out_at")
    rows = list(Decision.objects.filter(pk__in=decision_ids).select_related("case").order_by("case", "pk"))
    if not rows or any(row.issued_at or row.sent_back_at for row in rows):
        raise Refused("Choose decisions that wait to be issued.", code="none")
    for row in rows:
        check_may_take(case=row.case, user=by, taking=Part.ASSIGNED, at=at)
    if OutcomeReleaseLine.objects.filter(decision__in=rows, release__done_at=None).exists():
        raise Refused("One of these decisions waits in another release already.", code="twice")
    made = OutcomeRelease.objects.create(goes_out_at=goes_out_at, by=by, made_at=at)
    OutcomeReleaseLine.objects.bulk_create([OutcomeReleaseLine(release=made, decision=row) for row in rows])
    data = {"count": len(rows), "at": goes_out_at.isoformat()}
    audit.record(verb="postresults.release_set", by=by, at=at, subject=made, data=data)
    return made


def release_due(*, as_of: datetime) -> int:
    """The sweep: issue what is due by now; how many decisions went out. Safe twice and in parallel."""
    due = OutcomeRelease.objects.filter(done_at=None, goes_out_at__lte=as_of).order_by("goes_out_at", "pk")
    return sum(_release(row.pk, as_of) for row in due)


def _release(pk: int, as_of: datetime) -> int:
    """Each decision in a transaction of its own, so that one which is not ready keeps nobody else waiting.

    The release is marked done at the end: a worker that dies half way leaves it to the next sweep.
    """
    lines = OutcomeReleaseLine.objects.filter(release=pk, decision__issued_at=None, held_back="")
    sent = sum(_issue(line, as_of) for line in lines.select_related("decision", "release__by").order_by("pk"))
    OutcomeRelease.objects.filter(pk=pk, done_at=None).update(done_at=as_of)
    return sent


def _issue(line: OutcomeReleaseLine, as_of: datetime) -> bool:
    try:
        issue(decision=line.decision, by=line.release.by, at=as_of)
    except Refused as refusal:
        if refusal.code != "issued":
            OutcomeReleaseLine.objects.filter(pk=line.pk).update(held_back=refusal.message[:300])
        return False
    return True
