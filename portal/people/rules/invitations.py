"""Invitations: how long they hold, and what to say when one no longer does."""

import secrets
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256

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
