"""What staff do with claims, and how a centre answers."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.db import transaction

from claims.actions.readiness import recompute
from claims.actions.receipts import send_decision, send_question
from claims.models import Claim, Query, Readiness
from claims.rules import ClaimStatus, can_move
from portal.audit import actions as audit
from portal.clock import london_date
from portal.errors import Refused
from portal.learners.models import Registration


@transaction.atomic
def accept_claims(*, claim_ids: Collection[int], by: Any, at: datetime) -> int:
    """Accept claims: they show as issued. All or none; refused when one was undone or decided meanwhile."""
    claims = _move(claim_ids, ClaimStatus.ACCEPTED, by=by, at=at)
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
def query_claim(*, claim: Claim, question: str, answer_by: date, by: Any, at: datetime) -> Query:
    """Ask the centre about a claim. It stays claimed, and stands on the centre's home page until answered."""
    if answer_by < london_date(at):
        raise Refused("Choose a date to answer by that has not passed.", field="answer_by")
    _move([claim.pk], ClaimStatus.QUERIED, by=by, at=at)
    query = Query.objects.create(
        claim=claim, centre_id=claim.centre_id, question=question, asked_at=at, asked_by=by, answer_by=answer_by
    )
    send_question(query=query, at=at)
    audit.record(verb="claims.queried", by=by, at=at, subject=claim, centre=claim.centre)
    return query


@transaction.atomic
def answer_query(*, query: Query, answer: str, by: Any, at: datetime) -> Query:
    """Answer a question. The claim goes back to staff with the grade its unit grades now come to."""
    query = Query.objects.select_for_update().select_related("claim").get(pk=query.pk)
    if query.answered_at is not None:
        raise Refused("This question has already been answered.", code="answered")
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
    """The only writer of a claim's status after submission: locks registrations, then claims; checks every move."""
    registrations = Claim.objects.filter(pk__in=claim_ids).values("registration")
    list(Registration.objects.select_for_update().filter(pk__in=registrations).order_by("pk").values_list("pk"))
    claims = list(
        Claim.objects.select_for_update(of=("self",))
        .filter(pk__in=claim_ids)
        .select_related("centre", "registration__learner")
        .order_by("pk")
    )
    for claim in claims:
        _check_move(claim, to)
    decided = to in (ClaimStatus.ACCEPTED, ClaimStatus.REFUSED)
    fields = {"decided_at": at, "decided_by": by, "reason": reason} if decided else {}
    Claim.objects.filter(pk__in=[claim.pk for claim in claims]).update(status=to.value, **fields)
    recompute([claim.registration_id for claim in claims], at)
    return claims


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
    by_centre: dict[Any, list[Claim]] = defaultdict(list)
    for claim in claims:
        by_centre[claim.centre].append(claim)
    for centre, own in sorted(by_centre.items(), key=lambda item: item[0].number):
        accepted = len(own) if verb == "claims.accepted" else 0
        send_decision(centre=centre, accepted=accepted, refused=len(own) - accepted, key=f"{verb}:{own[0].pk}", at=at)
    audit.record_many(audit.Act(verb, by, at, claim, claim.centre) for claim in claims)
