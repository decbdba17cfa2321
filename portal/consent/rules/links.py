"""The secret in a learner's link: made, found and, for a sheet that may be printed again, shown again."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

# How long a link holds, in real time.
VALID_FOR = timedelta(days=7)
TOKEN_BYTES = 32


def new_token() -> str:
    """256 random bits: nobody guesses it, so a plain hash is enough to find it by."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest(token: str) -> str:
    """What is stored of a token. It is bound to consent: a token of another kind never fits here."""
    return sha256(f"consent:{token}".encode()).hexdigest()


def sealed(token: str, *, keys: Sequence[str]) -> str:
    """The token under the newest key."""
    return _box(keys).encrypt(token.encode()).decode()


def unsealed(text: str, *, keys: Sequence[str]) -> str:
    """The token again, or nothing when it was erased or its key is no longer in use."""
    try:
        return _box(keys).decrypt(text.encode()).decode()
    except InvalidToken:
        return ""


def _box(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
