"""What a token may call in a minute of the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.centres.rules import CAPABILITIES, Role
from portal.people.actions import count_call, make_token
from tests.factories.claims import JUNE
from tests.factories.people import MembershipFactory

pytestmark = pytest.mark.django_db
WALL = datetime(2026, 3, 2, 9, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "passed"),
    [
        (timedelta(seconds=29), False),  # the same minute
        (timedelta(seconds=-31), False),  # a slow call of the minute before
        (timedelta(seconds=30), True),  # the next minute
        (timedelta(minutes=-5), True),  # the clock was put back
    ],
)
def test_a_full_minute_refuses_until_the_next(later, passed):
    officer = MembershipFactory(role="officer")
    rights = CAPABILITIES[Role.OFFICER]
    token, _ = make_token(
        centre=officer.centre, name="MIS", scopes=["learners:read"], capabilities=rights, by=officer.user, at=JUNE
    )
    assert [count_call(token=token, most=2, wall=WALL) for _ in range(3)] == [True, True, False]
    assert count_call(token=token, most=2, wall=WALL + later) is passed
