"""How we get in touch with a centre that has learners at risk, and what may be written down about it."""

from datetime import date

from portal.errors import Refused
from portal.web.labels import Labelled
from portal.web.words import count, day, day_short


class ContactKind(Labelled):
    CALL = "call", "Call"
    MAIL = "mail", "Mail"


class ContactOutcome(Labelled):
    SPOKE = "spoke", "Spoke to somebody"
    MESSAGE = "message", "Left a message"
    NOBODY = "nobody", "Nobody answered"
    WRITTEN = "written", "Mail sent"


# What can come of a call. A mail has one outcome: it was written.
CALL_OUTCOMES = (ContactOutcome.SPOKE, ContactOutcome.MESSAGE, ContactOutcome.NOBODY)

_DID = {
    ContactOutcome.SPOKE: "We rang on {on}",
    ContactOutcome.MESSAGE: "We rang and left a message on {on}",
    ContactOutcome.NOBODY: "We rang and reached nobody on {on}",
    ContactOutcome.WRITTEN: "We wrote on {on}",
}


class Progress(Labelled):
    """How far a centre has come with its claims of a series."""

    NOT_STARTED = "not-started", "Not started"
    UNDER_WAY = "under-way", "Under way"
    DONE = "done", "Nothing at risk"


def progress(*, at_risk: int, made: int) -> Progress:
    """How far a centre is that has so many learners at risk, and so many claimed or issued."""
    if not at_risk:
        return Progress.DONE
    return Progress.UNDER_WAY if made else Progress.NOT_STARTED


def check_next_contact(*, next_contact_on: date | None, today: date) -> None:
    """The day of the next contact is today or later. Raises Refused."""
    if next_contact_on is not None and next_contact_on < today:
        raise Refused("Choose a day for the next contact that has not passed.", code="past", field="next_contact_on")


def told(*, outcome: ContactOutcome, on: date, learners: int) -> str:
    """What the centre reads: "We rang on Friday 28 June about 13 learners without a claim." """
    return f"{_DID[outcome].format(on=day_short(on))} about {count(learners, 'learner')} without a claim."


def follow_up(*, next_contact_on: date | None) -> str:
    """What comes next, for the centre; nothing when no further contact is planned."""
    return f"We will be in touch again on {day(next_contact_on)}." if next_contact_on else ""
