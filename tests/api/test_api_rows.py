"""Learners, registrations, entries and unit grades from a program: what a file of the same rows would do."""

import pytest

from claims.models import Claim, UnitGrade
from portal import clock
from portal.audit.models import Entry as AuditEntry
from portal.catalogue.models import Series
from portal.centres.actions import delegate
from portal.centres.rules import CAPABILITIES, GRADES_ENTER, LEARNERS_IMPORT, Bundle, Role
from portal.intake.actions import receive
from portal.intake.models import StagedRow, Upload
from portal.learners.models import Entry, Learner, Registration, Result, ResultRelease
from portal.people.models import ApiToken
from tests.factories.claims import JUNE
from tests.factories.people import CentreFactory, MembershipFactory
from tests.factories.results import out

AMARA = {"candidate_number": "0012", "family_name": "Okafor", "given_name": "Amara"}
NEW = {"candidate_number": "0020", "family_name": "Patel", "given_name": "Ravi", "uln": "9276308686"}
SHORT = {"candidate_number": "21", "family_name": "Lee", "given_name": "Ann"}
COUNTS = {"new": 1, "changed": 1, "unchanged": 0, "refused": 0}


@pytest.fixture
def results_to_come(college):
    """The summer's results are out in August; those that the learners have are January's."""
    january, _ = Series.objects.get_or_create(code="2024-01", defaults={"title": "January 2024"})
    ResultRelease.objects.filter(series="2024-06").update(series=january)
    Result.objects.filter(series="2024-06").update(series=january)


def test_a_dry_run_says_what_would_change_and_saves_nothing(vendor):
    answer = vendor.post("learners/", {"learners": [AMARA, NEW], "dry_run": True})
    assert (answer.status_code, answer.json()["saved"], answer.json()["counts"]) == (200, False, COUNTS)
    assert answer.json()["rows"][0] == {
        "row": 1,
        "about": "0012 Okafor, Amara",
        "outcome": "changed",
        "changes": [{"column": "Given name", "old": "Sam", "new": "Amara"}],
        "faults": [],
    }
    assert (Learner.objects.count(), Upload.objects.count(), StagedRow.objects.count()) == (3, 0, 0)


def test_the_act_does_what_the_dry_run_said(vendor):
    dry = vendor.post("learners/", {"learners": [AMARA, NEW], "dry_run": True}).json()
    done = vendor.post("learners/", {"learners": [AMARA, NEW]}).json()
    assert done == {**dry, "saved": True}
    assert vendor.get("learners/0020/").json()["uln"] == "9276308686"
    assert vendor.post("learners/", {"learners": [AMARA, NEW]}).json()["counts"]["unchanged"] == 2


def test_rows_are_judged_as_those_of_a_file(vendor, college):
    rows = [AMARA, NEW, SHORT, NEW]
    said = vendor.post("learners/", {"learners": rows, "dry_run": True}).json()["rows"]
    keys = ["candidate_number", "family_name", "given_name", "uln"]
    lines = [",".join(row.get(key, "") for key in keys) for row in rows]
    content = "\n".join(["Candidate number,Family name,Given name,ULN", *lines]).encode()
    officer = MembershipFactory(centre=college, role="officer").user
    receive(centre=college, kind="learners", filename="x", content=content, by=officer, at=JUNE)
    staged = StagedRow.objects.order_by("line")
    assert [(row["outcome"], len(row["faults"])) for row in said] == [(row.outcome, len(row.faults)) for row in staged]
    assert said[2]["faults"] == [
        {
            "field": "candidate_number",
            "value": "21",
            "message": "A candidate number has four digits.",
            "fix": "Use 0021: spreadsheets drop the leading noughts.",
            "suggestion": "0021",
        }
    ]


def test_one_fault_and_nothing_is_saved(vendor):
    answer = vendor.post("learners/", {"learners": [NEW, SHORT]})
    assert (answer.status_code, answer.json()["type"]) == (422, "rows_refused")
    assert [row["field"] for row in answer.json()["errors"]] == ["learners.1.candidate_number"]
    assert (
        Learner.objects.count(),
        Upload.objects.count(),
        AuditEntry.objects.filter(verb="intake.committed").count(),
    ) == (
        3,
        0,
        0,
    )


def test_good_rows_only_leaves_the_others_out(vendor):
    answer = vendor.post("learners/", {"learners": [NEW, SHORT], "good_rows_only": True}).json()
    assert (answer["saved"], answer["counts"]["new"], answer["counts"]["refused"]) == (True, 1, 1)
    assert list(
        Learner.objects.filter(candidate_number__startswith="002").values_list("candidate_number", flat=True)
    ) == ["0020"]


def test_when_every_row_is_refused_nothing_is_saved(vendor):
    answer = vendor.post("learners/", {"learners": [SHORT], "good_rows_only": True})
    assert (answer.status_code, Upload.objects.count()) == (422, 0)


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({**NEW, "famly_name": "Patel"}, "learners.1.famly_name"),
        ({"family_name": "Patel", "given_name": "Ravi"}, "learners.1.candidate_number"),
        ("0020", "learners.1"),
    ],
)
def test_a_row_that_is_no_row_is_named(vendor, row, field):
    answer = vendor.post("learners/", {"learners": [AMARA, row]})
    assert (answer.status_code, [fault["field"] for fault in answer.json()["errors"]]) == (422, [field])


