"""What a session remembers about a person's sign-in, and how long each part of it holds."""

from datetime import datetime, timedelta

# Keys of the session. Instants are seconds since the epoch, by `clock.wall()`: sessions live in real time.
FACTOR = "factor"
STARTED_AT = "started_at"
SEEN_AT = "seen_at"
FRESH_UNTIL = "fresh_until"
LOCKED = "locked"
KEPT = "kept"

# How the second factor was given.
MFA = "mfa"
DEMO = "demo"

# A sensitive act asks for the password again after this long (OWASP ASVS 5.0, 7.5.3).
FRESH_FOR = timedelta(minutes=5)


def opening(*, factor: str | None, at: datetime) -> dict[str, object]:
    """What is written into a session when a person has signed in at that real instant.

    `factor` is MFA or DEMO; None while the second factor is still to be set up.
    """
    fresh_until = (at + FRESH_FOR).timestamp()
    values: dict[str, object] = {STARTED_AT: at.timestamp(), SEEN_AT: at.timestamp(), FRESH_UNTIL: fresh_until}
    if factor is not None:
        values[FACTOR] = factor
    return values
