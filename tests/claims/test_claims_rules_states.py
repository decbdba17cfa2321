from pathlib import Path

import pytest

from claims.rules import LIVE, MOVES, ClaimStatus, can_move
from claims.rules.diagram import state_page


def test_every_status_has_its_moves_and_decisions_are_final():
    assert set(MOVES) == set(ClaimStatus)
    final = {status for status in ClaimStatus if not MOVES[status]}
    assert final == {ClaimStatus.ACCEPTED, ClaimStatus.REFUSED, ClaimStatus.UNDONE}


@pytest.mark.parametrize("status", ClaimStatus)
def test_nothing_moves_to_where_it_stands(status):
    assert not can_move(status=status, to=status)


def test_an_answered_or_decided_claim_cannot_be_undone():
    assert [status for status in ClaimStatus if can_move(status=status, to=ClaimStatus.UNDONE)] == [
        ClaimStatus.SUBMITTED
    ]
    assert {ClaimStatus.SUBMITTED, ClaimStatus.QUERIED, ClaimStatus.ACCEPTED} == LIVE


def test_the_page_of_moves_is_up_to_date():
    assert (Path(__file__).parents[2] / "docs" / "states" / "claim.md").read_text() == state_page()
