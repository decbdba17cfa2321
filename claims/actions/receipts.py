"""Messages that go at once: receipts, undone claims, questions and decisions. All inside the caller's transaction."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from claims.models import Claim, Contact, Query, Submission
from claims.rules.contacts import ContactKind, ContactOutcome, follow_up, told
from deadlines.models import KeyDate
from portal.accounts.models import User
from portal.centres.models import Centre
from portal.centres.queries import recipients
from portal.centres.rules import Role
from portal.clock import london_date
from portal.notices import actions as notices
from portal.web.words import day, listed

OFFICE = (Role.OFFICER, Role.DEPUTY)


def _address(name: str, centre: Centre, **kwargs: Any) -> str:
    return settings.BASE_URL + reverse(name, kwargs={"number": centre.number, **kwargs})


def _tell(
    *,
    centre: Centre,
    at: datetime,
    kind: str,
    key: str,
    template: str,
    context: dict[str, Any],
    also: Any = None,
    by_mail: bool = True,
) -> None:
    """One notice to each exams officer and deputy in force, and to whoever acted."""
    ids = {row.user_id for row in recipients(centre_ids=[centre.pk], roles=OFFICE, on=london_date(at))}
    if also is not None:
        ids.add(also.pk)
    for user in User.objects.filter(pk__in=ids).order_by("pk"):
        notices.queue(
            kind=kind,
            dedupe_key=f"{key}:{user.pk}",
            address=user.email if by_mail else "",
            user=user,
            centre=centre,
            at=at,
            template=template,
            context={"centre": centre, **context},
        )


def send_receipts(*, submission: Submission, at: datetime) -> None:
    """The receipt, to the submitter and the exams office. The page is the proof; this is only its copy."""
    claims = Claim.objects.filter(submission=submission)
    _tell(
        centre=submission.centre,
        at=at,
        kind="receipt",
        key=f"claims.receipt:{submission.pk}",
        template="claims_receipt",
        context={
            "submission": submission,
            "count": claims.count(),
            "late": claims.filter(late=True).exists(),
            "url": _address("claims:receipt", submission.centre, reference=submission.reference),
        },
        also=submission.by,
    )


def send_undone(*, submission: Submission, count: int, at: datetime) -> None:
    """Tells everyone who had the receipt that it no longer stands."""
    _tell(
        centre=submission.centre,
        at=at,
        kind="receipt",
        key=f"claims.undone:{submission.pk}",
        template="claims_undone",
        context={"submission": submission, "count": count, "url": _address("claims:tracker", submission.centre)},
        also=submission.by,
    )


def send_questions(*, queries: list[Query], at: datetime) -> None:
    """Questions about claims of one centre, with the date by which to answer. Names no learner."""
    first = queries[0]
    one = _address("claims:question", first.centre, pk=first.pk)
    _tell(
        centre=first.centre,
        at=at,
        kind="question",
        key=f"claims.query:{first.pk}",
        template="claims_question",
        context={
            "query": first,
            "count": len(queries),
            "url": one if len(queries) == 1 else _address("claims:questions", first.centre),
        },
    )


def send_decision(*, centre: Centre, accepted: int, refused: int, key: str, at: datetime) -> None:
    """What staff decided about some claims of one centre."""
    _tell(
        centre=centre,
        at=at,
        kind="decision",
        key=key,
        template="claims_decided",
        context={"accepted": accepted, "refused": refused, "url": _address("claims:tracker", centre)},
    )


def send_contact(*, contact: Contact, days: dict[str, KeyDate], at: datetime) -> None:
    """Tells the exams office that we rang (on its pages only), or writes to it."""
    by_mail = contact.kind == ContactKind.MAIL.value
    outcome = ContactOutcome(contact.outcome)
    _tell(
        centre=contact.centre,
        at=at,
        kind="contact",
        key=f"claims.contact:{contact.pk}",
        template="claims_contact",
        context={
            "told": told(outcome=outcome, on=london_date(at), learners=contact.learners),
            "next": follow_up(next_contact_on=contact.next_contact_on),
            "count": contact.learners,
            "due_on": next(iter(days.values())).on,
            "due": listed([f"{what or 'Claims'} are due by {day(row.on)}" for what, row in days.items()]),
            "url": _address("claims:tracker", contact.centre),
        },
        by_mail=by_mail,
    )
