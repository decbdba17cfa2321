"""The secret in a learner's link: made and found."""

import secrets
from datetime import timedelta
from hashlib import sha256

# How long a link holds, in real time.
VALID_FOR = timedelta(days=7)
TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits: nobody guesses it, so a plain hash is enough to find it by."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored of a token. It is bound to consent: a token of another kind never fits here."""
    return sha256(f"consent:{token}".encode()).hexdigest()