@pytest.mark.usefixtures("results_to_come")
def test_the_way_from_a_learner_to_a_claim(vendor):
    """What a college's own system does in a summer, in the order of the page."""
    registered = {
        "candidate_number": "0020",
        "registration_number": "AB00020",
        "qualification_code": "NAT-BUS-EC",
        "series": "2024-06",
    }
    grades = [{"registration_number": "AB00020", "unit": unit, "grade": "M"} for unit in ("1", "8")]
    entries = [{"registration_number": "AB00020", "unit": unit} for unit in ("2", "3")]
    for path, field, rows in [
        ("learners/", "learners", [NEW]),
        ("registrations/", "registrations", [registered]),
        ("entries/", "entries", entries),
        ("unit-grades/", "unit_grades", grades),
    ]:
        answer = vendor.post(path, {field: rows})
        assert (answer.status_code, answer.json()["saved"]) == (200, True), answer.json()
    assert Entry.objects.filter(registration__number="AB00020", series="2024-06").count() == 2
    assert UnitGrade.objects.filter(registration__number="AB00020", upload__filename__endswith=", by API").count() == 2
    tracked = {row["registration"]: row for row in vendor.get("tracker/").json()["results"]}
    assert tracked["AB00020"]["state"] == "ready"
    answer = vendor.post("claims/", {"series": "2024-06", "registrations": ["AB00020"], "declaration": True})
    assert (answer.status_code, answer.json()["accepted"]) == (201, ["AB00020"])


@pytest.mark.usefixtures("results_to_come")
def test_what_a_claim_rests_on_is_fixed(vendor):
    vendor.post("claims/", {"series": "2024-06", "registrations": ["AB00012"], "declaration": True})
    grade = {"registration_number": "AB00012", "unit": "8", "grade": "D"}
    entry = {"registration_number": "AB00012", "unit": "3"}
    for path, field, row in [("unit-grades/", "unit_grades", grade), ("entries/", "entries", entry)]:
        answer = vendor.post(path, {field: [row]})
        assert (answer.status_code, "already claimed" in answer.json()["errors"][0]["message"]) == (422, True)


def test_a_dry_run_of_claims_is_judged_as_the_claims(vendor):
    ask = {"series": "2024-06", "registrations": ["AB00014", "AB00012", "AB00012"]}
    dry = vendor.post("claims/", {**ask, "dry_run": True})
    assert (dry.status_code, dry.json()["accepted"], Claim.objects.count()) == (200, ["AB00012"], 0)
    done = vendor.post("claims/", {**ask, "declaration": True})
    assert {**done.json(), "reference": None} == dry.json()
    again = vendor.post("claims/", {**ask, "dry_run": True}).json()
    assert (again["accepted"], [row["code"] for row in again["refused"]]) == ([], ["unit_grade_missing", "claimed"])


def test_the_same_rows_with_the_same_key_are_saved_once(vendor):
    answers = [vendor.post("learners/", {"learners": [NEW]}, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert (answers[1].headers["Idempotent-Replayed"], Upload.objects.count()) == ("true", 1)
    # Control: without the key the second call is an act of its own.
    vendor.post("learners/", {"learners": [NEW]})
    assert Upload.objects.count() == 2


def test_another_centres_registration_is_one_who_never_existed(vendor_of, college):
    stranger = vendor_of(CentreFactory(number="23456"))
    rows = [{"registration_number": number, "unit": "8", "grade": "M"} for number in ("AB00012", "NEVER")]
    said = stranger.post("unit-grades/", {"unit_grades": rows, "dry_run": True}).json()["rows"]
    assert {row["faults"][0]["message"] for row in said} == {"Your centre has no registration with this number."}
    assert Registration.objects.filter(centre__number="23456").count() == 0


def test_who_may_import_learners_may_report_grades():
    """The scope learners:write stands for both, so no role may have the one without the other."""
    assert [role for role, can in CAPABILITIES.items() if LEARNERS_IMPORT in can and GRADES_ENTER not in can] == []


def test_a_maker_who_may_not_claim_cannot_enter(college, vendor_of):
    vendor = vendor_of(college, ["learners:write"])
    maker, head = ApiToken.objects.get().created_by, MembershipFactory(centre=college, role="head").user
    maker.memberships.update(role=Role.READER.value)
    today = clock.london_date(clock.now())
    delegate(centre=college, user=maker, bundle=Bundle.LEARNERS, from_on=today, to_on=today, by=head, at=JUNE)
    row = {"registration_number": "AB00012", "unit": "3"}
    answer = vendor.post("entries/", {"entries": [row]})
    assert (answer.status_code, answer.json()["type"], Entry.objects.count()) == (403, "role", 0)
    # Control: what the bundle does cover goes through.
    assert vendor.post("learners/", {"learners": [NEW]}).status_code == 200


def test_an_entry_for_a_series_that_is_over_is_refused(vendor, college):
    Series.objects.get_or_create(code="2024-01", defaults={"title": "January 2024"})
    out("2024-01")
    before = Entry.objects.count()
    answer = vendor.post(
        "entries/", {"entries": [{"registration_number": "AB00012", "unit": "2", "series": "2024-01"}]}
    )
    (error,) = answer.json()["errors"]
    assert (answer.status_code, Entry.objects.count() - before) == (422, 0)
    assert error["field"] == "entries.0.series"
    assert error["message"].startswith("January 2024 is over, so nobody can be entered for it.")
