"""The staff's queue: who may act, and what a made-up request gets."""

import pytest
from django.test import Client

from claims.actions import Asked, submit_claims
from claims.models import Claim
from tests.factories.claims import JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, StaffMembershipFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db
QUEUE = "/admin/claims/claim/"


@pytest.fixture
def claim():
    learner = learner_on(programme(CentreFactory()))
    asked = [Asked(learner.pk, "M")]
    return submit_claims(
        centre=learner.centre, series=summer(), asked=asked, token="t", by=UserFactory(), at=JUNE
    ).claims.get()


@pytest.fixture
def casework():
    return signed_in(Client(), StaffMembershipFactory(role="casework").user)


def test_a_claim_is_asked_about_and_refused_with_words(casework, claim):
    page = f"{QUEUE}{claim.pk}/act/"
    empty = casework.post(f"{page}refuse/", {"confirmed": "yes", "reason": ""})
    assert "Give the reason. The centre reads it word for word." in empty.content.decode()
    assert (
        casework.post(f"{page}ask/", {"confirmed": "yes", "question": "Right?", "answer_by": "2/7/2024"}).status_code
        == 302
    )
    claim.refresh_from_db()
    assert claim.status == "queried"
    assert casework.post(f"{page}refuse/", {"confirmed": "yes", "reason": "No evidence."}).status_code == 302
    claim.refresh_from_db()
    assert (claim.status, claim.reason) == ("refused", "No evidence.")


def test_the_auditor_sees_the_queue_and_decides_nothing(claim):
    auditor = signed_in(Client(), StaffMembershipFactory(role="auditor").user)
    assert auditor.get(QUEUE).status_code == 200
    assert auditor.post(f"{QUEUE}{claim.pk}/act/accept/", {"confirmed": "yes"}).status_code == 403
    assert Claim.objects.get().status == "submitted"


@pytest.mark.parametrize("key", ["x", "9" * 30, "-1", ""])
def test_made_up_rows_are_nothing(casework, claim, key):
    sent = {"action": "accept", "_selected_action": key, "index": 0}
    assert casework.post(QUEUE, sent).status_code == 404
