"""Every claims page for three people: the officer, a colleague who may only read, and a stranger."""

import re
from datetime import UTC, date, datetime

import pytest
from django.urls import reverse
from django.utils.html import escape

from claims.actions import Asked, not_this_summer, query_claim, recompute, refuse_claims, submit_claims
from claims.models import Claim, Readiness, Submission, UnitGrade
from claims.queries.receipts import receipt_document
from deadlines.models import KeyDate
from tests.factories.claims import GRADES, JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db
HALF = {unit: grade for unit, grade in GRADES.items() if unit != "8"}


@pytest.fixture
def place():
    return programme(CentreFactory())


@pytest.fixture
def officer(place, client):
    return signed_in(client, MembershipFactory(centre=place.centre, role="officer").user)


@pytest.fixture
def stranger(client_class=None):
    from django.test import Client

    return signed_in(Client(), MembershipFactory(role="officer").user)


@pytest.fixture
def reader(place):
    from django.test import Client

    return signed_in(Client(), MembershipFactory(centre=place.centre, role="reader").user)


def url(name, place, **kwargs):
    return reverse(f"claims:{name}", kwargs={"number": place.centre.number, **kwargs})


def text(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def claimed(place, *learners, at=JUNE):
    return submit_claims(
        centre=place.centre,
        series=summer(),
        asked=[Asked(learner.pk, "M") for learner in learners],
        token=f"token{Submission.objects.count()}",
        by=UserFactory(),
        at=at,
    )


def pages(place):
    """Every GET page of claims with a sample object."""
    ready, blocked = learner_on(place), learner_on(place, grades=HALF)
    submission = claimed(place, learner_on(place))
    query = query_claim(
        claim=submission.claims.get(), question="Right?", answer_by=date(2024, 7, 2), by=UserFactory(), at=JUNE
    )
    other = claimed(place, learner_on(place)).claims.get()
    refuse_claims(claim_ids=[other.pk], reason="No evidence.", by=UserFactory(), at=JUNE)
    refused = other.registration
    return {
        "tracker": url("tracker", place),
        "csv": url("csv", place),
        "check": url("check", place) + "?every=1",
        "receipt": url("receipt", place, reference=submission.reference),
        "receipt-pdf": url("receipt-pdf", place, reference=submission.reference),
        "undo": url("undo", place, reference=submission.reference),
        "questions": url("questions", place),
        "question": url("question", place, pk=query.pk),
        "registration": url("registration", place, registration=ready.number),
        "grades": url("grades", place, registration=blocked.number),
        "release": url("release", place, registration=blocked.number),
        "refusal": url("refusal", place, registration=refused.number),
        "absence": url("absence", place, registration=ready.number),
    }


def test_every_page_opens_for_the_officer_and_is_nothing_for_a_stranger(place, officer, stranger):
    for name, address in pages(place).items():
        assert officer.get(address).status_code in (200, 302), name
        assert stranger.get(address).status_code == 404, name


def test_a_reader_sees_claims_and_may_not_act(place, reader):
    may_not = {"check", "undo", "grades", "refusal", "absence"}
    for name, address in pages(place).items():
        if "upload" in name:
            continue
        assert (reader.get(address).status_code == 403) == (name in may_not), name


def test_the_way_from_the_tracker_to_the_receipt(place, officer):
    learners = [learner_on(place) for _ in range(3)]
    assert "3 learners can be claimed now." in text(officer.get(url("tracker", place)))
    page = officer.get(url("check", place) + "?state=ready&every=1")
    assert "Check and submit 3 claims" in text(page)
    form = page.context["form"]
    sent = {"token": form["token"].value(), "seen": form["seen"].value(), "declaration": "on"}
    response = officer.post(url("check", place) + "?state=ready&every=1", sent)
    submission = Submission.objects.get()
    assert response.url == url("receipt", place, reference=submission.reference)
    assert submission.claims.count() == len(learners)
    again = officer.post(url("check", place) + "?state=ready&every=1", sent)
    assert again.url == response.url
    assert Submission.objects.count() == 1


def test_submitting_without_the_declaration_says_so_and_claims_nothing(place, officer):
    learner_on(place)
    page = officer.get(url("check", place) + "?every=1")
    form = page.context["form"]
    response = officer.post(
        url("check", place) + "?every=1", {"token": form["token"].value(), "seen": form["seen"].value()}
    )
    assert "Tick the declaration to submit 1 claim" in text(response)
    assert Claim.objects.count() == 0


def test_a_stale_check_page_sends_nothing_and_shows_the_list_as_it_is_now(place, officer):
    first, _second = learner_on(place), learner_on(place)
    page = officer.get(url("check", place) + "?every=1")
    form = page.context["form"]
    claimed(place, first)
    sent = {"token": form["token"].value(), "seen": form["seen"].value(), "declaration": "on"}
    response = officer.post(url("check", place) + "?every=1", sent)
    assert response.status_code == 409
    assert "Something changed after you opened this page, so nothing was sent." in text(response)
    assert "Check and submit 1 claim" in text(response)
    assert Claim.objects.count() == 1


def test_everything_less_what_was_unticked_is_selected(place, officer):
    learners = [learner_on(place) for _ in range(3)]
    shown = "&".join(f"shown={learner.number}" for learner in learners)
    picked = "&".join(f"pick={learner.number}" for learner in learners[:2])
    page = officer.get(f"{url('check', place)}?every=1&{shown}&{picked}")
    assert page.context["total"] == 2


def test_every_without_picks_means_every_one_of_them(place, officer):
    """Without script the box that means all of them may be ticked while the rows are not."""
    learners = [learner_on(place) for _ in range(3)]
    shown = "&".join(f"shown={learner.number}" for learner in learners)
    assert officer.get(f"{url('check', place)}?every=1&{shown}").context["total"] == 3


def test_numbers_of_another_centre_select_nothing(place, officer):
    foreign = learner_on(programme(CentreFactory()))
    assert officer.get(f"{url('check', place)}?pick={foreign.number}").context["total"] == 0


def test_a_blocked_row_says_why_and_links_to_what_fixes_it(place, officer):
    learner = learner_on(place, grades=HALF)
    page = officer.get(url("tracker", place) + f"?state=blocked&open={learner.number}")
    assert "Unit 8 has no grade" in text(page)
    assert f'href="{url("grades", place, registration=learner.number)}#unit-8"' in page.content.decode()
    assert "3; Unit 8 missing" in text(page) or "1; Unit 8 missing" in text(page)


def test_entering_the_missing_grade_makes_the_learner_ready(place, officer):
    learner = learner_on(place, grades=HALF)
    address = url("grades", place, registration=learner.number)
    form = officer.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"unit-8": "M"}
    response = officer.post(address, sent, follow=True)
    assert "is ready to claim" in text(response)
    assert Readiness.objects.get(registration=learner).state == "ready"


