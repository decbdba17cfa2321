"""What can no longer change because a claim rests on it."""

from collections.abc import Collection

from claims.models import Claim
from claims.rules import ClaimStatus
from portal.errors import Refused

_FIXED = [ClaimStatus.SUBMITTED.value, ClaimStatus.ACCEPTED.value]


def check_not_claimed(registration_ids: Collection[int]) -> None:
    """Refuse a change to learners whose claim is with us or accepted. A queried claim is open for correction."""
    claimed = Claim.objects.filter(registration__in=registration_ids, status__in=_FIXED)
    first = claimed.select_related("registration__learner").order_by("pk").first()
    if first:
        number = first.registration.learner.candidate_number
        raise Refused(
            f"Candidate {number} is already claimed, so their units and grades are fixed. "
            "Undo the claim first, or answer our question about it.",
            code="claimed",
        )
