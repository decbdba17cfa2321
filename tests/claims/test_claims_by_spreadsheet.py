"""A college does its whole claims work by spreadsheet: learners, registrations, entries, unit grades, claims."""

import os
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from claims.models import Claim, Readiness
from portal.learners.actions import release_programme
from portal.learners.models import UnitChoice
from tests.factories.learners import AT, College
from tests.factories.people import signed_in
from tests.intake.books import book

# A large college has 2,000; the suite walks with fewer.
LEARNERS = int(os.environ.get("COLLEGE_LEARNERS", "30"))


@pytest.fixture
def college(db):
    made = College(awards=("NAT-BUS-EC",))
    release_programme(programme=made.programme(), by=None, at=AT)
    return made


def files(count):
    """The workbooks of a summer, in the order in which they go in."""
    candidates = [f"{number:04}" for number in range(1, count + 1)]
    numbers = {candidate: f"AB1{candidate}" for candidate in candidates}
    return {
        "learners:upload-learners": [
            ("Candidate number", "Family name", "Given name"),
            *((candidate, f"Family{candidate}", "Sam") for candidate in candidates),
        ],
        "learners:upload-registrations": [
            ("Candidate number", "Registration number", "Qualification", "Series"),
            *((c, numbers[c], "Business, Extended Certificate", "Summer 2024") for c in candidates),
        ],
        "learners:upload-entries": [
            ("Registration number", "Unit"),
            *((numbers[c], unit) for c in candidates for unit in ("2", "3")),
        ],
        # Unit 8 is optional: its grade takes it into the set.
        "claims:upload": [
            ("Registration number", "Unit", "Grade"),
            *((numbers[c], unit, "Merit") for c in candidates for unit in ("1", "8")),
        ],
        "claims:file": [("Registration number",), *((number,) for number in numbers.values())],
    }


def go_through(client, college, name, rows):
    """Choose the file, look, commit every row, as a person does; the last page."""
    upload = book((name.rpartition(":")[2], rows))
    file = SimpleUploadedFile("file.xlsx", upload)
    page = client.post(reverse(name, args=[college.centre.number]), {"file": file}, follow=True)
    assert "refused</h2>" not in page.content.decode()
    act = {"act": "all", "declaration": "on"}
    return client.post(page.redirect_chain[-1][0], act, follow=True)


def test_from_nothing_to_the_receipt_with_five_files_and_no_other_page(college):
    client = signed_in(Client(), college.officer)
    pages = {name: go_through(client, college, name, rows) for name, rows in files(LEARNERS).items()}
    assert Readiness.objects.filter(state="claimed").count() == Claim.objects.count() == LEARNERS
    assert UnitChoice.objects.filter(unit__code="N16-BUS-8").count() == LEARNERS
    receipt = pages["claims:file"].content.decode()
    assert re.search(rf"<title>{LEARNERS:,} claims submitted", receipt)
