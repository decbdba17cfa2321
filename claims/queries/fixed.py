"""What can no longer change because a claim rests on it."""

from collections.abc import Collection

from claims.models import Claim
from claims.rules import ClaimStatus
from portal.errors import Refused

_FIXED = [ClaimStatus.SUBMITTED.value, ClaimStatus.ACCEPTED.value]


def objections(registration_ids: Collection[int]) -> dict[int, str]:
    """Why these learners may not change now: their claim is with us or accepted. A queried one is open."""
    claims = Claim.objects.filter(registration__in=registration_ids, status__in=_FIXED)
    numbers = claims.values_list("registration_id", "registration__learner__candidate_number")
    return {
        pk: f"Candidate {number} is already claimed, so their programme, units and grades are fixed. "
        "Undo the claim first, or answer our question about it."
        for pk, number in numbers
    }


def check_not_claimed(registration_ids: Collection[int]) -> None:
    """Refuse a change to learners whose claim is with us or accepted."""
    found = objections(registration_ids)
    if found:
        raise Refused(found[min(found)], code="claimed")
