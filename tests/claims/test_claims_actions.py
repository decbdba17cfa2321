from datetime import UTC, date, datetime, timedelta

import pytest

from claims.actions import (
    Asked,
    GradeLine,
    accept_claims,
    answer_query,
    check_readiness,
    not_this_summer,
    put_right,
    query_claim,
    record_grades,
    refuse_claims,
    submit_claims,
    undo_not_this_summer,
    undo_submission,
)
from claims.models import Claim, Readiness, Submission, UnitGrade
from portal.audit.models import Entry
from portal.catalogue.models import Series
from portal.errors import Refused, Stale
from portal.learners.actions import RegistrationLine, choose_units, save_registrations
from portal.notices.models import Notice
from tests.factories.claims import GRADES, JUNE, learner_on, programme, summer
from tests.factories.people import CentreFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def place():
    return programme(CentreFactory())


@pytest.fixture
def officer(place):
    return MembershipFactory(centre=place.centre, role="officer").user


@pytest.fixture
def staff():
    return UserFactory(is_staff=True)


def state(registration):
    return Readiness.objects.get(registration=registration).state


def claim(place, officer, *registrations, token="t1", at=JUNE, grade="M"):
    return submit_claims(
        centre=place.centre,
        series=summer(),
        asked=[Asked(registration.pk, grade) for registration in registrations],
        token=token,
        by=officer,
        at=at,
    )


def test_claiming_writes_claims_receipt_audit_and_notices_together(place, officer):
    deputy = MembershipFactory(centre=place.centre, role="deputy").user
    MembershipFactory(centre=place.centre, role="reader")
    first, second = learner_on(place), learner_on(place)
    submission = claim(place, officer, first, second)
    assert submission.reference == f"CLM-24-{submission.pk:05d}"
    assert [state(first), state(second)] == ["claimed", "claimed"]
    assert list(Claim.objects.values_list("grade", "points", "late", "due_on").distinct()) == [
        ("M", 61, False, date(2024, 7, 5))
    ]
    assert set(Notice.objects.values_list("address", flat=True)) == {officer.email, deputy.email}
    assert [entry.data for entry in Entry.objects.filter(verb="claims.submitted")] == [{"claims": 2}]


def test_the_same_check_page_sent_twice_is_one_submission(place, officer):
    learner = learner_on(place)
    assert claim(place, officer, learner) == claim(place, officer, learner)
    assert Claim.objects.count() == Submission.objects.count() == 1


def test_two_officers_claim_once_and_the_second_is_told_who_is_claimed(place, officer):
    first, second = learner_on(place), learner_on(place)
    claim(place, officer, first)
    with pytest.raises(Refused, match=f"candidate {first.learner.candidate_number} was already claimed") as refusal:
        claim(place, officer, first, second, token="t2")
    assert refusal.value.code == "stale"
    assert state(second) == "ready"
    assert Claim.objects.count() == 1


def test_a_grade_that_changed_after_the_page_was_made_is_refused(place, officer):
    learner = learner_on(place)
    with pytest.raises(Refused, match="has a different grade now"):
        claim(place, officer, learner, grade="D")
    assert Claim.objects.count() == 0


def test_a_blocked_learner_and_a_foreign_one_are_refused(place, officer):
    blocked = learner_on(place, grades={**GRADES, "8": ""} | {"8": "U", "1": "U"})
    with pytest.raises(Refused, match="can no longer be claimed"):
        claim(place, officer, blocked)
    with pytest.raises(Refused, match="not registered at your centre"):
        claim(place, officer, learner_on(programme(CentreFactory())))


@pytest.mark.parametrize(
    ("at", "late"),
    [
        (datetime(2024, 7, 5, 22, 59, 59, 999999, tzinfo=UTC), False),
        (datetime(2024, 7, 5, 23, 0, tzinfo=UTC), True),
    ],
)
def test_lateness_turns_at_midnight_in_london_and_is_stored(place, officer, at, late):
    claim(place, officer, learner_on(place), at=at)
    assert Claim.objects.get().late is late


