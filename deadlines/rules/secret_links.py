"""The secret in the address of a calendar: how it is made, found and shown again."""

import secrets
from collections.abc import Sequence
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def new_secret() -> str:
    """128 random bits in 32 signs."""
    return secrets.token_hex(16)


def digest_of(secret: str) -> str:
    """What is kept to find it by. So much chance in it needs no slow hash."""
    return sha256(secret.encode()).hexdigest()


def sealed(secret: str, *, keys: Sequence[str]) -> str:
    """The secret under the newest key."""
    return _box(keys).encrypt(secret.encode()).decode()


def unsealed(text: str, *, keys: Sequence[str]) -> str:
    """The secret again, or nothing when its key is no longer in use."""
    try:
        return _box(keys).decrypt(text.encode()).decode()
    except InvalidToken:
        return ""


def _box(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
