from dataclasses import dataclass
from datetime import date, datetime, timedelta

import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st

from portal.consent.rules import State, check_answerable, check_withdrawable, digest, retained_until, state
from portal.consent.rules.links import new_token
from portal.errors import Refused
from portal.people import rules as people
from portal.web.sealing import sealed, unsealed
from tests.factories.consent import WALL


@dataclass
class Row:
    answer: str = ""
    used_at: datetime | None = None
    withdrawn_at: datetime | None = None
    superseded_at: datetime | None = None
    disposed_at: datetime | None = None
    expires_at: datetime | None = WALL


@pytest.mark.parametrize(
    ("row", "wall", "reached"),
    [
        (Row(), WALL - timedelta(microseconds=1), State.OPEN),
        (Row(), WALL, State.EXPIRED),
        (Row(expires_at=None), WALL, State.OPEN),
        (Row(answer="yes"), WALL, State.YES),
        (Row(answer="no"), WALL, State.NO),
        (Row(answer="yes", used_at=WALL), WALL, State.USED),
        (Row(answer="yes", withdrawn_at=WALL), WALL, State.WITHDRAWN),
        (Row(superseded_at=WALL), WALL, State.SUPERSEDED),
        (Row(answer="yes", used_at=WALL, disposed_at=WALL), WALL, State.DISPOSED),
    ],
)
def test_where_a_consent_stands(row, wall, reached):
    assert state(row, wall=wall) is reached


ROWS = st.builds(
    Row,
    answer=st.sampled_from(["", "yes", "no"]),
    used_at=st.sampled_from([None, WALL]),
    withdrawn_at=st.sampled_from([None, WALL]),
    superseded_at=st.sampled_from([None, WALL]),
    disposed_at=st.sampled_from([None, WALL]),
    expires_at=st.sampled_from([None, WALL, WALL + timedelta(days=1)]),
)


def allowed(check, row) -> bool:
    try:
        check(row, wall=WALL)
    except Refused as refusal:
        assert refusal.message.endswith(".")
        return False
    return True


@given(ROWS)
def test_only_an_open_question_is_answered_and_only_a_bare_yes_withdrawn(row):
    assert allowed(check_answerable, row) == (state(row, wall=WALL) is State.OPEN)
    assert allowed(check_withdrawable, row) == (state(row, wall=WALL) is State.YES)


@pytest.mark.parametrize(
    ("last", "until"),
    [
        (date(2024, 8, 15), date(2025, 2, 15)),
        (date(2024, 8, 31), date(2025, 2, 28)),
        (date(2023, 8, 31), date(2024, 2, 29)),
        (date(2024, 12, 1), date(2025, 6, 1)),
        (date(2024, 6, 30), date(2024, 12, 30)),
    ],
)
def test_six_calendar_months(last, until):
    assert retained_until(last) == until


@given(st.dates(date(2020, 1, 1), date(2060, 1, 1)))
def test_never_less_than_181_days_nor_more_than_184(last):
    assert 181 <= (retained_until(last) - last).days <= 184


def test_a_token_is_found_by_a_digest_of_its_own_kind_and_seen_again_under_its_key():
    token, key = new_token(), Fernet.generate_key().decode()
    assert len(token) == 43
    assert digest(token) != people.digest(token)
    assert unsealed(sealed(token, keys=[key]), keys=[key]) == token
    assert unsealed(sealed(token, keys=[key]), keys=[Fernet.generate_key().decode()]) == ""