def test_undo_gives_everything_back_and_a_new_claim_after_the_date_is_late(place, officer):
    learner = learner_on(place)
    at = datetime(2024, 7, 5, 22, 50, tzinfo=UTC)
    submission = claim(place, officer, learner, at=at)
    undo_submission(submission=submission, by=officer, at=at + timedelta(minutes=30))
    assert state(learner) == "ready"
    again = claim(place, officer, learner, token="t2", at=at + timedelta(minutes=31))
    assert again.claims.get().late is True


def test_undo_is_refused_after_thirty_minutes_and_once_staff_have_acted(place, officer, staff):
    submission = claim(place, officer, learner_on(place))
    with pytest.raises(Refused, match="30 minutes"):
        undo_submission(submission=submission, by=officer, at=JUNE + timedelta(minutes=30, microseconds=1))
    accept_claims(claim_ids=[submission.claims.get().pk], by=staff, at=JUNE)
    with pytest.raises(Refused, match="already acted"):
        undo_submission(submission=submission, by=officer, at=JUNE)


def test_accepted_claims_show_as_issued_and_cannot_move_again(place, officer, staff):
    learner = learner_on(place)
    one = claim(place, officer, learner).claims.get()
    assert accept_claims(claim_ids=[one.pk], by=staff, at=JUNE) == 1
    assert state(learner) == "issued"
    with pytest.raises(Refused, match="is accepted, so it cannot become refused"):
        refuse_claims(claim_ids=[one.pk], reason="No.", by=staff, at=JUNE)


def test_accepting_in_bulk_is_all_or_nothing(place, officer, staff):
    first, second = learner_on(place), learner_on(place)
    one = claim(place, officer, first).claims.get()
    two = claim(place, officer, second, token="t2")
    undo_submission(submission=two, by=officer, at=JUNE)
    with pytest.raises(Refused, match="undone"):
        accept_claims(claim_ids=[one.pk, two.claims.get().pk], by=staff, at=JUNE)
    one.refresh_from_db()
    assert one.status == "submitted"


def test_a_refusal_blocks_until_it_is_put_right_and_can_be_claimed_again(place, officer, staff):
    learner = learner_on(place)
    one = claim(place, officer, learner).claims.get()
    refuse_claims(claim_ids=[one.pk], reason="Unit 3 belongs to another learner.", by=staff, at=JUNE)
    row = Readiness.objects.get(registration=learner)
    assert (row.state, row.reasons[0]["code"]) == ("blocked", "claim_refused")
    put_right(claim=one, words="The entry was corrected.", by=officer, at=JUNE)
    assert state(learner) == "ready"
    claim(place, officer, learner, token="t2")
    assert state(learner) == "claimed"


def test_a_claim_leaves_the_readiness_that_the_rules_come_to(place, officer, staff):
    """Claiming writes the new state without evaluating again, also for a claim made after a refusal was answered."""
    fresh, again = learner_on(place), learner_on(place)
    first = claim(place, officer, again)
    refuse_claims(claim_ids=[first.claims.get().pk], reason="Unit 2 evidence", by=staff, at=JUNE)
    put_right(claim=first.claims.get(), words="Sent", by=officer, at=JUNE)
    claim(place, officer, fresh, again, token="t2")
    assert [state(fresh), state(again)] == ["claimed", "claimed"]
    assert check_readiness([fresh.pk, again.pk], as_of=JUNE) == []


def test_a_refusal_without_a_reason_is_refused(place, officer, staff):
    one = claim(place, officer, learner_on(place)).claims.get()
    with pytest.raises(Refused, match="Give the reason"):
        refuse_claims(claim_ids=[one.pk], reason=" ", by=staff, at=JUNE)


