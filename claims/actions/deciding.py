"""What staff do with claims, and how a centre answers."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from claims.actions.locks import lock_claims
from claims.actions.readiness import recompute
from claims.actions.receipts import send_decision, send_questions
from claims.actions.telling import tell_of_decision, tell_of_questions
from claims.models import Claim, Query, Readiness
from claims.queries.dates import result_dates
from claims.queries.eligible import check_eligible
from claims.rules import ClaimStatus, can_move
from portal.audit import actions as audit
from portal.clock import london_date
from portal.errors import Refused
from portal.hooks.rules.events import EventKind
from portal.web.words import day

_KINDS = {"claims.accepted": EventKind.CLAIM_ISSUED, "claims.refused": EventKind.CLAIM_REFUSED}


@transaction.atomic
def accept_claims(*, claim_ids: Collection[int], by: Any, at: datetime) -> int:
    """Accept claims: they show as issued. All or none.

    Refused when one was undone or decided meanwhile, or its learner is no longer eligible (a grade corrected after
    a question may have made it so).
    """
    claims = _move(claim_ids, ClaimStatus.ACCEPTED, by=by, at=at)
    check_eligible([claim.registration_id for claim in claims])
    _close_questions(claims, by=by, at=at)
    _tell_centres(claims, verb="claims.accepted", by=by, at=at)
    return len(claims)


@transaction.atomic
def refuse_claims(*, claim_ids: Collection[int], reason: str, by: Any, at: datetime) -> int:
    """Refuse claims with a reason that the centre reads. Their learners become blocked until it is put right."""
    if not reason.strip():
        raise Refused("Give the reason. The centre reads it word for word.", field="reason")
    claims = _move(claim_ids, ClaimStatus.REFUSED, by=by, at=at, reason=reason.strip())
    _close_questions(claims, by=by, at=at)
    _tell_centres(claims, verb="claims.refused", by=by, at=at)
    return len(claims)


@transaction.atomic
def query_claims(*, claim_ids: Collection[int], question: str, answer_by: date, by: Any, at: datetime) -> list[Query]:
    """Ask the centres about claims: the same question about each, one message to each centre.

    The claims stay claimed, and stand on their centre's home page until answered. All or none.
    """
    claims = _move(claim_ids, ClaimStatus.QUERIED, by=by, at=at)
    for claim in claims:
        _check_answer_by(claim, answer_by, london_date(at))
    queries = [
        Query.objects.create(
            claim=claim, centre=claim.centre, question=question, asked_at=at, asked_by=by, answer_by=answer_by
        )
        for claim in claims
    ]
    for own in _by_centre(queries):
        send_questions(queries=own, at=at)
    if queries:
        tell_of_questions(queries=queries, at=at)
    audit.record_many(audit.Act("claims.queried", by, at, claim, claim.centre) for claim in claims)
    return queries


def query_claim(*, claim: Claim, question: str, answer_by: date, by: Any, at: datetime) -> Query:
    """Ask about one claim; see `query_claims`."""
    (query,) = query_claims(claim_ids=[claim.pk], question=question, answer_by=answer_by, by=by, at=at)
    return query


@transaction.atomic
def answer_query(*, query: Query, answer: str, by: Any, at: datetime) -> Query:
    """Answer a question. The claim goes back to staff with the grade its unit grades now come to.

    Refused while the unit grades, corrected or not, do not make the learner eligible.
    """
    lock_claims(pk=query.claim_id)
    query = Query.objects.select_for_update(of=("self",)).select_related("claim").get(pk=query.pk)
    if query.answered_at is not None:
        raise Refused("This question has already been answered.", code="answered")
    check_eligible([query.claim.registration_id])
    _move([query.claim_id], ClaimStatus.SUBMITTED, by=by, at=at)
    query.answer, query.answered_at, query.answered_by = answer, at, by
    query.save(update_fields=["answer", "answered_at", "answered_by"])
    standing = Readiness.objects.get(registration=query.claim.registration_id)
    Claim.objects.filter(pk=query.claim_id).update(grade=standing.grade, points=standing.points)
    audit.record(verb="claims.answered", by=by, at=at, subject=query.claim, centre=query.centre)
    return query


@transaction.atomic
def put_right(*, claim: Claim, words: str, by: Any, at: datetime) -> None:
    """Say what was put right after a refusal, so that the learner can be claimed for again."""
    changed = Claim.objects.filter(pk=claim.pk, status=ClaimStatus.REFUSED.value, put_right_at=None).update(
        put_right=words, put_right_at=at, put_right_by=by
    )
    if not changed:
        raise Refused("This refusal has already been answered.", code="answered")
    recompute([claim.registration_id], at)
    audit.record(verb="claims.put_right", by=by, at=at, subject=claim, centre=claim.centre)


def _move(claim_ids: Collection[int], to: ClaimStatus, *, by: Any, at: datetime, reason: str = "") -> list[Claim]:
    """The writer of a claim's status after submission, undoing apart: locks in the one order, checks every move."""
    claims = lock_claims(pk__in=claim_ids)
    for claim in claims:
        _check_move(claim, to)
    decided = to in (ClaimStatus.ACCEPTED, ClaimStatus.REFUSED)
    fields = {"decided_at": at, "decided_by": by, "reason": reason} if decided else {}
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(status=to.value, **fields)
    recompute([claim.registration_id for claim in claims], at)
    return claims


def _check_answer_by(claim: Claim, answer_by: date, today: date) -> None:
    """A question is answered before the results it holds up."""
    if answer_by < today:
        raise Refused("Choose a date to answer by that has not passed.", field="answer_by")
    level = claim.registration.programme.qualification.level
    results = result_dates(claim.series).get(level)
    if results is not None and answer_by >= results.on > today:
        raise Refused(f"Choose a date before the results come out on {day(results.on)}.", field="answer_by")


def _check_move(claim: Claim, to: ClaimStatus) -> None:
    status = ClaimStatus(claim.status)
    if not can_move(status=status, to=to):
        number = claim.registration.learner.candidate_number
        raise Refused(
            f"The claim for candidate {number} at centre {claim.centre.number} is {status.label.lower()}, "
            f"so it cannot become {to.label.lower()}. Nothing was changed.",
            code="moved",
        )


def _close_questions(claims: list[Claim], *, by: Any, at: datetime) -> None:
    """A decision answers an open question: nobody should be asked about a claim that is decided."""
    Query.objects.filter(claim__in=claims, answered_at=None).update(
        answer="Closed by our decision on the claim.", answered_at=at, answered_by=by
    )


def _tell_centres(claims: list[Claim], *, verb: str, by: Any, at: datetime) -> None:
    for own in _by_centre(claims):
        accepted = len(own) if verb == "claims.accepted" else 0
        key = f"{verb}:{own[0].pk}"
        send_decision(centre=own[0].centre, accepted=accepted, refused=len(own) - accepted, key=key, at=at)
    tell_of_decision(_KINDS[verb], claims=claims, at=at)
    audit.record_many(audit.Act(verb, by, at, claim, claim.centre) for claim in claims)


def _by_centre(rows: list[Any]) -> list[list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.centre.number].append(row)
    return [groups[number] for number in sorted(groups)]
