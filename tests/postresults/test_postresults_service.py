"""The published figures: nearest ranks, the promise, and silence where answers are few."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.casework.models import Case, Decision
from postresults.models import Request
from postresults.queries.service import published
from postresults.rules.services import Service
from postresults.rules.turnaround import percentile, turnaround
from tests.factories.autumn import ASKED

COUNTS = st.dictionaries(st.integers(0, 60), st.integers(1, 50), min_size=1)


def test_figures_of_a_small_table():
    taken = turnaround({3: 5, 10: 4, 21: 1}, promised=20)
    assert (taken.answers, taken.median, taken.ninetieth, taken.kept_percent) == (10, 3, 10, 90)


def test_nine_answers_say_nothing_but_their_number():
    taken = turnaround({3: 9}, promised=20)
    assert (taken.answers, taken.median, taken.ninetieth, taken.kept_percent) == (9, None, None, None)


@given(COUNTS, st.integers(1, 100))
def test_a_percentile_is_the_nearest_rank(counts, percent):
    ordered = sorted(day for day, number in counts.items() for _ in range(number))
    rank = -(-len(ordered) * percent // 100)
    assert percentile(counts, percent) == ordered[rank - 1]


def answered(autumn, number, *, days):
    """Requests that were answered so many days after their receipt, in bulk history."""
    rows = [autumn.paper(f"{1000 + turn}") for turn in range(number)]
    for row in rows:
        autumn.agree(row)
    submission = autumn.ask_for(*rows)
    at = ASKED + timedelta(days=days)
    cases = Case.objects.filter(request__submission=submission)
    Decision.objects.bulk_create(
        Decision(
            case=case,
            kind="review",
            outcome="unchanged",
            reasons="As marked.",
            decided_by=autumn.officer,
            decided_at=at,
            issued_at=at,
            issued_by=autumn.officer,
            received_at=at,
        )
        for case in cases
    )


@pytest.fixture
def season_over(autumn):
    answered(autumn, 11, days=15)
    return autumn


def line(at, service=Service.MARKING):
    return next(row for row in published(at=at) if row.service is service)


def test_days_are_counted_from_receipt_to_the_first_decision(season_over, django_assert_num_queries):
    with django_assert_num_queries(1):
        taken = line(ASKED + timedelta(days=30)).taken
    assert (taken.answers, taken.median, taken.ninetieth, taken.kept_percent) == (11, 15, 15, 100)
    assert line(ASKED + timedelta(days=30), Service.PRIORITY).taken.answers == 0
    assert line(ASKED + timedelta(days=15 + 366)).taken.answers == 0
    assert Request.objects.count() == 11


def test_the_page_is_open_to_everybody_and_names_nobody(client, season_over, monkeypatch):
    monkeypatch.setattr("portal.clock.now", lambda: ASKED + timedelta(days=30))
    page = client.get("/service/").content.decode()
    assert "15 days" in page
    assert season_over.centre.name not in page


def test_the_status_page_says_in_words_what_a_delay_means(client, db):
    page = client.get("/service/status/").content.decode()
    assert "Something is slower than it should be." in page
    assert "Nothing is lost." in page
