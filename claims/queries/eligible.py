"""Whether claims that are with us still stand on their feet."""

from collections.abc import Collection

from claims.queries.positions import standings
from claims.rules.eligibility import evaluate
from portal.errors import Refused


def check_eligible(registration_ids: Collection[int]) -> None:
    """Refuse when the rules no longer let one of these learners be awarded, with every reason they give."""
    for standing in standings(registration_ids):
        reasons = [reason.message for reason in evaluate(standing.position).reasons]
        if reasons:
            number = standing.registration.learner.candidate_number
            raise Refused(
                f"Candidate {number} cannot be awarded as things stand: {'; '.join(reasons)}.", code="ineligible"
            )
