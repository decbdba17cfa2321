"""The same call by several at once: with one Idempotency-Key it is done once, whatever the timing."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

from portal.centres.rules import CAPABILITIES, Role
from portal.intake.models import Upload
from portal.people.actions import make_token
from tests.factories.claims import JUNE
from tests.factories.people import MembershipFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
WRITERS = 6
ROW = {"candidate_number": "0012", "family_name": "Okafor", "given_name": "Amara"}


@pytest.fixture
def secret():
    officer = MembershipFactory(role="officer")
    rights = CAPABILITIES[Role.OFFICER]
    return make_token(
        centre=officer.centre, name="MIS", scopes=["learners:write"], capabilities=rights, by=officer.user, at=JUNE
    )[1]


def together(secret, *keys):
    """One call for each key at the same moment; "" sends none. Status, and whether it was answered from before."""
    barrier = Barrier(len(keys))

    def call(key):
        headers = {"Authorization": f"Token {secret}", **({"Idempotency-Key": key} if key else {})}
        try:
            barrier.wait(timeout=10)
            answer = Client(SERVER_NAME="localhost").post(
                "/api/v1/learners/", {"learners": [ROW]}, content_type="application/json", headers=headers
            )
            return answer.status_code, "Idempotent-Replayed" in answer.headers
        finally:
            connection.close()

    with ThreadPoolExecutor(len(keys)) as pool:
        return list(pool.map(call, keys))


def test_one_key_acts_once(secret):
    answers = together(secret, *["k"] * WRITERS)
    assert answers.count((200, False)) == 1
    assert set(answers) <= {(200, False), (200, True), (409, False)}
    assert Upload.objects.count() == 1
    assert together(secret, "k") == [(200, True)]


def test_control_without_a_key_every_call_acts(secret):
    assert together(secret, *[""] * WRITERS) == [(200, False)] * WRITERS
    assert Upload.objects.count() == WRITERS
