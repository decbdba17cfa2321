from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from claims.actions import Asked, query_claim, submit_claims
from portal.dashboard.queries import words
from portal.intake.models import Upload
from tests.factories.claims import GRADES, JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db
HALF = {unit: grade for unit, grade in GRADES.items() if unit != "8"}


@pytest.fixture
def place():
    return programme(CentreFactory())


@pytest.fixture
def officer(place):
    return MembershipFactory(centre=place.centre, role="officer").user


def home(place):
    return reverse("dashboard:home", kwargs={"number": place.centre.number})


def opened(user, place):
    return signed_in(Client(), user).get(home(place))


def claimed(place, *learners):
    asked = [Asked(learner.pk, "M") for learner in learners]
    return submit_claims(centre=place.centre, series=summer(), asked=asked, token="t", by=UserFactory(), at=JUNE)


def test_what_needs_doing_is_counted_sorted_by_date_and_links_to_the_work(place, officer):
    learner_on(place)
    learner_on(place, grades=HALF)
    claim = claimed(place, learner_on(place)).claims.get()
    query_claim(claim=claim, question="Right?", answer_by=date(2024, 7, 2), by=UserFactory(), at=JUNE)
    page = opened(officer, place)
    assert [(item["on"], item["act"]) for item in page.context["needs"]] == [
        (date(2024, 7, 2), "Answer 1 question about a claim"),
        (date(2024, 7, 5), "Claim for 1 learner who is ready"),
        (date(2024, 7, 5), "Unblock 1 learner"),
    ]
    client = signed_in(Client(), officer)
    assert {client.get(item["url"]).status_code for item in page.context["needs"]} <= {200, 302}


def test_the_forecast_counts_who_will_have_no_result(place, officer):
    learner_on(place)
    learner_on(place, grades=HALF)
    claimed(place, learner_on(place))
    forecast = opened(officer, place).context["forecast"]
    assert (forecast["without"], forecast["ready"], forecast["blocked"], forecast["total"]) == (2, 1, 1, 3)


def test_with_nothing_to_do_the_next_date_is_named(place, officer):
    claimed(place, learner_on(place))
    page = opened(officer, place)
    assert page.context["needs"] == []
    assert "Nothing needs doing." in page.content.decode()
    assert "The next date is Friday 5 July 2024" in page.content.decode()
    assert [line["words"] for line in page.context["waiting"]] == ["1 claim at level 3"]
    assert page.context["finished"][0]["words"] == "1 learner claimed"


def test_a_stranger_finds_nothing_there(place):
    absent = signed_in(Client(), MembershipFactory(role="officer").user).get("/c/99999/")
    foreign = opened(MembershipFactory(role="officer").user, place)
    assert (foreign.status_code, absent.status_code) == (404, 404)


def test_home_costs_at_most_twelve_queries(place, officer, django_assert_max_num_queries):
    learner_on(place)
    client = signed_in(Client(), officer)
    with django_assert_max_num_queries(12) as first:
        client.get(home(place))
    learner_on(place)
    learner_on(place)
    with django_assert_max_num_queries(12) as second:
        client.get(home(place))
    assert len(second) == len(first)


def test_the_first_page_after_sign_in_is_the_right_one(place, officer):
    assert signed_in(Client(), officer).get("/").url == home(place)
    assert signed_in(Client(), StaffMembershipFactory().user).get("/").url == "/admin/"
    MembershipFactory(user=officer, role="officer")
    assert signed_in(Client(), officer).get("/").url == reverse("dashboard:centres")


def test_a_finished_upload_says_what_was_kept_and_leads_to_it(place, officer):
    summer()
    Upload.objects.create(
        centre=place.centre,
        kind="unit-grades",
        filename="grades.csv",
        digest="0" * 64,
        status="committed",
        received_at=JUNE,
        committed_at=JUNE,
        by=officer,
        counts={"new": 3, "changed": 1, "unchanged": 0, "refused": 2},
    )
    line = opened(officer, place).context["finished"][0]
    assert (line["words"], line["note"]) == ("4 unit grades uploaded", "Friday 28 June, 2 refused")
    assert signed_in(Client(), officer).get(line["url"]).status_code == 200


def test_several_centres_roll_up_into_one_list_at_the_same_cost(place, officer, django_assert_num_queries):
    learner_on(place)
    second, idle, foreign = programme(CentreFactory()), CentreFactory(), programme(CentreFactory())
    learner_on(second, grades=HALF)
    learner_on(foreign)
    for centre in (second.centre, idle):
        MembershipFactory(user=officer, centre=centre, role="reader")
    client = signed_in(Client(), officer)
    with django_assert_num_queries(9):  # session, user, centres, roles, dates, and one for each of four duties
        page = client.get(reverse("dashboard:centres"))
    rows = {row["centre"]: [(item["on"], item["act"]) for item in row["needs"]] for row in page.context["rows"]}
    assert rows == {
        place.centre: [(date(2024, 7, 5), "Claim for 1 learner who is ready")],
        second.centre: [(date(2024, 7, 5), "Unblock 1 learner")],
        idle: [],
    }
    assert foreign.centre.name not in page.content.decode()


def test_nobody_is_told_on_the_list_that_they_themselves_do_it(place, officer):
    learner_on(place)
    MembershipFactory(user=officer, role="reader")
    reader = MembershipFactory(centre=place.centre, role="reader").user
    MembershipFactory(user=reader, role="reader")
    notes = [
        [
            "Your exams officer or deputy does this" in item["note"]
            for row in signed_in(Client(), user).get(reverse("dashboard:centres")).context["rows"]
            for item in row["needs"]
        ]
        for user in (officer, reader)
    ]
    assert notes == [[False], [True]]


def test_counts_carry_their_comma():
    assert words("Claim for {count} learner{s}", 2000) == "Claim for 2,000 learners"
