"""The secret in the address of a calendar: how it is made and found."""

import secrets
from hashlib import sha256


def new_secret() -> str:
    """128 random bits in 32 signs."""
    return secrets.token_hex(16)


def digest_of(secret: str) -> str:
    """What is kept to find it by. So much chance in it needs no slow hash."""
    return sha256(secret.encode()).hexdigest()