def test_a_question_stays_claimed_lets_grades_be_corrected_and_carries_the_new_grade(place, officer, staff):
    learner = learner_on(place)
    one = claim(place, officer, learner).claims.get()
    query = query_claim(claim=one, question="Is Unit 8 right?", answer_by=date(2024, 7, 2), by=staff, at=JUNE)
    assert state(learner) == "claimed"
    unit = UnitGrade.objects.get(registration=learner, unit__number="8").unit
    record_grades(centre=place.centre, grades=[GradeLine(learner.pk, unit.pk, "D")], by=officer, at=JUNE)
    answer_query(query=query, answer="It is a Distinction.", by=officer, at=JUNE)
    one.refresh_from_db()
    assert (one.status, one.grade, one.points) == ("submitted", "M", 67)
    with pytest.raises(Refused, match="already been answered"):
        answer_query(query=query, answer="Again.", by=officer, at=JUNE)


def test_unit_grades_of_a_claimed_learner_are_fixed(place, officer):
    learner = learner_on(place)
    claim(place, officer, learner)
    unit = UnitGrade.objects.get(registration=learner, unit__number="8").unit
    with pytest.raises(Refused, match="already claimed"):
        record_grades(centre=place.centre, grades=[GradeLine(learner.pk, unit.pk, "P")], by=officer, at=JUNE)


def test_an_old_page_cannot_overwrite_a_newer_grade(place, officer):
    learner = learner_on(place)
    row = UnitGrade.objects.get(registration=learner, unit__number="8")
    record_grades(centre=place.centre, grades=[GradeLine(learner.pk, row.unit_id, "D", 1)], by=officer, at=JUNE)
    with pytest.raises(Stale) as refusal:
        record_grades(centre=place.centre, grades=[GradeLine(learner.pk, row.unit_id, "P", 1)], by=officer, at=JUNE)
    assert (refusal.value.theirs, refusal.value.yours) == ("D", "P")
    row.refresh_from_db()
    assert (row.grade, row.version) == ("D", 2)


def test_a_missing_grade_blocks_and_entering_it_makes_ready(place, officer):
    grades = {unit: grade for unit, grade in GRADES.items() if unit != "8"}
    learner = learner_on(place, grades=grades)
    assert Readiness.objects.get(registration=learner).reasons[0]["message"] == "Unit 8 has no grade"
    unit = place.qualification.parts.get(unit__number="8").unit
    record_grades(centre=place.centre, grades=[GradeLine(learner.pk, unit.pk, "P", 0)], by=officer, at=JUNE)
    assert state(learner) == "ready"


def test_grades_changed_after_the_upload_are_noted_when_they_change_the_overall_grade(place, officer):
    learner = learner_on(place, grades={**GRADES, "1": "M", "8": "P"})
    rows = {row.unit.number: row.unit_id for row in UnitGrade.objects.filter(registration=learner)}
    record_grades(centre=place.centre, grades=[GradeLine(learner.pk, rows["1"], "D")], by=officer, at=JUNE)
    row = Readiness.objects.get(registration=learner)
    assert (row.grade, row.points) == ("M", 57)
    assert [(note["uploaded"], note["points"]) for note in row.notes] == [("P", 9)]


def test_not_this_summer_leaves_every_count_and_can_be_undone(place, officer):
    learner = learner_on(place)
    not_this_summer(registration=learner, reason="Left in March", by=officer, at=JUNE)
    assert state(learner) == "absent"
    with pytest.raises(Refused, match="already marked"):
        not_this_summer(registration=learner, reason="Twice", by=officer, at=JUNE)
    undo_not_this_summer(registration=learner, by=officer, at=JUNE)
    assert state(learner) == "ready"
    claim(place, officer, learner)
    with pytest.raises(Refused, match="already claimed"):
        not_this_summer(registration=learner, reason="Too late", by=officer, at=JUNE)


