"""Making claims, and undoing them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from claims.actions.locks import lock_claims, lock_registrations
from claims.actions.readiness import claimed, recompute
from claims.actions.receipts import send_receipts, send_undone
from claims.actions.telling import tell_of_submission
from claims.models import Claim, Readiness, Submission
from claims.queries.claimable import Claimable, Sorted, who_is_ready
from claims.queries.dates import due_dates
from claims.rules import ClaimStatus, State
from claims.rules.submitting import check_can_undo, check_unchanged, is_late, reference, undo_until
from portal.audit import actions as audit
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.errors import Refused
from portal.hooks.rules.events import EventKind
from portal.learners.models import Registration
from portal.web.bulk import add_rows

_CLAIMED = (
    *("submission_id", "centre_id", "registration_id", "series_id", "kind", "grade", "points"),
    *("claimed_grade", "claimed_name", "claimed_number", "due_on", "late", "status"),
)


@dataclass(frozen=True)
class Asked:
    """A learner on the check page, with the grade that the officer saw and declared ("" while it is not known)."""

    registration_id: int
    grade: str


@transaction.atomic
def submit_claims(
    *, centre: Centre, series: Series, asked: Sequence[Asked], token: str, by: Any, at: datetime
) -> Submission:
    """Claim for learners who are ready: one submission, one receipt, all or nothing.

    `at` is the moment the server received the request; lateness is judged on it and stored. The same `token`
    again returns the first submission (a double click). Refused as stale when any learner is no longer ready
    or has another grade than the one on the page.
    """
    if not asked:
        raise Refused("Choose at least one learner to claim for.", code="empty")
    ids = sorted({line.registration_id for line in asked})
    lock_registrations(ids, centre=centre)
    before = Submission.objects.filter(centre=centre, token=token).first()
    if before:
        return before
    return _submit(centre, series, _still_ready(centre, series, asked), token, by, at)


@dataclass(frozen=True)
class Claimed:
    """What became of a list of registration numbers. Without a submission nothing was stored."""

    submission: Submission | None
    judged: Sorted


@transaction.atomic
def claim_those_ready(
    *, centre: Centre, series: Series, numbers: Sequence[str], token: str, by: Any, at: datetime
) -> Claimed:
    """Claim for those of the registrations that are ready, in one submission, and say of each other why not.

    For programs, which declare the grades as the tracker shows them. Lateness as in `submit_claims`; a number twice
    counts once, another centre's is unknown.
    """
    held = Registration.objects.select_for_update().filter(number__in=numbers, centre=centre).order_by("pk")
    list(held.values_list("pk", flat=True))
    judged = who_is_ready(centre=centre, series=series, numbers=numbers)
    submission = _submit(centre, series, judged.ready, token, by, at) if judged.ready else None
    return Claimed(submission, judged)


def _submit(centre: Centre, series: Series, rows: Sequence[Claimable], token: str, by: Any, at: datetime) -> Submission:
    """Store a submission of rows that are ready and whose registrations are locked."""
    submission = _open(centre, series, token, by, at)
    _claim(submission, rows, due_dates(series))
    claimed(submission, at)
    send_receipts(submission=submission, at=at)
    numbers = [row.number for row in rows]
    tell_of_submission(EventKind.CLAIM_MADE, submission=submission, registrations=numbers, at=at)
    audit.record(verb="claims.submitted", by=by, at=at, subject=submission, centre=centre, data={"claims": len(rows)})
    return submission


def _still_ready(centre: Centre, series: Series, asked: Sequence[Asked]) -> list[Claimable]:
    ids = {line.registration_id for line in asked}
    found = Readiness.objects.filter(centre=centre, series=series, registration__any_of=sorted(ids))
    rows = {row.pk: row for row in Claimable.of(found)}
    if len(rows) != len(ids):
        raise Refused("A learner in this list is not registered at your centre for this series.", code="foreign")
    changed: dict[str, list[str]] = {"claimed": [], "blocked": [], "regraded": []}
    for line in asked:
        _sort_out(rows[line.registration_id], line.grade, changed)
    check_unchanged(asked=len(asked), **changed)
    return list(rows.values())


def _sort_out(row: Claimable, grade: str, changed: dict[str, list[str]]) -> None:
    if row.state in (State.CLAIMED.value, State.ISSUED.value):
        changed["claimed"].append(row.candidate_number)
    elif row.state != State.READY.value:
        changed["blocked"].append(row.candidate_number)
    elif row.grade != grade:
        changed["regraded"].append(row.candidate_number)


def _open(centre: Centre, series: Series, token: str, by: Any, at: datetime) -> Submission:
    try:
        with transaction.atomic():
            submission = Submission.objects.create(
                reference=uuid4().hex[:16],  # until its number is known
                centre=centre,
                series=series,
                token=token,
                by=by,
                received_at=at,
                undo_until=undo_until(at),
            )
    except IntegrityError:
        raise Refused("This page is being sent already, with other learners. Load it again.", code="stale") from None
    submission.reference = reference(series=series.code, serial=submission.pk)
    submission.save(update_fields=["reference"])
    return submission


def _claim(submission: Submission, rows: Sequence[Claimable], due_dates: Mapping[str, date]) -> None:
    """Store a claim of each row. Lateness depends on the kind alone, and is judged once for each."""
    late = {kind: is_late(received_at=submission.received_at, due_on=on) for kind, on in due_dates.items()}
    claims = (
        (
            *(submission.pk, submission.centre_id, row.pk, submission.series_id, row.kind, row.grade, row.points),
            *(row.grade, row.learner_name, row.candidate_number),
            *(due_dates[row.kind], late[row.kind], ClaimStatus.SUBMITTED.value),
        )
        for row in rows
    )
    add_rows(Claim, _CLAIMED, claims)


@transaction.atomic
def undo_submission(*, submission: Submission, by: Any, at: datetime) -> Submission:
    """Take back every claim of a submission, within thirty minutes and before staff have acted on any of it."""
    claims = lock_claims(submission=submission)
    submission = Submission.objects.select_for_update().get(pk=submission.pk)
    decided = sum(claim.status != ClaimStatus.SUBMITTED.value for claim in claims)
    check_can_undo(at=at, until=submission.undo_until, undone=submission.undone_at is not None, decided=decided)
    Claim.objects.filter(submission=submission).update(status=ClaimStatus.UNDONE.value)
    submission.undone_at, submission.undone_by = at, by
    submission.save(update_fields=["undone_at", "undone_by"])
    recompute([claim.registration_id for claim in claims], at)
    send_undone(submission=submission, count=len(claims), at=at)
    numbers = [claim.registration.number for claim in claims]
    tell_of_submission(EventKind.CLAIM_UNDONE, submission=submission, registrations=numbers, at=at)
    audit.record(
        verb="claims.undone", by=by, at=at, subject=submission, centre=submission.centre, data={"claims": len(claims)}
    )
    return submission
