"""What is left of a file of claims: refused rows are told of after the commit, and only what is claimed is counted."""

import pytest
from django.urls import reverse

from claims.models import Submission
from portal.intake.actions import commit_upload, receive
from tests.factories.claims import JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, signed_in
from tests.intake.books import book

HEADINGS = ("Candidate number", "Expected grade")


@pytest.fixture
def place(db):
    summer()
    return programme(CentreFactory())


@pytest.fixture
def officer(place, client):
    user = MembershipFactory(centre=place.centre, role="officer").user
    signed_in(client, user)
    return user


def upload(place, officer, *rows):
    content = book(("Claims", [HEADINGS, *([row.learner.candidate_number, None] for row in rows)]))
    return receive(centre=place.centre, kind="claims", filename="c.xlsx", content=content, by=officer, at=JUNE)


def page(client, name, found, **kwargs):
    return client.get(reverse(name, kwargs={"number": found.centre.number, **kwargs})).content.decode()


def receipt(client):
    made = Submission.objects.order_by("-pk")[0]
    return page(client, "claims:receipt", made, reference=made.reference)


def test_the_receipt_tells_of_the_refused_and_leads_to_them(place, officer, client):
    found = upload(place, officer, learner_on(place), learner_on(place, grades={"1": "M"}))
    commit_upload(upload=found, good_rows_only=True, by=officer, at=JUNE)
    words = receipt(client)
    assert "1 row of your file was refused" in words
    address = reverse("claims:file-done", kwargs={"number": place.centre.number, "pk": found.pk})
    assert address in words
    assert "Download the 1 refused row" in client.get(address).content.decode()


def test_a_receipt_without_refused_rows_says_nothing_of_them(place, officer, client):
    found = upload(place, officer, learner_on(place))
    commit_upload(upload=found, good_rows_only=False, by=officer, at=JUNE)
    assert "refused" not in receipt(client)


def test_the_button_counts_what_will_be_claimed(place, officer, client):
    claimed = learner_on(place)
    commit_upload(upload=upload(place, officer, claimed), good_rows_only=False, by=officer, at=JUNE)
    blocked = learner_on(place, grades={"1": "M"})
    found = upload(place, officer, claimed, learner_on(place), learner_on(place), blocked)
    words = page(client, "claims:file-preview", found, pk=found.pk)
    assert "Commit the 2 good rows" in words
    assert "1 row says what we hold already and changes nothing." in words


def test_the_upload_page_says_which_columns_are_needed(place, officer, client):
    words = page(client, "claims:file", upload(place, officer, learner_on(place)))
    assert "Yes, or Registration number" in words
    assert ">No</td>" in words
