"""Invitations: how long they hold, and what to say when one no longer does. Tokens: what they may do."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

from portal.centres.rules import CLAIMS_MAKE, CLAIMS_VIEW, LEARNERS_IMPORT, LEARNERS_VIEW, RESULTS_VIEW
from portal.errors import Refused

VALID_FOR = timedelta(hours=72)
# 256 random bits: nobody guesses it, so a plain hash is enough to keep it.
TOKEN_BYTES = 32


class InvitationState(Enum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


SENTENCES = {
    InvitationState.ACCEPTED: "This invitation has been used. Sign in with your email address and password.",
    InvitationState.REVOKED: "This invitation was withdrawn. Ask the person who invited you, should that surprise you.",
    InvitationState.EXPIRED: "This invitation has run out: it held for 72 hours. "
    "Ask the person who invited you to send it again; it takes them one click.",
}


def new_token() -> str:
    """The secret in the link of an invitation."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored of a token."""
    return sha256(token.encode()).hexdigest()


def state(
    *, accepted_at: datetime | None, revoked_at: datetime | None, expires_at: datetime, wall: datetime
) -> InvitationState:
    """Where an invitation stands at a real instant. The instant of expiry itself is too late."""
    if accepted_at is not None:
        return InvitationState.ACCEPTED
    if revoked_at is not None:
        return InvitationState.REVOKED
    return InvitationState.EXPIRED if wall >= expires_at else InvitationState.OPEN


# --- API tokens ---

# What a token may do, and what its maker must be allowed to do for it to. "" asks for no more than a role here.
SCOPES: dict[str, str] = {
    "dates:read": "",
    "learners:read": LEARNERS_VIEW,
    "learners:write": LEARNERS_IMPORT,
    "tracker:read": CLAIMS_VIEW,
    "claims:write": CLAIMS_MAKE,
    "results:read": RESULTS_VIEW,
    "requests:read": CLAIMS_VIEW,
    "requests:write": CLAIMS_MAKE,
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
