"""What a program must know before it writes, and what it reads back afterwards."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.centres.rules import Role
from tests.factories.claims import business, learner_on, programme
from tests.factories.people import CentreFactory


def rows(vendor, path, **query):
    return vendor.get(path, **query).json()["results"]


def entered(college):
    """A learner of the college with an entry."""
    return learner_on(programme(college), entered="3", candidate="0777", registration="AB00777")


@pytest.fixture
def elsewhere(college):
    """Another centre with a learner of its own."""
    return learner_on(
        programme(CentreFactory(number="23456"), business(code="OTHER")), entered="2", registration="XX00001"
    )


def test_the_qualifications_carry_what_rows_are_written_with(vendor, elsewhere):
    (found,) = rows(vendor, "qualifications/")
    units = found.pop("units")
    assert found == {
        "code": "NAT-BUS-EC",
        "number": "",
        "title": "Business, Extended Certificate",
        "level": "3",
        "claim": "full_award",
        "guided_hours": 360,
        "grades": ["U", "P", "M", "D", "D*"],
    }
    assert [(unit["number"], unit["mandatory"], unit["assessed_by"], unit["guided_hours"]) for unit in units] == [
        ("1", True, "centre", 90),
        ("2", True, "awarding_organisation", 90),
        ("3", True, "awarding_organisation", 120),
        ("8", False, "centre", 60),
        ("14", False, "centre", 60),
    ]
    assert {tuple(unit["grades"]) for unit in units} == {("U", "N", "P", "M", "D")}


def test_what_the_catalogue_says_can_be_written_and_read_back(vendor):
    unit = next(row for row in rows(vendor, "qualifications/")[0]["units"] if row["number"] == "8")
    row = {"registration_number": "AB00014", "unit": unit["code"], "grade": unit["grades"][-1]}
    assert vendor.post("unit-grades/", {"unit_grades": [row]}).status_code == 200
    (read,) = [found for found in rows(vendor, "unit-grades/", candidate="0014") if found["unit"] == unit["code"]]
    assert read.pop("reported_at").endswith("Z")
    assert read == {**row, "candidate_number": "0014", "qualification_code": "NAT-BUS-EC"}


def test_entries_are_read_back(vendor, college, elsewhere):
    entered(college)
    (read,) = rows(vendor, "entries/")
    assert (read["registration_number"], read["candidate_number"]) == ("AB00777", "0777")
    assert (read["series"], read["entered_on"]) == ("2024-06", "2024-02-01")


@pytest.mark.parametrize("path", ["entries/", "unit-grades/"])
def test_what_is_read_back_is_narrowed(vendor, college, elsewhere, path):
    entered(college)
    assert {row["candidate_number"] for row in rows(vendor, path, candidate="0777")} == {"0777"}
    assert rows(vendor, path, series="2024-06") == rows(vendor, path)
    assert rows(vendor, path, series="2023-06") == []
    assert rows(vendor, path, candidate=elsewhere.learner.candidate_number) == []


@pytest.mark.parametrize("path", ["entries/", "unit-grades/"])
def test_reading_back_asks_no_more_of_the_person_than_to_read(college, vendor_of, path):
    reader = vendor_of(college, ["learners:read"], Role.READER)
    assert reader.get(path).status_code == 200
    assert reader.post(path, {}).status_code == 403


@pytest.mark.parametrize("path", ["qualifications/", "entries/", "unit-grades/"])
def test_a_list_asks_as_many_questions_for_many_rows_as_for_few(vendor, college, path):
    learner_on(programme(college), entered="2")
    vendor.get(path)
    with CaptureQueriesContext(connection) as few:
        assert vendor.get(path).status_code == 200
    for _ in range(3):
        learner_on(programme(college), entered="2 3")
    with CaptureQueriesContext(connection) as many:
        vendor.get(path)
    assert len(few) == len(many)
    assert len(many) <= 12
