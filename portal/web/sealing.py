"""Secrets in columns: sealed under the newest of the portal's keys, opened with any of them."""

from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


def sealed(secret: str, *, keys: Sequence[str]) -> str:
    """The secret under the newest key."""
    return box(keys).encrypt(secret.encode()).decode()


def unsealed(text: str, *, keys: Sequence[str]) -> str:
    """The secret again, or nothing when its key is no longer in use."""
    try:
        return box(keys).decrypt(text.encode()).decode()
    except InvalidToken:
        return ""


def box(keys: Sequence[str]) -> MultiFernet:
    """The newest key seals; every key of the list opens. For bytes, and for renewing a seal."""
    return MultiFernet([Fernet(key) for key in keys])
