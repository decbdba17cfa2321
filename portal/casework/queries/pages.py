"""What a case's page shows, for the centre and for staff."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from portal.audit.models import Entry
from portal.audit.queries import timeline as told
from portal.casework.models import Case, Note
from portal.casework.sentences import STAFF_ONLY
from portal.web.actor import Actor
from portal.web.words import day_plain

_MOVED = "casework.moved"
# Entries that a page of a case shows.
LIMIT = 50


def timeline(*, case: Case, actor: Actor, limit: int = LIMIT) -> list[dict[str, Any]]:
    """What happened, newest first. A centre does not read who plays which part among us."""
    return told(
        subject=Case._meta.label,
        subject_id=case.pk,
        limit=limit,
        without=STAFF_ONLY if actor.centre is not None else (),
    )


def thread(*, case: Case, actor: Actor) -> list[dict[str, Any]]:
    """The messages (and, for staff, the notes) oldest first, as the thread component takes them."""
    notes = Note.objects.visible_to(actor).filter(case=case).select_related("by").order_by("pk")
    return [_spoken(note, case) for note in notes]


def _spoken(note: Note, case: Case) -> dict[str, Any]:
    who = case.centre.name if note.from_centre else "awarding organisation"
    label = "" if note.kind == "message" else note.get_kind_display()
    return {
        "name": note.by.name,
        "who": who,
        "at": note.at,
        "text": note.text,
        "ours": not note.from_centre,
        "label": label,
    }


def steps(*, case: Case, entries: Sequence[dict[str, Any]] | None = None) -> list[dict[str, str]]:
    """The six fixed steps, as the progress component takes them: done with its date, now, later.

    `entries` is the timeline, where the page has read it already: that saves a query unless it was cut short.
    """
    kind = case.kind_of
    current = kind.step_of.get(case.status, 0)
    whole = entries is not None and len(entries) < LIMIT
    reached = _reached(case, _moves_among(entries or ()) if whole else _moves(case))
    ended = case.closed_at is not None
    return [_step(words, number, current, reached, ended) for number, words in enumerate(kind.steps)]


def _step(words: str, number: int, current: int, reached: dict[int, str], ended: bool) -> dict[str, str]:
    state = "later" if number > current else "done" if number < current or ended else "now"
    on = reached.get(number, "")
    return {"label": words, "state": state, "note": f"since {on}" if state == "now" and on else on}


def _moves(case: Case) -> list[tuple[dict[str, Any], datetime]]:
    rows = Entry.objects.filter(subject=Case._meta.label, subject_id=str(case.pk), verb=_MOVED)
    return list(rows.order_by("id").values_list("data", "at"))


def _moves_among(entries: Sequence[dict[str, Any]]) -> list[tuple[dict[str, Any], datetime]]:
    return [(entry["data"], entry["at"]) for entry in reversed(entries) if entry["verb"] == _MOVED]


def _reached(case: Case, moves: Sequence[tuple[dict[str, Any], datetime]]) -> dict[int, str]:
    """The day on which each step was last reached; a step that was skipped has none."""
    step_of = case.kind_of.step_of
    first = moves[0][0]["came_from"] if moves else case.status
    reached = {step_of.get(first, 0): day_plain(case.opened_at)}
    return reached | {step_of[data["to"]]: day_plain(at) for data, at in moves if data["to"] in step_of}
