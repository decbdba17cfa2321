"""The thread of a case, notes among colleagues, and calls."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.audit import actions as audit
from portal.casework.actions.locks import lock_case
from portal.casework.actions.telling import tell_centre, tell_owner
from portal.casework.models import Case, Note, NoteKind
from portal.errors import Refused


@transaction.atomic
def write_note(*, case: Case, text: str, kind: str, by: Any, at: datetime, from_centre: bool) -> Note:
    """Add to the thread. A message tells the other side that there is one; notes and calls tell nobody."""
    if not text.strip():
        raise Refused("Write the message.", code="required", field="text")
    row = lock_case(case)
    note = Note.objects.create(case=row, kind=NoteKind(kind), text=text.strip(), at=at, by=by, from_centre=from_centre)
    if note.kind == NoteKind.MESSAGE:
        _tell_other_side(note, at)
    audit.record(verb=f"casework.{note.kind}_written", by=by, at=at, subject=row, centre=row.centre)
    return note


def jot(*, case: Case, text: str, by: Any, at: datetime) -> Note:
    """A note among colleagues that belongs to another act, inside its transaction."""
    return Note.objects.create(case=case, kind=NoteKind.INTERNAL, text=text, at=at, by=by)


def _tell_other_side(note: Note, at: datetime) -> None:
    lead = f"There is a message on {note.case.reference}."
    tell = tell_owner if note.from_centre else tell_centre
    tell(case=note.case, kind="message", key=f"note:{note.pk}", lead=lead, at=at)
