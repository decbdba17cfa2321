"""Resetting a lost second step: two people, within a fixed time, and never oneself."""

from datetime import datetime, timedelta
from enum import Enum

from portal.errors import Refused

# The organisation's own setting: long enough for a colleague who is teaching, too short to be forgotten.
RESET_HOLDS = timedelta(hours=4)


class ResetState(Enum):
    OPEN = "open"
    CONFIRMED = "confirmed"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


RESET_SENTENCES = {
    ResetState.CONFIRMED: "This reset is confirmed already. The person has a mail with the link.",
    ResetState.WITHDRAWN: "This reset was withdrawn. Should it be needed, ask for a new one.",
    ResetState.EXPIRED: "This reset has run out: nobody confirmed it within four hours. Ask for a new one.",
}


def reset_state(
    *, confirmed_at: datetime | None, withdrawn_at: datetime | None, expires_at: datetime, wall: datetime
) -> ResetState:
    """Where a reset stands at a real instant. The instant of expiry itself is too late."""
    if confirmed_at is not None:
        return ResetState.CONFIRMED
    if withdrawn_at is not None:
        return ResetState.WITHDRAWN
    return ResetState.EXPIRED if wall >= expires_at else ResetState.OPEN


def check_not_oneself(*, by: int, user: int) -> None:
    """Raises Refused for one's own second step, whatever one's role."""
    if by == user:
        raise Refused("You cannot reset your own second step. Ask a colleague who manages people.", code="oneself")


def check_is_second(*, by: int, asked_by: int) -> None:
    """Raises Refused for whoever asked: the second person is somebody else."""
    if by == asked_by:
        raise Refused("You asked for this reset, so somebody else confirms it.", code="asker")
