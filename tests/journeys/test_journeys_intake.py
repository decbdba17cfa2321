"""A file of unit grades, from the tracker to the confirmation; and the learner pages, held against WCAG."""

import pytest
from django.urls import reverse

from claims.models import UnitGrade
from tests.factories.learners import College

pytestmark = pytest.mark.django_db(transaction=True)

GRADES = b"Cand no,Unit,Grade,House\n0012,1,Merit,Red\n0012,8,p,Red\n12,1,M,Red\n"


@pytest.fixture
def college():
    made = College()
    made.register("0012", "NAT-BUS-EC", number="AB00012")
    return made


def test_unit_grades_by_file(visit, axe, college):
    journey = visit(college.officer, reverse("claims:tracker", args=[college.centre.number]))
    journey.click("Upload unit grades")
    axe(journey.page)
    journey.clicks += 1  # the file is chosen in the computer's own window
    journey.page.set_input_files("input[type=file]", [{"name": "june", "mimeType": "text/csv", "buffer": GRADES}])
    journey.click("Look at the file")
    assert journey.reads("1 row refused")
    axe(journey.page)
    journey.click("Commit the 2 good rows")
    assert journey.reads("2 rows saved")
    axe(journey.page)
    assert UnitGrade.objects.count() == 2
    assert (journey.clicks <= 6, journey.screens <= 4) == (True, True)


def test_faults_of_the_file_lead_to_the_field(visit, axe, college):
    journey = visit(college.officer, reverse("claims:upload", args=[college.centre.number]))
    journey.page.set_input_files("input[type=file]", [{"name": "x", "mimeType": "text/csv", "buffer": b"A,B\n1,2\n"}])
    journey.click("Look at the file")
    axe(journey.page)
    journey.page.locator(".error-summary a").first.click()
    assert journey.page.evaluate("document.activeElement.type") == "file"


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    ("name", "kwargs"),
    [
        ("list", {}),
        ("detail", {"candidate": "0012"}),
        ("edit", {"candidate": "0012"}),
        ("units", {"registration": "AB00012"}),
        ("enter", {"registration": "AB00012"}),
        ("upload-registrations", {}),
        ("upload-entries", {}),
    ],
)
def test_learner_pages_can_be_used_by_everybody(visit, axe, college, name, kwargs, width):
    path = reverse(f"learners:{name}", kwargs={"number": college.centre.number, **kwargs})
    journey = visit(college.officer, path)
    journey.page.set_viewport_size({"width": width, "height": 900})
    axe(journey.page)
    assert journey.page.evaluate("document.documentElement.scrollWidth") <= width