def test_the_sweep_finds_and_mends_a_row_that_is_wrong(place):
    learner = learner_on(place)
    assert check_readiness([learner.pk], as_of=JUNE) == []
    Readiness.objects.filter(registration=learner).update(state="claimed")
    assert check_readiness([learner.pk], as_of=JUNE) == [learner.pk]
    assert state(learner) == "ready"


def test_mail_of_every_act_names_number_thing_and_date_and_no_learner(place, officer, staff):
    learner, other = learner_on(place, name="Zaphod"), learner_on(place, name="Zaphod")
    submission = claim(place, officer, learner)
    query_claim(claim=submission.claims.get(), question="Right?", answer_by=date(2024, 7, 2), by=staff, at=JUNE)
    refuse_claims(claim_ids=[submission.claims.get().pk], reason="No.", by=staff, at=JUNE)
    second = claim(place, officer, other, token="t2")
    undo_submission(submission=second, by=officer, at=JUNE)
    accept_claims(claim_ids=[claim(place, officer, other, token="t3").claims.get().pk], by=staff, at=JUNE)
    notices = Notice.objects.order_by("pk")
    assert [notice.subject for notice in notices] == [
        f"1 claim received, reference {submission.reference}",
        "1 question about a claim to answer by Tuesday 2 July 2024",
        "1 claim refused: something to put right",
        f"1 claim received, reference {second.reference}",
        f"1 claim undone, reference {second.reference}",
        f"1 claim received, reference CLM-24-{second.pk + 1:05d}",
        "1 claim accepted",
    ]
    for notice in notices:
        address = f"/c/{place.centre.number}/"
        assert address in notice.text and address in notice.html
        assert "Zaphod" not in notice.subject + notice.text + notice.html


def test_the_set_of_units_of_a_claimed_learner_is_fixed(place, officer):
    learner = learner_on(place)
    claim(place, officer, learner)
    with pytest.raises(Refused, match="already claimed"):
        choose_units(registration=learner, unit_ids=[], by=officer, at=JUNE)
    assert learner.choices.count() == 4


def test_an_answer_that_leaves_the_learner_ineligible_is_refused_and_so_is_accepting(place, officer, staff):
    learner = learner_on(place)
    one = claim(place, officer, learner).claims.get()
    query = query_claim(claim=one, question="Right?", answer_by=date(2024, 7, 2), by=staff, at=JUNE)
    unit = UnitGrade.objects.get(registration=learner, unit__number="1").unit
    record_grades(centre=place.centre, grades=[GradeLine(learner.pk, unit.pk, "U")], by=officer, at=JUNE)
    with pytest.raises(Refused, match="cannot be awarded as things stand: Unit 1 mandatory and not passed"):
        answer_query(query=query, answer="All failed.", by=officer, at=JUNE)
    with pytest.raises(Refused, match="cannot be awarded as things stand"):
        accept_claims(claim_ids=[one.pk], by=staff, at=JUNE)
    one.refresh_from_db()
    assert one.status == "queried"


@pytest.mark.parametrize("answer_by", [date(2024, 8, 15), date(9999, 12, 31)])
def test_a_question_is_to_be_answered_before_results_day(place, officer, staff, answer_by):
    one = claim(place, officer, learner_on(place)).claims.get()
    with pytest.raises(Refused, match="before the results come out on Thursday 15 August 2024"):
        query_claim(claim=one, question="Right?", answer_by=answer_by, by=staff, at=JUNE)


def test_a_claimed_learner_cannot_be_moved_to_another_series(place, officer):
    learner = learner_on(place)
    later = Series.objects.create(code="2025-06", title="Summer 2025")
    claim(place, officer, learner)
    line = RegistrationLine(learner.learner_id, place.pk, later.pk, learner.number, learner.registered_on)
    with pytest.raises(Refused, match="already claimed"):
        save_registrations(centre=place.centre, lines=[line], by=officer, at=JUNE)
    learner.refresh_from_db()
    assert learner.series_id == "2024-06"
