"""When a claim is late, how long it can be undone, and what its reference looks like."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from claims.rules.states import State
from portal.clock import london_date
from portal.errors import Refused
from portal.web.words import count

UNDO_MINUTES = 30
NOT_GUARANTEED = "An August result is no longer guaranteed."
LATE_CONSEQUENCE = f"The claim came after the date. {NOT_GUARANTEED}"


def declaration(claims: int) -> str:
    """What whoever submits this many claims confirms. Nobody confirms it for them."""
    return (
        f"I confirm that {'this' if claims == 1 else 'these'} {count(claims, 'learner')} "
        f"{'has' if claims == 1 else 'have'} finished their programmes, that the grades are those our assessors "
        "recorded, and that internal verification is complete."
    )


def is_late(*, received_at: datetime, due_on: date) -> bool:
    """Judged on the London date of the server's receipt: the whole of the due date is in time."""
    return london_date(received_at) > due_on


def undo_until(received_at: datetime) -> datetime:
    """The last instant at which the centre may undo, in elapsed minutes from receipt."""
    return received_at + timedelta(minutes=UNDO_MINUTES)


def reference(*, series: str, serial: int) -> str:
    """CLM-24-00417: the series' year and a running number."""
    return f"CLM-{series[2:4]}-{serial:05d}"


def check_unchanged(*, asked: int, claimed: Sequence[str], blocked: Sequence[str], regraded: Sequence[str]) -> None:
    """Refuse a page that no longer tells the truth. Each list holds candidate numbers."""
    parts = [
        _part(claimed, "was already claimed", "were already claimed"),
        _part(blocked, "can no longer be claimed", "can no longer be claimed"),
        _part(regraded, "has a different grade now", "have a different grade now"),
    ]
    told = [part for part in parts if part]
    if told:
        raise Refused(
            f"Something changed after you opened this page: {'; '.join(told)}. "
            f"None of the {asked} claims was sent. Check the list again.",
            code="stale",
        )


def _part(numbers: Sequence[str], one: str, several: str) -> str:
    if not numbers:
        return ""
    if len(numbers) == 1:
        return f"candidate {numbers[0]} {one}"
    shown = ", ".join(numbers[:5]) + (" and others" if len(numbers) > 5 else "")
    return f"{len(numbers)} learners {several} ({shown})"


def why_not_ready(*, state: State, reasons: Sequence[Mapping[str, str]]) -> tuple[str, str]:
    """Code and sentence of why a registration in a state other than ready is not claimed; the first reason counts."""
    if state is State.CLAIMED:
        return "claimed", "This learner is already claimed."
    if state is State.ISSUED:
        return "issued", "The claim for this learner was accepted already."
    if state is State.ABSENT:
        return "absent", "This learner was marked as not completing this summer. Undo that first."
    first = next(iter(reasons), {"code": "blocked", "message": "This learner cannot be claimed yet."})
    return first["code"], first["message"]


def check_can_undo(*, at: datetime, until: datetime, undone: bool, decided: int) -> None:
    """Raise a sentence when a submission cannot be undone: already undone, too late, or staff have acted."""
    if undone:
        raise Refused("These claims are already undone.", code="undone")
    if decided:
        raise Refused("We have already acted on these claims, so they can no longer be undone.", code="acted")
    if at > until:
        raise Refused(f"Claims can be undone for {UNDO_MINUTES} minutes, and that time has passed.", code="too_late")