def test_a_stale_grades_page_shows_both_and_saves_neither(place, officer):
    learner = learner_on(place)
    address = url("grades", place, registration=learner.number)
    form = officer.get(address).context["form"]
    sent = {name: form[name].value() or "" for name in form.fields} | {"unit-8": "D"}
    UnitGrade.objects.filter(registration=learner, unit__number="8").update(grade="P", version=2)
    response = officer.post(address, sent)
    assert response.status_code == 409
    assert "Stored now" in text(response)
    assert UnitGrade.objects.get(registration=learner, unit__number="8").grade == "P"


@pytest.mark.parametrize("search", ["nobody", "'; drop table", "%", "_", "é" * 200])
def test_searching_for_anything_is_an_answer(place, officer, search):
    learner_on(place)
    response = officer.get(url("tracker", place), {"q": search, "after": search, "state": search, "sort": search})
    assert response.status_code == 200


HOSTILE = "<script>alert('&\"{name}%s')</script>"


@pytest.mark.parametrize("query", ["state=ready", "state=all", "state=blocked", "state=blocked&open={number}"])
def test_a_hostile_name_is_words_on_the_tracker_and_never_html(place, officer, query):
    learner = learner_on(place, name=HOSTILE, grades=HALF if "blocked" in query else GRADES)
    Readiness.objects.filter(pk=learner.pk).update(programme_title=HOSTILE, candidate_number="<b>")
    page = officer.get(url("tracker", place) + "?" + query.format(number=learner.number)).content.decode()
    assert HOSTILE not in page
    assert "<b><" not in page
    assert page.count(escape(HOSTILE)) >= 3


def test_the_address_of_a_row_is_what_the_table_of_routes_says(place, officer):
    learner, odd = learner_on(place), "A B&\"<'é%"
    type(learner).objects.filter(pk=learner.pk).update(number=odd)
    wanted = escape(url("registration", place, registration=odd))
    assert f'href="{wanted}"' in officer.get(url("tracker", place)).content.decode()


def test_the_csv_holds_exactly_what_the_filters_show_and_no_formula(place, officer):
    learner_on(place, name="=cmd|calc")
    learner_on(place, name="Zephyr")
    response = officer.get(url("csv", place) + "?state=ready&q=zephyr")
    lines = response.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ['"Zephyr']
    everyone = officer.get(url("csv", place) + "?state=ready").content.decode("utf-8-sig")
    assert '"\'=cmd|calc, Sam"' in everyone


def test_the_tracker_pages_by_key_in_both_directions(place, officer):
    for number in range(103):
        learner_on(place, name=f"Same{number // 60}")
    seen, address = [], url("tracker", place)
    while address:
        page = officer.get(address)
        seen += [row.number for row in page.context["rows"]]
        address = page.context["page"]["next_url"] and url("tracker", place) + page.context["page"]["next_url"]
        last = page
    assert len(seen) == len(set(seen)) == 103
    before = officer.get(url("tracker", place) + last.context["page"]["previous_url"])
    assert [row.number for row in before.context["rows"]] == seen[50:100]


