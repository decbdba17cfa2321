"""Services and offers by API: the matrix of the source text, and one learner's component."""

import pytest
from django.test import Client

from portal import clock
from portal.centres.access import actor_for
from portal.people.actions import make_token
from postresults.rules.services import FAMILIES, Service

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(season):
    actor = actor_for(user=season.officer, number=season.centre.number, at=clock.now())
    _, secret = make_token(
        centre=season.centre,
        name="MIS",
        scopes=["requests:read"],
        capabilities=actor.capabilities,
        by=season.officer,
        at=actor.at,
    )
    return Client(headers={"authorization": f"Token {secret}"})


def test_every_family_with_every_service(program):
    rows = program.get("/api/v1/postresults/services/").json()["results"]
    assert [(row["family"], row["service"]) for row in rows] == [
        (family, service.value) for family in FAMILIES for service in Service
    ]
    assert {row["offered"] for row in rows if row["family"] == "t_level"} == {False}
    held = {row["family"] for row in rows if row["service"] == "priority_service_2" and row["offered"]}
    assert held == set(FAMILIES) - {
        "t_level",
        "edx_awards_maths_l12",
        "edx_functional_skills",
        "btec_l12_firsts",
        "btec_l2_tech_awards",
        "btec_l2_technicals",
    }
    days = {(row["service"], row["days"], row["unit"]) for row in rows if row["days"]}
    assert days == {
        ("service_1", 10, "calendar"),
        ("service_2", 20, "calendar"),
        ("priority_service_2", 15, "calendar"),
        ("service_3", 35, "calendar"),
        ("marking_comments", 5, "calendar"),
    }


def offers(program, papers, **changed):
    paper = papers[0]
    asked = {"learner": "0012", "component": paper.unit.code, "series": paper.series_id, **changed}
    rows = program.get("/api/v1/postresults/offers/", asked).json()["results"]
    return {row.pop("service"): row for row in rows}


def test_what_can_be_asked_for_about_one_component(program, papers):
    found = offers(program, papers)
    assert list(found) == [service.value for service in Service]
    assert found["service_2"] == {
        "offered": True,
        "reason": "",
        "fee_pence": 4250,
        "closes_at": "2024-07-20T22:59:59.999999Z",
        "promised_on": "2024-07-18",
    }
    assert found["service_3"]["reason"] == "Review of moderation (service 3) does not exist for this qualification."
    assert found["service_3"]["offered"] is False


def test_a_learner_nobody_knows_is_as_one_without_a_result(program, papers):
    found = offers(program, papers, learner="9999")
    assert {row["offered"] for row in found.values()} == {False}
    assert {row["reason"] for row in found.values()} == {
        "We have issued no result for this component. Write to us if you expected one."
    }


def test_a_review_under_way_is_no_longer_offered(program, season, papers):
    season.agrees(papers)
    season.asks(papers[:1])
    assert offers(program, papers)["service_1"]["reason"] == (
        "A review of this component is under way. Its outcome comes first."
    )


def test_every_blank_of_the_question_is_needed(program):
    answer = program.get("/api/v1/postresults/offers/")
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == {"learner", "component", "series"}
