"""Secrets in columns: sealed under the newest of the portal's keys, opened with any of them."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


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
