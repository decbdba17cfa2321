"""What a session remembers about a person's sign-in, and how long each part of it holds."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

# Keys of the session. Instants are seconds since the epoch, by `clock.wall()`: sessions live in real time.
FACTOR = "factor"
STARTED_AT = "started_at"
SEEN_AT = "seen_at"
FRESH_UNTIL = "fresh_until"
LOCKED = "locked"
CODES_DUE = "codes_due"
KEPT = "kept"

# What a person signs in with besides a password; recovery codes only stand in for one of these.
MAIN = ("totp", "webauthn")

# How the second factor was given.
MFA = "mfa"
DEMO = "demo"

# A sensitive act asks for the password again after this long (OWASP ASVS 5.0, 7.5.3).
FRESH_FOR = timedelta(minutes=5)
# A session that is in use is written at most this often.
SEEN_EVERY = timedelta(minutes=1)
# Typing that waits while a session is locked: 64 KB, as much as the longest form of ours takes.
KEPT_BYTES = 64 * 1024


class Standing(Enum):
    """What a session allows at a moment."""

    OPEN = "open"
    LOCKED = "locked"
    OVER = "over"


def opening(*, factor: str | None, at: datetime) -> dict[str, object]:
    """What is written into a session when a person has signed in at that real instant.

    `factor` is MFA or DEMO; None while the second factor is still to be set up.
    """
    values: dict[str, object] = {STARTED_AT: at.timestamp(), **reopening(at=at)}
    if factor is not None:
        values[FACTOR] = factor
    return values


def reopening(*, at: datetime) -> dict[str, object]:
    """What is written when the person has given the password again. The twelve hours go on from the sign-in."""
    return {SEEN_AT: at.timestamp(), FRESH_UNTIL: (at + FRESH_FOR).timestamp(), LOCKED: False}


def standing(session: Mapping[str, Any], *, at: datetime, idle: timedelta, longest: timedelta) -> Standing:
    """Is the session open, locked because nobody used it for `idle`, or over after `longest`?

    A session without its instants was opened before they were kept: it is over.
    """
    started, seen = session.get(STARTED_AT), session.get(SEEN_AT)
    if started is None or seen is None or at.timestamp() - started >= longest.total_seconds():
        return Standing.OVER
    if session.get(LOCKED) or at.timestamp() - seen >= idle.total_seconds():
        return Standing.LOCKED
    return Standing.OPEN


def is_due_to_be_seen(session: Mapping[str, Any], *, at: datetime) -> bool:
    """Has a minute passed since the session was last written?"""
    return at.timestamp() - session.get(SEEN_AT, 0) >= SEEN_EVERY.total_seconds()


def kept_fields(fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The typed fields that may wait in a session: no passwords, no tokens, and nothing at all above 64 KB."""
    kept = [(name, value) for name, value in fields if name != "csrfmiddlewaretoken" and "password" not in name]
    size = sum(len(name.encode()) + len(value.encode()) for name, value in kept)
    return kept if size <= KEPT_BYTES else []
