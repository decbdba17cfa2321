"""The outcome on the centre's page: only once it is issued, with reasons, fee, letter and the window for an appeal."""

from datetime import timedelta

import pytest
from django.urls import reverse

from portal.casework.actions import issue
from portal.web.actor import Actor
from postresults.actions import begin, decide_reviews, recommend
from postresults.queries.outcomes import outcome_of
from tests.factories.people import MembershipFactory, signed_in
from tests.factories.reviews import WORKED, Reviews

pytestmark = pytest.mark.django_db
COMMENT = "Question 4 was not added up."


@pytest.fixture
def reviews():
    return Reviews()


@pytest.fixture
def decided(reviews):
    request = reviews.asked(mark=49, overall="P")
    begin(request=request, reviewer=reviews.pat, by=reviews.cas, at=WORKED)
    given = {"mark": 52, "overall": "M", "reason": "administrative", "comment": COMMENT}
    recommend(request=request, by=reviews.pat, at=WORKED, **given)
    (made,) = decide_reviews(requests=[request], reasons="An error in adding up.", by=reviews.dee, at=WORKED)
    return request, made


def page(client, reviews, request):
    signed_in(client, reviews.officer)
    number, reference = reviews.centre.number, request.case.reference
    return client.get(reverse("postresults:request", args=[number, reference])).content.decode()


def test_nothing_of_a_decision_shows_before_it_is_issued(client, reviews, decided):
    request, made = decided
    body = page(client, reviews, request)
    assert COMMENT not in body and "An error in adding up." not in body
    issue(decision=made, by=reviews.cas, at=WORKED)
    after = page(client, reviews, request)
    assert COMMENT in after and "An error in adding up." in after


def test_the_outcome_says_what_changed_and_what_follows(client, reviews, decided):
    request, made = decided
    issue(decision=made, by=reviews.cas, at=WORKED)
    body = page(client, reviews, request)
    for words in (
        "Outcome: the result changes",
        "An administrative error",
        "because the grade changed",
        "Why this date?",
    ):
        assert words in body
    actor = Actor(user=reviews.officer, centre=reviews.centre, at=WORKED)
    found = outcome_of(request=request, actor=actor, as_of=WORKED + timedelta(days=1))
    assert (found.components[0].old_mark, found.components[0].new_mark) == (49, 52)
    assert found.overall == ("Pass", "Merit")
    assert found.window["on"].isoformat() == "2024-07-28"


def test_the_letter_is_a_pdf_that_a_stranger_never_gets(client, reviews, decided):
    request, made = decided
    issue(decision=made, by=reviews.cas, at=WORKED)
    signed_in(client, reviews.officer)
    path = reverse("postresults:outcome-pdf", args=[reviews.centre.number, request.case.reference])
    letter = client.get(path, follow=True)
    assert letter.content.startswith(b"%PDF")
    signed_in(client, MembershipFactory(role="officer").user)
    assert client.get(path).status_code == 404
