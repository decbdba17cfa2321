"""Consent: for what, in which way, how long a link holds and how long the answer is kept."""

from portal.consent.rules.links import VALID_FOR, digest, new_token
from portal.consent.rules.purposes import COVERED_BY, Answer, Purpose, Way
from portal.consent.rules.retention import KEPT_MONTHS, retained_until
from portal.consent.rules.states import SENTENCES, State, check_answerable, check_withdrawable, state

__all__ = [
    "COVERED_BY",
    "KEPT_MONTHS",
    "SENTENCES",
    "VALID_FOR",
    "Answer",
    "Purpose",
    "State",
    "Way",
    "check_answerable",
    "check_withdrawable",
    "digest",
    "new_token",
    "retained_until",
    "state",
]
