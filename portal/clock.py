"""The only clock. Interfaces read `now()` once and pass `at=` down; nothing else asks what time it is."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from django.conf import settings

LONDON = ZoneInfo("Europe/London")


def wall() -> datetime:
    """Real time, in UTC: for delivery, leases, retries, heartbeats, sessions, throttles and signed links."""
    return datetime.now(UTC)


def now() -> datetime:
    """The domain's time, in UTC. PORTAL_TODAY fixes its London date; the time of day is the real one.

    It may step back between runs, so rows are ordered by id and a negative age counts as zero.
    """
    real = wall()
    if settings.TODAY is None:
        return real
    london = real.astimezone(LONDON)
    return datetime.combine(settings.TODAY, london.timetz()).astimezone(UTC)


def london(at: datetime) -> datetime:
    """The same instant on a London wall clock."""
    return at.astimezone(LONDON)


def london_date(at: datetime) -> date:
    """The Europe/London calendar date of an instant."""
    return at.astimezone(LONDON).date()
