"""Thousands of rows at once: the same rows as one by one, whichever way the database takes them."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from claims.actions import Asked, submit_claims
from claims.models import Claim
from portal.intake.models import StagedRow, Upload
from portal.learners.models import Registration
from portal.web.bulk import add_rows
from tests.factories.claims import GRADES, JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db

NAMES = ("upload_id", "line", "cells", "about", "outcome")
TEXTS = (
    "",
    "Okafor, Amara",
    'She said "no"',
    "two\nlines\r\nand\ta tab",
    "back\\slash \\N \\.",
    "O\u2019Neill \u00e9 \U0001f393",
    "NULL",
    " spaces ",
    "'; DROP TABLE claims_claim; --",
)


@pytest.fixture
def upload() -> Upload:
    return Upload.objects.create(centre=CentreFactory(), kind="claims", received_at=JUNE, by=UserFactory())


def rows_of(upload: Upload) -> list[dict[str, Any]]:
    return [{**row, "id": None} for row in StagedRow.objects.filter(upload=upload).order_by("line").values()]


def test_every_text_comes_back_as_it_was_and_other_columns_have_their_defaults(upload):
    given = [(upload.pk, line, [text, text], text, "new") for line, text in enumerate(TEXTS, start=1)]
    add_rows(StagedRow, NAMES, given)
    found = rows_of(upload)
    StagedRow.objects.filter(upload=upload).delete()
    StagedRow.objects.bulk_create(StagedRow(**dict(zip(NAMES, row, strict=True))) for row in given)
    assert found == rows_of(upload)
    assert [row["cells"] for row in found] == [[text, text] for text in TEXTS]


def test_no_rows_are_no_work(upload):
    add_rows(StagedRow, NAMES, [])
    assert rows_of(upload) == []


@pytest.mark.parametrize("about", [None, "twice"])
def test_a_row_that_the_database_refuses_is_an_integrity_error(upload, about):
    row = (upload.pk, 1, [], about, "new")
    with pytest.raises(IntegrityError), transaction.atomic():
        add_rows(StagedRow, NAMES, [row, row])
    assert rows_of(upload) == []


def test_claims_are_the_same_by_copy_and_one_by_one():
    """What a submission stores, held against the same claims made singly: no value, no points, no late mark differs."""
    place = programme(CentreFactory())
    officer = MembershipFactory(centre=place.centre, role="officer").user
    learners = [learner_on(place, grades=GRADES) for _ in range(3)]
    asked = [Asked(registration.pk, "M") for registration in learners]
    submit_claims(centre=place.centre, series=summer(), asked=asked, token="t", by=officer, at=JUNE)
    made = [{**row, "id": None} for row in Claim.objects.order_by("registration").values()]
    singly = [Claim(**row) for row in made]
    Claim.objects.all().delete()
    for claim in singly:
        claim.save()
    assert [{**row, "id": None} for row in Claim.objects.order_by("registration").values()] == made
    assert len(made) == 3


def test_any_of_finds_what_in_finds():
    place = programme(CentreFactory())
    ids = [learner_on(place, grades=GRADES).pk for _ in range(3)]
    for wanted in (ids, ids[:1], [*ids[:2], 0], []):
        found = Registration.objects.filter(pk__any_of=wanted).order_by("pk")
        assert list(found) == list(Registration.objects.filter(pk__in=wanted).order_by("pk"))
        here = Registration.objects.filter(learner__any_of=[row.learner_id for row in found]).order_by("pk")
        assert list(here) == list(found)


@pytest.mark.postgres
def test_control_postgresql_takes_them_by_copy(upload):
    """The fast way is the one that was compared above."""
    with CaptureQueriesContext(connection) as asked:
        add_rows(StagedRow, NAMES, [(upload.pk, 1, [], "", "new")])
    assert [query["sql"].split()[0] for query in asked.captured_queries] == ["COPY"]