@pytest.mark.parametrize("state", ["ready", "blocked", "claimed", "issued", "all", "absent"])
def test_the_tracker_costs_the_same_for_one_row_and_for_three(
    place, officer, django_assert_num_queries, state, django_assert_max_num_queries
):
    for many in (1, 2):
        for _ in range(many):
            learner_on(place)
            learner_on(place, grades=HALF)
            claimed(place, learner_on(place))
        with django_assert_max_num_queries(12) as captured:
            officer.get(url("tracker", place) + f"?state={state}")
        if many == 1:
            first = len(captured)
    assert len(captured) == first


def test_no_page_of_claims_costs_more_than_twelve_queries(place, officer, django_assert_max_num_queries):
    for address in pages(place).values():
        with django_assert_max_num_queries(12):
            officer.get(address)


def test_a_learner_of_a_series_without_dates_still_has_a_page(place, officer):
    learner = learner_on(place)
    KeyDate.objects.filter(key="claims.full_award").delete()
    assert officer.get(url("registration", place, registration=learner.number)).status_code == 200
    told = officer.get(url("tracker", place))
    assert told.status_code == 409
    assert "No key dates are loaded yet" in text(told)


def test_a_nul_in_an_address_is_a_bad_request_before_any_page(place, officer):
    for address in (
        url("tracker", place) + "?q=%00",
        url("check", place) + "?pick=%00",
        url("receipt", place, reference="x").replace("x", "%00"),
        f"/c/{place.centre.number}/learners/%00/",
        "/c/%00/",
    ):
        assert officer.get(address).status_code == 400, address


def test_a_hidden_field_of_any_length_is_an_error_and_not_a_fault(place, officer):
    learner = learner_on(place, grades=HALF)
    address = url("grades", place, registration=learner.number)
    response = officer.post(
        address, {"unit-1": "D", "unit-1-was": "9" * 5000 + ":D", "unit-8": "M", "unit-8-was": "0:"}
    )
    assert response.status_code == 200
    assert Readiness.objects.get(registration=learner).state == "blocked"


def test_a_token_that_looks_like_a_reference_harms_nobody(place, officer):
    claimed(place, learner_on(place))
    learner_on(place)
    taken = Submission.objects.get().reference
    form = officer.get(url("check", place) + "?every=1").context["form"]
    sent = {"token": taken, "seen": form["seen"].value(), "declaration": "on"}
    assert officer.post(url("check", place) + "?every=1", sent).status_code == 302
    assert Submission.objects.count() == 2


def test_the_receipt_says_later_what_it_said_at_first(place, officer):
    learner = learner_on(place, name="Before")
    submission = claimed(place, learner)
    learner.learner.family_name = "After"
    learner.learner.save()
    Claim.objects.update(grade="P", points=40)
    recompute([learner.pk], JUNE)
    told = text(officer.get(url("receipt", place, reference=submission.reference)))
    assert "Before, Sam" in told and "Merit" in told
    assert "After" not in told and " Pass " not in told


def test_a_learner_taken_out_of_the_summer_has_a_page_with_the_way_back(place, officer):
    learner = learner_on(place)
    not_this_summer(registration=learner, reason="Left in March", by=UserFactory(), at=JUNE)
    page = officer.get(url("registration", place, registration=learner.number))
    assert page.status_code == 200
    assert url("absence", place, registration=learner.number) in page.content.decode()
    assert "Put back into this summer’s list" in text(page)


def test_a_late_receipt_promises_no_august_result_anywhere(place, officer):
    late = datetime(2024, 7, 6, 9, 0, tzinfo=UTC)
    submission = claimed(place, learner_on(place), at=late)
    page = officer.get(url("receipt", place, reference=submission.reference))
    assert "after the date" in text(page)
    assert "Not guaranteed in August" in text(page)
    assert not [step["what"] for step in page.context["next"] if step["what"].endswith("issued")]
    document = receipt_document(submission)
    assert [line["expected"] for line in document["programmes"]] == ["Not guaranteed in August"]
    assert document["in_time"] is False


def test_control_a_receipt_in_time_names_results_day(place):
    document = receipt_document(claimed(place, learner_on(place)))
    assert [line["expected"] for line in document["programmes"]] == ["Thursday 15 August 2024"]
    assert document["next"][-1]["what"] == "1 level 3 result is issued"


def test_going_back_from_the_check_page_keeps_what_was_chosen(place, officer):
    learners = [learner_on(place) for _ in range(3)]
    shown = "&".join(f"shown={learner.number}" for learner in learners)
    picked = "&".join(f"pick={learner.number}" for learner in learners[:2])
    check = officer.get(f"{url('check', place)}?every=1&{shown}&{picked}")
    back = officer.get(check.context["back"])
    ticked = re.findall(r'name="pick" value="(\w+)"[^>]* checked>', back.content.decode())
    assert sorted(ticked) == sorted(learner.number for learner in learners[:2])
    assert back.context["selected"] == check.context["total"] == 2
