"""What programs hear of claims: numbers and references, in the form that the documentation shows."""

import json
from datetime import date

import pytest

from claims.actions import Asked, accept_claims, query_claims, refuse_claims, submit_claims, undo_submission
from claims.models import Claim
from portal.errors import Refused
from portal.hooks.models import Event
from portal.hooks.rules.events import EventKind
from portal.hooks.rules.samples import SAMPLES
from tests.factories.claims import JUNE, learner_on, programme, summer
from tests.factories.hooks import hook_of
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
FAMILY = "Featherstonehaugh"


@pytest.fixture
def place():
    centre = CentreFactory()
    hook_of(centre)
    return programme(centre)


def submitted(place, count=2, token="t1"):
    learners = [learner_on(place, name=FAMILY) for _ in range(count)]
    submission = submit_claims(
        centre=place.centre,
        series=summer(),
        asked=[Asked(learner.pk, "M") for learner in learners],
        token=token,
        by=MembershipFactory(centre=place.centre, role="officer").user,
        at=JUNE,
    )
    return submission, [learner.number for learner in learners]


def heard(kind):
    """The data of the events of a kind. None of them says more than the documentation, or names a learner."""
    bodies = list(Event.objects.filter(kind=kind.value).order_by("pk").values_list("body", flat=True))
    data = [json.loads(body)["data"] for body in bodies]
    assert [set(one) for one in data] == [set(SAMPLES[kind])] * len(data)
    assert [body for body in bodies if FAMILY in body or "Sam" in body] == []
    return data


def test_a_submission_is_one_message_with_the_numbers_of_its_registrations(place):
    submission, numbers = submitted(place)
    (said,) = heard(EventKind.CLAIM_MADE)
    assert (said["submission"], said["series"], said["registrations"]) == (submission.reference, "2024-06", numbers)
    assert said["tracker_url"].endswith("/api/v1/tracker/?series=2024-06")
    assert said["receipt_url"].endswith(f"/c/{place.centre.number}/claims/receipts/{submission.reference}/")


def test_the_same_page_sent_twice_is_told_once(place):
    submission, _ = submitted(place)
    asked = [Asked(claim.registration_id, "M") for claim in submission.claims.all()]
    submit_claims(centre=place.centre, series=summer(), asked=asked, token="t1", by=submission.by, at=JUNE)
    assert len(heard(EventKind.CLAIM_MADE)) == 1


def test_a_refused_submission_is_not_told(place):
    learner = learner_on(place)
    with pytest.raises(Refused):
        submit_claims(
            centre=place.centre, series=summer(), asked=[Asked(learner.pk, "D")], token="t", by=UserFactory(), at=JUNE
        )
    assert heard(EventKind.CLAIM_MADE) == []


def test_undone_claims_are_told(place):
    submission, numbers = submitted(place)
    undo_submission(submission=submission, by=submission.by, at=JUNE)
    (said,) = heard(EventKind.CLAIM_UNDONE)
    assert (said["submission"], said["registrations"]) == (submission.reference, numbers)


@pytest.mark.parametrize(
    ("kind", "act"),
    [
        (EventKind.CLAIM_ISSUED, accept_claims),
        (EventKind.CLAIM_REFUSED, lambda **more: refuse_claims(reason=f"{FAMILY} left.", **more)),
        (
            EventKind.CLAIM_QUERIED,
            lambda **more: query_claims(question=f"Is {FAMILY} right?", answer_by=date(2024, 7, 2), **more),
        ),
    ],
)
def test_what_staff_do_is_told_to_each_centre_once_for_each_submission(place, kind, act):
    other = programme(CentreFactory(), place.qualification)
    hook_of(other.centre)
    silent = programme(CentreFactory(), place.qualification)
    first, numbers = submitted(place)
    second, _ = submitted(other, 1, "t2")
    submitted(silent, 1, "t3")
    act(claim_ids=list(Claim.objects.values_list("pk", flat=True)), by=UserFactory(is_staff=True), at=JUNE)
    said = heard(kind)
    assert [(one["submission"], len(one["registrations"])) for one in said] == [
        (first.reference, 2),
        (second.reference, 1),
    ]
    assert said[0]["registrations"] == numbers
    if kind is EventKind.CLAIM_QUERIED:
        assert {one["answer_by"] for one in said} == {"2024-07-02"}
