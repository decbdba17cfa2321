"""So many calls a minute, however many come at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.db import connection

from portal.centres.rules import CAPABILITIES, Role
from portal.people.actions import count_call, make_token
from portal.people.models import ApiToken
from tests.factories.claims import JUNE
from tests.factories.people import MembershipFactory

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
CALLERS, EACH, MOST = 8, 25, 60
WALL = datetime(2026, 3, 2, 9, 15, 30, tzinfo=UTC)


@pytest.fixture
def token():
    officer = MembershipFactory(role="officer")
    rights = CAPABILITIES[Role.OFFICER]
    return make_token(
        centre=officer.centre, name="MIS", scopes=["learners:read"], capabilities=rights, by=officer.user, at=JUNE
    )[0]


def let_through(counting, each):
    """How many calls of several callers at once are let through."""
    barrier = Barrier(CALLERS)

    def call(_):
        try:
            barrier.wait(timeout=10)
            return sum(counting(barrier) for _ in range(each))
        finally:
            connection.close()

    with ThreadPoolExecutor(CALLERS) as pool:
        return sum(pool.map(call, range(CALLERS)))


def test_calls_at_once_are_all_counted(token):
    counted = let_through(lambda barrier: count_call(token=token, most=MOST, wall=WALL), EACH)
    assert counted == MOST
    later = WALL + timedelta(minutes=1)
    assert let_through(lambda barrier: count_call(token=token, most=MOST, wall=later), EACH) == MOST


def test_control_reading_before_writing_lets_more_through(token):
    def reads_first(barrier):
        calls = ApiToken.objects.get(pk=token.pk).calls
        barrier.wait(timeout=10)
        ApiToken.objects.filter(pk=token.pk).update(calls=calls + 1)
        barrier.wait(timeout=10)
        return calls < 3

    assert let_through(reads_first, 4) == CALLERS * 3
