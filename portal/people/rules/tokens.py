"""What a program's token may do, and how long its calls hold their place."""

from collections.abc import Sequence
from datetime import timedelta

from portal.centres.rules import (
    CLAIMS_MAKE,
    CLAIMS_VIEW,
    LEARNERS_IMPORT,
    LEARNERS_VIEW,
    REQUESTS_MAKE,
    REQUESTS_VIEW,
    RESULTS_VIEW,
)
from portal.errors import Refused

# What a token may do, and what its maker must be allowed to do for it to. "" asks for no more than a role here.
SCOPES: dict[str, str] = {
    "dates:read": "",
    "learners:read": LEARNERS_VIEW,
    "learners:write": LEARNERS_IMPORT,
    "tracker:read": CLAIMS_VIEW,
    "claims:write": CLAIMS_MAKE,
    "results:read": RESULTS_VIEW,
    "requests:read": REQUESTS_VIEW,
    "requests:write": REQUESTS_MAKE,
    "appeals:read": CLAIMS_VIEW,
    "appeals:write": CLAIMS_MAKE,
    "malpractice:read": CLAIMS_VIEW,
}
# Those that open something today, in words.
OFFERED: dict[str, str] = {
    "dates:read": "Read day counts and key dates",
    "learners:read": "Read learners and their registrations",
    "learners:write": "Save learners, registrations, entries and unit grades",
    "tracker:read": "Read where each learner stands",
    "results:read": "Read results that are out",
    "requests:read": "Read which results services can be asked for",
    "claims:write": "Claim for learners who are ready",
}
# The use of a token is written at most this often.
SEEN_EVERY = timedelta(minutes=1)
# How long a call with an Idempotency-Key may take before another may take its place: a crash leaves no lock behind.
LEASE = timedelta(seconds=60)
# How long an answer is kept for the same call with the same key, counted from the end of the lease. The page says so.
KEPT_FOR = timedelta(days=7)
LONGEST_KEY = 100


def check_scopes(scopes: Sequence[str], *, capabilities: frozenset[str]) -> list[str]:
    """The scopes in their order, once each. Refused when there is none, one is unknown, or the maker may not do it."""
    if not scopes:
        raise Refused("Choose at least one thing that the token may do.", code="empty", field="scopes")
    for scope in scopes:
        if scope not in SCOPES:
            raise Refused(f"“{scope}” is not a scope. Use: {', '.join(SCOPES)}.", code="scope", field="scopes")
        if not may(scope, capabilities):
            raise Refused(f"You may not do what “{scope}” allows, so a token of yours cannot.", field="scopes")
    return [scope for scope in SCOPES if scope in scopes]


def may(scope: str, capabilities: frozenset[str]) -> bool:
    """Do a person's capabilities cover a scope?"""
    return not SCOPES[scope] or SCOPES[scope] in capabilities
