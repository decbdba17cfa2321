"""Marking comments and original scripts reach the centre."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from deadlines.actions import stop_clock
from portal.audit import actions as audit
from portal.casework.actions import file_letter, move, tell_centre
from portal.casework.models import Case, Document
from portal.clock import london_date
from portal.consent.actions import set_retention
from portal.errors import Refused
from postresults.models import Request
from postresults.rules import states
from postresults.rules.services import Service, terms_of

# Ours: no source says how long comments can be downloaded. They can be asked for again.
KEPT_FOR = timedelta(days=90)
DELIVERED = frozenset({Service.COMMENTS, Service.ORIGINAL})


@transaction.atomic
def deliver(*, request: Request, words: str, by: Any, at: datetime) -> Request:
    """Answer a request for marking comments or an original script; its clock stops and the centre is told.

    `words` are the comments, kept as a letter that can be downloaded for ninety days; for an original script, how it
    was sent, which the centre reads among its messages. Refused: other services, and a request that is not with us.
    """
    row = _held(request)
    service = Service(row.service)
    if not words.strip():
        raise Refused("Write what the centre receives.", code="required", field="words")
    if service is Service.COMMENTS:
        _file_comments(row, words, by=by, at=at)
    _move_to_answer(row, by=by, at=at)
    limit = terms_of(service, on=london_date(row.received_at or at)).limit
    if limit:
        stop_clock(case=row.case, limit=limit, at=at, by=by)
    if row.consent_id is not None:
        set_retention(consents=[row.consent_id], last_outcome_on=london_date(at))
    _tell(row, service, words, at)
    audit.record(verb="postresults.delivered", by=by, at=at, subject=row.case, centre=row.centre)
    return row


def _held(request: Request) -> Request:
    row = Request.objects.select_for_update(of=("self",)).select_related("case__centre", "centre").get(pk=request.pk)
    if Service(row.service) not in DELIVERED:
        raise Refused("Only marking comments and original scripts are sent in this way.", code="service")
    if row.case.status not in _WAY:
        raise Refused(f"{row.case.reference} is {row.case.status_label.lower()}: nothing is sent in it.", code="moved")
    return row


# What lies between a request and its answer; nobody has to press each step for a letter or an envelope.
_WAY = {
    states.RECEIVED: (states.ACCEPTED, states.REVIEWING, states.DECIDED),
    states.ACCEPTED: (states.REVIEWING, states.DECIDED),
    states.REVIEWING: (states.DECIDED,),
}


def _move_to_answer(row: Request, *, by: Any, at: datetime) -> None:
    for to in _WAY[row.case.status]:
        row.case = move(case=row.case, to=to, by=by, at=at, reason="delivered")
    Request.objects.filter(pk=row.pk).update(live=False)
    row.live = False


def _file_comments(row: Request, words: str, *, by: Any, at: datetime) -> Document:
    paragraphs = [text.strip() for text in words.split("\n\n") if text.strip()]
    return file_letter(
        case=row.case,
        title="Marking comments",
        kind="comments",
        paragraphs=paragraphs,
        by=by,
        at=at,
        expires_at=at + KEPT_FOR,
    )


def _tell(row: Request, service: Service, words: str, at: datetime) -> None:
    if service is Service.COMMENTS:
        lead, what_next = f"The marking comments of {row.case.reference} are here.", "Download them within 90 days."
    else:
        lead, what_next = f"The original script of {row.case.reference} is on its way.", words.strip()
    tell_centre(case=row.case, kind="decision", key=f"delivered:{row.pk}", lead=lead, what_next=what_next, at=at)


@transaction.atomic
def take_document(*, case: Case, document: Document, by: Any, at: datetime) -> bytes:
    """Hand out a letter or copy that hangs on a case. Refused once its time is over."""
    if document.expires_at is not None and at >= document.expires_at:
        raise Refused("This document could be downloaded for a time that is over. Write to us to ask for it.")
    audit.record(verb="postresults.document_taken", by=by, at=at, subject=case, centre=case.centre)
    return bytes(document.content or b"")
