"""Claims that were made before the demonstration's day, and what staff asked about one of them."""

from collections.abc import Sequence
from datetime import date, datetime

from claims.actions import Asked, query_claim, submit_claims
from claims.models import Claim, Readiness
from portal.accounts.models import User
from portal.catalogue.models import Series
from portal.centres.models import Centre
from portal.demo.actions.people import officer_of
from portal.learners.models import Registration

ASKING_STAFF = "casework@board.example"
QUESTION = (
    "The unit grade for Unit 12 is higher than those of the sample that our standards verifier saw. "
    "Has the assessment been internally verified, and on what date?"
)


def claim(*, centre: Centre, series: Series, registrations: Sequence[Registration], at: datetime) -> None:
    """One submission of the centre's exams officer."""
    grades = Readiness.objects.filter(registration__in=registrations).values_list("pk", "grade")
    submit_claims(
        centre=centre,
        series=series,
        asked=[Asked(pk, grade) for pk, grade in grades.order_by("pk")],
        token=f"demo-{at:%Y-%m-%d}",
        by=officer_of(centre),
        at=at,
    )


def ask(*, registration: Registration, answer_by: date, at: datetime) -> None:
    """A question from the awarding organisation about a claim."""
    query_claim(
        claim=Claim.objects.get(registration=registration),
        question=QUESTION,
        answer_by=answer_by,
        by=User.objects.get(email=ASKING_STAFF),
        at=at,
    )
