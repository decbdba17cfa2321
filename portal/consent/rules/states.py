"""Where a consent stands, and what to tell the person who holds its link."""

from datetime import datetime
from enum import Enum
from typing import Protocol

from portal.errors import Refused


class State(Enum):
    OPEN = "open"
    YES = "yes"
    NO = "no"
    USED = "used"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"
    DISPOSED = "disposed"


class Dated(Protocol):
    """The columns that a state is read from."""

    answer: str
    used_at: datetime | None
    withdrawn_at: datetime | None
    superseded_at: datetime | None
    disposed_at: datetime | None
    expires_at: datetime | None


SENTENCES = {
    State.YES: "You have already agreed. You can change your mind until the request is sent.",
    State.NO: "You have already answered: you do not agree. Ask your exams officer should you change your mind.",
    State.USED: "You agreed, and the request has been sent, so your answer can no longer be changed.",
    State.WITHDRAWN: "This was withdrawn. Nothing is sent on the strength of it.",
    State.SUPERSEDED: "You have been asked again since. Use the newest link: this one no longer works.",
    State.EXPIRED: "This link has run out. Ask your exams officer for a new one; it takes them a moment.",
    State.DISPOSED: "This was kept as long as the rules ask for, and has been erased.",
}


def state(row: Dated, *, wall: datetime) -> State:
    """Where a consent stands at a real instant; the instant of expiry itself is too late for an answer."""
    marks = (
        (row.disposed_at, State.DISPOSED),
        (row.withdrawn_at, State.WITHDRAWN),
        (row.used_at, State.USED),
        (row.superseded_at, State.SUPERSEDED),
    )
    for mark, reached in marks:
        if mark is not None:
            return reached
    if row.answer:
        return State(row.answer)
    return State.EXPIRED if row.expires_at is not None and wall >= row.expires_at else State.OPEN


def check_answerable(row: Dated, *, wall: datetime) -> None:
    """Only an open question is answered. Raises Refused with what happened to it."""
    reached = state(row, wall=wall)
    if reached is not State.OPEN:
        raise Refused(SENTENCES[reached], code=reached.value)


def check_withdrawable(row: Dated, *, wall: datetime) -> None:
    """Only an agreement that no request rests on is withdrawn. Raises Refused."""
    reached = state(row, wall=wall)
    if reached is not State.YES:
        sentence = SENTENCES.get(reached, "There is no answer to withdraw yet.")
        raise Refused(sentence, code=reached.value)
