"""Messages about requests: receipts at once, and what became of those that waited. No names of learners in any."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from portal.accounts.models import User
from portal.centres.queries import recipients
from portal.centres.rules import Role
from portal.clock import london_date
from portal.notices import actions as notices
from postresults.models import Request, Submission

OFFICE = (Role.OFFICER, Role.DEPUTY)


def send_receipt(*, submission: Submission, requests: Sequence[Request], at: datetime) -> None:
    """The acknowledgement: what arrived, what waits for consent. The page is the proof; this is only its copy."""
    filed = sum(request.received_at is not None for request in requests)
    _tell(
        submission,
        key=f"postresults.receipt:{submission.pk}",
        template="postresults_receipt",
        context={"filed": filed, "waiting": len(requests) - filed},
        at=at,
    )


def tell_filed(*, submission: Submission, requests: Sequence[Request], at: datetime) -> None:
    """Consent arrived, so these were filed; the receipt page shows them."""
    _about(submission, requests, "filed", at)


def tell_over_ceiling(*, submission: Submission, requests: Sequence[Request], at: datetime) -> None:
    """Consent arrived, yet filing would cost more than was authorised: the officer decides."""
    _about(submission, requests, "ceiling", at)


def tell_lapsed(*, requests: Sequence[Request], at: datetime) -> None:
    """The learner said no, or the window closed: these were not sent."""
    for submission in {request.submission for request in requests}:
        own = [request for request in requests if request.submission_id == submission.pk]
        _about(submission, own, "lapsed", at)


def _about(submission: Submission, requests: Sequence[Request], what: str, at: datetime) -> None:
    first = min(request.pk for request in requests)
    _tell(
        submission,
        key=f"postresults.{what}:{first}",
        template=f"postresults_{what}",
        context={"count": len(requests)},
        at=at,
    )


def _tell(submission: Submission, *, key: str, template: str, context: dict[str, Any], at: datetime) -> None:
    """One notice to each exams officer and deputy in force, and to whoever asked."""
    centre = submission.centre
    ids = {row.user_id for row in recipients(centre_ids=[centre.pk], roles=OFFICE, on=london_date(at))}
    url = settings.BASE_URL + reverse("postresults:receipt", args=[centre.number, submission.reference])
    notices.queue_many(
        [
            notices.Letter(
                kind="receipt",
                dedupe_key=f"{key}:{user.pk}",
                address=user.email,
                template=template,
                context={"submission": submission, "url": url, **context},
                centre=centre,
                user=user,
            )
            for user in User.objects.filter(pk__in=ids | {submission.by_id}).order_by("pk")
        ],
        at=at,
    )
