"""What a program gets: lists, claims, errors in one form, and each act once."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models.signals import post_save
from django.test import override_settings
from django.test.utils import CaptureQueriesContext

from claims.actions import claim_those_ready
from claims.models import Claim, Submission
from portal import clock
from portal.centres.models import Centre, Membership
from portal.centres.rules import Role
from portal.people.actions import LeaseLost, begin_call, finish_call, forget_answers, give_up_call
from portal.people.models import ApiToken, KeptAnswer
from tests.factories.claims import JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory

ASK = {"series": "2024-06", "registrations": ["AB00012", "AB00014"], "declaration": True}


def test_the_tracker_tells_where_each_learner_stands(vendor):
    body = vendor.get("tracker/").json()
    assert (body["next"], body["previous"]) == (None, None)
    assert [(row["registration"], row["state"], row["grade"]) for row in body["results"]] == [
        ("AB00012", "ready", body["results"][0]["grade"]),
        ("AB00013", "ready", body["results"][0]["grade"]),
        ("AB00014", "blocked", ""),
    ]
    blocked = vendor.get("tracker/", state="blocked").json()["results"]
    assert blocked[0]["learner"]["candidate_number"] == "0014"
    assert blocked[0]["reasons"][0]["code"] == "unit_grade_missing"
    assert blocked[0]["reasons"][0]["fix_url"].startswith("http://localhost/c/12345/")


def test_a_long_list_comes_in_pages_that_hold_every_row_once(vendor, college, monkeypatch):
    monkeypatch.setattr("portal.web.api.PAGE", 2)
    first = vendor.get("tracker/", series="2024-06").json()
    second = vendor.client.get(first["next"], headers=vendor.headers).json()
    back = vendor.client.get(second["previous"], headers=vendor.headers).json()
    numbers = [row["registration"] for page in (first, second) for row in page["results"]]
    assert numbers == ["AB00012", "AB00013", "AB00014"]
    assert (second["next"], back["results"]) == (None, first["results"])


@pytest.mark.parametrize("path", ["tracker/", "learners/", "key-dates/", "limits/"])
def test_a_list_asks_as_many_questions_for_many_rows_as_for_few(vendor, college, path):
    vendor.get(path)
    with CaptureQueriesContext(connection) as few:
        assert vendor.get(path).status_code == 200
    place = programme(college)
    for _ in range(3):
        learner_on(place)
    with CaptureQueriesContext(connection) as many:
        vendor.get(path)
    assert len(few) == len(many)
    assert len(many) <= 12


def test_those_ready_are_claimed_and_the_others_told(vendor):
    answer = vendor.post("claims/", ASK)
    submission = Submission.objects.get()
    assert answer.status_code == 201
    assert answer.json()["reference"] == submission.reference
    assert answer.json()["accepted"] == ["AB00012"]
    assert [(row["registration"], row["code"]) for row in answer.json()["refused"]] == [
        ("AB00014", "unit_grade_missing")
    ]
    assert [claim.registration.number for claim in submission.claims.all()] == ["AB00012"]
    assert vendor.get("tracker/", state="claimed").json()["results"][0]["registration"] == "AB00012"


def test_when_all_are_refused_nothing_is_stored(vendor):
    answer = vendor.post("claims/", {**ASK, "registrations": ["AB00014", "NOBODY", "AB00014"]})
    assert answer.status_code == 422
    assert answer.json() == {
        "reference": None,
        "accepted": [],
        "refused": [
            {"registration": "AB00014", "code": "unit_grade_missing", "message": "Unit 8 has no grade"},
            {
                "registration": "NOBODY",
                "code": "unknown",
                "message": "No learner of your centre is registered for this series with this number.",
            },
        ],
    }
    assert Submission.objects.count() == 0


@pytest.mark.parametrize("said", [{"declaration": False}, {}])
def test_without_the_declaration_nothing_is_claimed(vendor, said):
    answer = vendor.post("claims/", {"series": "2024-06", "registrations": ["AB00012"], **said})
    assert (answer.status_code, Claim.objects.count()) == (422, 0)
    assert [fault["field"] for fault in answer.json()["errors"]] == ["declaration"]


def test_another_centres_learner_is_one_who_never_existed(vendor, vendor_of):
    stranger = vendor_of(CentreFactory(number="23456"))
    refused = stranger.post("claims/", ASK).json()["refused"]
    assert {row["code"] for row in refused} == {"unknown"}
    theirs, never = stranger.get("learners/0012/"), stranger.get("learners/9999/")
    assert (theirs.status_code, theirs.content) == (404, never.content)
    assert stranger.get("tracker/").json()["results"] == stranger.get("learners/").json()["results"] == []
    assert vendor.get("learners/0012/").json()["registrations"][0]["registration"] == "AB00012"


def test_late_is_judged_on_receipt_as_for_people(college):
    late = claim_those_ready(
        centre=college,
        series=summer(),
        numbers=["AB00012"],
        token="t",
        by=MembershipFactory(centre=college).user,
        at=JUNE + timedelta(days=8),
    )
    assert late.submission.claims.get().late is True


# --- dates ---


def test_due_says_what_the_command_says(vendor):
    answer = vendor.post("due/", {"limit": "appeal.lodge.results", "from": "2024-08-22T16:30", "nation": "wales"})
    body = answer.json()
    assert (answer.status_code, body["due_on"], body["nation"]) == (200, "2024-09-21", "wales")
    assert (body["started_at"], body["due_at"]) == ("2024-08-22T15:30:00Z", "2024-09-21T22:59:59.999999Z")


def test_an_unknown_limit_is_refused_with_a_sentence(vendor):
    answer = vendor.post("due/", {"limit": "tea", "from": "2024-08-22T16:30"})
    assert answer.status_code == 422
    assert sorted(answer.json()) == ["detail", "errors", "title", "type"]
    assert answer.json()["errors"][0]["field"] == "limit"


def test_key_dates_narrow(vendor):
    assert [row["key"] for row in vendor.get("key-dates/", **{"from": "2024-08-20"}).json()["results"]] == [
        "results.level_2"
    ]
    assert vendor.get("key-dates/", series="1999-06").json() == {"next": None, "previous": None, "results": []}


# --- who may, and how often ---


def test_a_token_does_no_more_than_its_scopes(college, vendor_of):
    reader = vendor_of(college, ["tracker:read"])
    answer = reader.post("claims/", ASK)
    assert (answer.status_code, answer.json()["type"]) == (403, "scope")
    assert reader.get("tracker/").status_code == 200


def test_a_token_does_no_more_than_its_maker_may_today(vendor):
    Membership.objects.update(role=Role.SENCO.value)
    assert vendor.get("tracker/").status_code == 403
    Membership.objects.update(to_on=clock.london_date(clock.now()) - timedelta(days=1))
    assert vendor.get("tracker/").status_code == 401


@pytest.mark.parametrize("header", ["", "Token", "Token wrong", "Token a b", "Bearer x", "Token \xff"])
def test_without_a_valid_token_there_is_nothing(vendor, header):
    headers = {"Authorization": header} if header else {}
    answer = vendor.client.get("/api/v1/tracker/", headers=headers)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Token")
    assert sorted(answer.json()) == ["detail", "errors", "title", "type"]


def test_last_use_is_written_at_most_once_a_minute(vendor):
    vendor.get("limits/")
    first = ApiToken.objects.get().last_used_at
    vendor.get("limits/")
    assert first is not None
    assert ApiToken.objects.get().last_used_at == first


def test_too_many_calls_are_told_when_to_come_back(vendor):
    with override_settings(API_CALLS_A_MINUTE=2):
        statuses = [vendor.get("limits/").status_code for _ in range(2)]
        answer = vendor.get("limits/")
    assert (statuses, answer.status_code) == ([200, 200], 429)
    assert 1 <= int(answer.headers["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("method", "path", "status"), [("get", "nothing/", 404), ("delete", "tracker/", 405), ("post", "claims/", 415)]
)
def test_every_error_has_the_same_form(vendor, method, path, status):
    answer = getattr(vendor.client, method)(f"/api/v1/{path}", headers=vendor.headers)
    assert answer.status_code == status
    assert sorted(answer.json()) == ["detail", "errors", "title", "type"]


def test_a_body_that_is_not_json_is_400(vendor):
    answer = vendor.client.post("/api/v1/due/", "{", content_type="application/json", headers=vendor.headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "parse_error")


def test_a_misspelt_parameter_is_refused_rather_than_ignored(vendor):
    assert vendor.get("tracker/", stat="ready").status_code == 422


# --- each act once ---


def test_the_same_call_with_the_same_key_is_done_once_and_answered_twice(vendor):
    first = vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    second = vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert (Submission.objects.count(), second.headers["Idempotent-Replayed"]) == (1, "true")
    # Control: without the key, the second call is another act.
    assert vendor.post("claims/", ASK).status_code == 422


def test_the_same_key_with_another_body_is_refused(vendor):
    vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    answer = vendor.post("claims/", {**ASK, "registrations": ["AB00013"]}, **{"Idempotency-Key": "k1"})
    assert (answer.status_code, answer.json()["type"], Claim.objects.count()) == (422, "key_reused", 1)


def test_a_key_belongs_to_its_token(vendor, vendor_of, college):
    vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    other = vendor_of(college)
    answer = other.post("claims/", {**ASK, "registrations": ["AB00013"]}, **{"Idempotency-Key": "k1"})
    assert answer.status_code == 201


def test_a_call_under_way_is_409_until_its_lease_is_over(vendor):
    """The first process took the place and died: nobody may act twice at once, nor wait for ever."""
    vendor.post("claims/", {**ASK, "declaration": False}, **{"Idempotency-Key": "k1"})
    assert KeptAnswer.objects.count() == 0  # a refused call leaves the key free
    kept = vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    KeptAnswer.objects.update(status=None, body=None, leased_until=clock.wall() + timedelta(seconds=30))
    waiting = vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    assert (waiting.status_code, waiting.json()["type"]) == (409, "in_flight")
    KeptAnswer.objects.update(leased_until=clock.wall() - timedelta(seconds=1))
    again = vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    assert (kept.status_code, again.status_code, Claim.objects.count()) == (201, 422, 1)


def test_a_place_is_taken_by_one_call_alone(vendor):
    token, wall = ApiToken.objects.get(), clock.wall()
    kept = begin_call(token=token, key="k", fingerprint="f", at=JUNE, wall=wall)
    assert kept.status is None
    with pytest.raises(Exception, match="still under way"):
        begin_call(token=token, key="k", fingerprint="f", at=JUNE, wall=wall)
    assert begin_call(token=token, key="k", fingerprint="f", at=JUNE, wall=wall + timedelta(minutes=2)).pk == kept.pk


def test_whoever_lost_the_lease_undoes_what_they_did(vendor):
    token, wall = ApiToken.objects.get(), clock.wall()
    said = {"token": token, "key": "k", "fingerprint": "f", "at": JUNE}
    slow = begin_call(**said, wall=wall)
    second = begin_call(**said, wall=wall + timedelta(minutes=2))

    def act():
        Centre.objects.update(name="Acted")
        return 201, {"done": True}

    with pytest.raises(LeaseLost) as lost:
        finish_call(kept=slow, act=act)
    give_up_call(kept=slow)
    assert (lost.value.code, Centre.objects.filter(name="Acted").count(), KeptAnswer.objects.count()) == (
        "in_flight",
        0,
        1,
    )
    # The control: the holder of the place acts, and once.
    assert finish_call(kept=second, act=act) == (201, {"done": True})
    assert Centre.objects.filter(name="Acted").count() == Centre.objects.count()
    with pytest.raises(LeaseLost):
        finish_call(kept=second, act=act)


def test_a_program_that_lost_its_lease_is_told_409_and_nothing_stays(vendor):
    def taken_meanwhile(**said):
        KeptAnswer.objects.update(leased_until=clock.wall() + timedelta(minutes=5))

    post_save.connect(taken_meanwhile, sender=Submission)
    try:
        answer = vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    finally:
        post_save.disconnect(taken_meanwhile, sender=Submission)
    assert (answer.status_code, answer.json()["type"]) == (409, "in_flight")
    assert (Submission.objects.count(), Claim.objects.count()) == (0, 0)


def test_answers_are_forgotten_after_seven_days_and_no_sooner(vendor):
    vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"})
    ended = KeptAnswer.objects.get().leased_until
    assert forget_answers(wall=ended + timedelta(days=7)) == 0
    assert forget_answers(wall=ended + timedelta(days=7, seconds=1)) == 1
    assert "Idempotent-Replayed" not in vendor.post("claims/", ASK, **{"Idempotency-Key": "k1"}).headers


FORM = {"type", "title", "detail", "errors"}


def test_a_body_nested_very_deep_cannot_be_read(vendor):
    body = '{"registrations": ' + "[" * 5_000 + "]" * 5_000 + "}"
    answer = vendor.post("claims/", body)
    assert (answer.status_code, set(answer.json()), answer.json()["type"]) == (400, FORM, "parse_error")


@pytest.mark.parametrize("path", ["learners/%00/", "tracker/?series=%00", "nowhere/%00"])
def test_a_null_in_an_address_is_refused_in_the_one_form(vendor, path):
    answer = vendor.client.get(f"/api/v1/{path}", headers=vendor.headers)
    assert (answer.status_code, set(answer.json()), answer.json()["type"]) == (400, FORM, "address")


def test_control_a_null_in_the_address_of_a_page_is_answered_by_a_page(vendor):
    answer = vendor.client.get("/c/%00/")
    assert (answer.status_code, answer["Content-Type"]) == (400, "text/html; charset=utf-8")
