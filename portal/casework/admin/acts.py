"""What staff may do with any case. Kinds add their own."""

from collections.abc import Callable
from typing import Any

from portal.casework import actions
from portal.casework.forms import AssignForm, MessageForm, NoteForm, ReasonForm
from portal.casework.models import Case, Decision
from portal.casework.rules import Part
from portal.centres.rules import STAFF_CASES_WORK, STAFF_DECISIONS_COUNTERSIGN
from portal.errors import Refused
from portal.web.actor import Actor
from portal.web.admin import Act
from portal.web.words import count


def case_of(row: Any) -> Case:
    """The case of a queue's row: the row itself, or what the row of a kind hangs on."""
    return row if isinstance(row, Case) else row.case


def _open(row: Any) -> bool:
    return case_of(row).closed_at is None


def _can_reopen(row: Any) -> bool:
    case = case_of(row)
    kind = case.kind_of
    answered = case.closed_at is not None or case.status == kind.issued
    return answered and any(to and kind.can_move(status=case.status, to=to) for to in (kind.reopened, kind.initial))


def _in_hand(row: Any) -> bool:
    """In a status in which something is decided; a decision in the place of an issued one may wait in others too."""
    case = case_of(row)
    return case.kind_of.may_be_decided(case.status) or case.status == case.kind_of.issued


def waiting_decision(row: Any) -> Decision:
    found = Decision.objects.filter(case=case_of(row), issued_at=None, sent_back_at=None).first()
    if found is None:
        raise Refused(f"There is no decision in {case_of(row).reference} that waits.", code="none")
    return found


def _assign(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    part = Part(cleaned["part"])
    ids = [case_of(row).pk for row in rows]
    given = actions.assign_free(case_ids=ids, to=cleaned["to"], part=part, by=actor.user, at=actor.at)
    return given.words(f"{cleaned['to'].name} was given {count(given.number, 'case')}.")


def _noted(kind: Callable[[dict[str, Any]], str], said: str) -> Callable[..., str]:
    def run(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
        text, case = cleaned["text"], case_of(rows[0])
        actions.write_note(case=case, text=text, kind=kind(cleaned), by=actor.user, at=actor.at, from_centre=False)
        return said

    return run


def _countersign(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    actions.countersign(decision=waiting_decision(rows[0]), by=actor.user, at=actor.at)
    return "Countersigned. The decision can be issued."


def _send_back(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    actions.send_back(decision=waiting_decision(rows[0]), by=actor.user, at=actor.at, **cleaned)
    return "Sent back. The case can be decided again."


def _issue(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    ids = [waiting_decision(row).pk for row in rows]
    done = actions.issue_many(decision_ids=ids, by=actor.user, at=actor.at)
    return f"{count(len(done), 'decision')} issued. The centres are told."


def _reopen(actor: Actor, rows: list[Any], cleaned: dict[str, Any]) -> str:
    actions.reopen(case=case_of(rows[0]), by=actor.user, at=actor.at, **cleaned)
    return "The case is open again."


ACTS = (
    Act(
        name="assign",
        label="Give to a colleague",
        run=_assign,
        capability=STAFF_CASES_WORK,
        form=AssignForm,
        bulk=True,
        offered=_open,
        explanation="They look after them from now on. Somebody who marked, moderated or has an interest in a case is "
        "refused, with the reason; the others are given.",
    ),
    Act(
        name="message",
        label="Write to the centre",
        run=_noted(lambda cleaned: "message", "The message is sent."),
        capability=STAFF_CASES_WORK,
        form=MessageForm,
    ),
    Act(
        name="note",
        label="Note a call or a finding",
        run=_noted(lambda cleaned: cleaned["kind"], "Noted."),
        capability=STAFF_CASES_WORK,
        form=NoteForm,
    ),
    Act(
        name="countersign",
        label="Countersign the decision",
        run=_countersign,
        capability=STAFF_DECISIONS_COUNTERSIGN,
        offered=_in_hand,
    ),
    Act(
        name="send-back",
        label="Send the decision back",
        run=_send_back,
        capability=STAFF_DECISIONS_COUNTERSIGN,
        form=ReasonForm,
        offered=_in_hand,
    ),
    Act(
        name="issue",
        label="Issue the decision",
        run=_issue,
        capability=STAFF_CASES_WORK,
        bulk=True,
        offered=_in_hand,
        explanation="Results change and the centre is told at once. An issued decision never changes.",
    ),
    Act(
        name="reopen",
        label="Open the case again",
        run=_reopen,
        capability=STAFF_CASES_WORK,
        form=ReasonForm,
        offered=_can_reopen,
    ),
)
