"""The learner's answer, and changing one's mind."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal import clock
from portal.audit.actions import record
from portal.consent import watchers
from portal.consent.models import Consent
from portal.consent.rules import (
    Answer,
    Purpose,
    State,
    check_answerable,
    check_withdrawable,
    digest,
    retained_until,
)
from portal.errors import Refused
from portal.notices.actions import queue

COPY = "consent.copy"
LONGEST_NAME = 120
NOT_OURS = "This link does not work. Check that you have the whole of it, or ask your exams officer for a new one."


@transaction.atomic
def answer(
    *,
    token: str,
    yes: bool,
    typed_name: str,
    at: datetime,
    wall: datetime,
    named: bool | None = None,
    witness_name: str = "",
    copy_to: str = "",
) -> Consent:
    """Write down a learner's answer, once. There is no `by`: whoever holds the link answers.

    `named` is asked about scripts in teaching only. `copy_to` is where a learner who came by QR code wants the copy.
    Watchers run in this transaction: a request that waits for the signature is sent in it. Raises Refused.
    """
    held = _held(token)
    check_answerable(held, wall=wall)
    if not typed_name.strip():
        raise Refused("Type your full name. It counts as your signature.", code="name", field="typed_name")
    if yes and held.purpose == Purpose.TEACHING.value and named is None:
        raise Refused("Choose whether your name may be shown.", code="named", field="named")
    held.answer = (Answer.YES if yes else Answer.NO).value
    held.answered_at = at
    held.typed_name = typed_name.strip()[:LONGEST_NAME]
    held.witness_name = witness_name.strip()[:LONGEST_NAME]
    held.named = named if yes else None
    held.contact_email = held.contact_email or copy_to
    held.sealed = ""
    held.retain_until = retained_until(clock.london_date(at))
    held.save()
    _copy(held, at=at)
    watchers.answered([held.pk], at=at)
    # Last, as it holds the end of the centre's chain: watchers lock rows of their own before that.
    record(verb="consent.answered", by=None, at=at, subject=held, centre=held.centre, data={"answer": held.answer})
    return held


@transaction.atomic
def withdraw(*, token: str, at: datetime, wall: datetime) -> Consent:
    """The learner changes their mind, by the link they agreed with. Refused once a request was sent."""
    held = _held(token)
    check_withdrawable(held, wall=wall)
    return _withdraw(held, by=None, at=at)


@transaction.atomic
def withdraw_for(*, consent: Consent, reason: str, by: Any, at: datetime, wall: datetime) -> Consent:
    """The centre withdraws an agreement for the learner, or takes a question back that has no answer yet.

    Refused once a request was sent, and without a reason.
    """
    if not reason.strip():
        raise Refused("Say how the learner told you, or why you take it back.", code="reason", field="reason")
    held = Consent.objects.select_for_update(of=("self",)).select_related("centre").get(pk=consent.pk)
    if held.state(wall=wall) not in (State.OPEN, State.EXPIRED):
        check_withdrawable(held, wall=wall)
    held.withdrawn_reason = reason.strip()[:300]
    return _withdraw(held, by=by, at=at)


def _withdraw(held: Consent, *, by: Any, at: datetime) -> Consent:
    verb = "consent.withdrawn" if held.answer else "consent.cancelled"
    held.withdrawn_at, held.withdrawn_by, held.sealed = at, by, ""
    held.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason", "sealed"])
    record(verb=verb, by=by, at=at, subject=held, centre=held.centre)
    return held


def _held(token: str) -> Consent:
    """The consent of a link, held until the transaction ends: answer, withdrawal and request take turns here."""
    rows = Consent.objects.select_for_update(of=("self",)).select_related("centre", "learner", "wording")
    held = rows.filter(digest=digest(token)).first()
    if held is None:
        raise Refused(NOT_OURS, code="unknown")
    return held


def _copy(consent: Consent, *, at: datetime) -> None:
    """A copy of what was said, where there is an address for it. It holds no link, yet is blanked after sending."""
    if not consent.contact_email:
        return
    papers = [f"{paper.unit}" for paper in consent.papers.select_related("unit").order_by("pk")]
    queue(
        kind=COPY,
        dedupe_key=f"{COPY}:{consent.pk}",
        address=consent.contact_email,
        at=at,
        template="consent_copy",
        context={"consent": consent, "papers": papers, "wording": consent.wording.content, "at": at},
        centre=consent.centre,
        secret=True,
    )
