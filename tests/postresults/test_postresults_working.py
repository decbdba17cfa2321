"""From a filed request to its outcome: who works on it, what is decided, and what follows."""

from datetime import date, timedelta

import pytest

from deadlines.actions import sweep
from deadlines.models import Clock
from portal.casework.actions import countersign, declare_interest, issue, record_received, reopen, send_back
from portal.casework.models import AwardChange, Case, Involvement, ResultChange
from portal.casework.rules import Part
from portal.consent.actions import freeze
from portal.errors import Refused
from portal.fees.actions import invoice
from portal.fees.models import FeeLine
from portal.learners.models import AwardResult, Result
from postresults.actions import (
    accept,
    begin,
    close_when_over,
    decide_reviews,
    delay,
    recommend,
    refuse,
    reissue_letter,
    release_due,
    release_together,
)
from postresults.models import OutcomeReleaseLine, Request
from postresults.rules import states
from postresults.rules.appeals import LODGE
from postresults.rules.services import Service
from tests.factories.reviews import FILED, WORKED, Reviews

pytestmark = pytest.mark.django_db
WHY = "The mark scheme allows the second point."


@pytest.fixture
def reviews():
    return Reviews()


def found(reviews, request, *, mark=52, overall="", comment=WHY):
    """A review that is under way and has its recommendation."""
    begin(request=request, reviewer=reviews.pat, by=reviews.cas, at=WORKED)
    reason = "none" if mark == request.result.mark else "scheme"
    return recommend(
        request=request, mark=mark, overall=overall, reason=reason, comment=comment, by=reviews.pat, at=WORKED
    )


def decided(reviews, request, **more):
    found(reviews, request, **more)
    (made,) = decide_reviews(requests=[request], reasons="As the reviewer found.", by=reviews.dee, at=WORKED)
    return made


def stands(request):
    row = Request.objects.select_related("case").get(pk=request.pk)
    return row.case.status, row.live


def grades(request):
    scale = request.result.unit.scale
    return list(scale.grades.order_by("rank").values_list("code", flat=True))


def refused(act, **given):
    with pytest.raises(Refused) as refusal:
        act(**given)
    return refusal.value.message


def test_a_review_changes_the_result_and_everything_that_follows(reviews):
    request = reviews.asked(mark=49)
    old = request.result.grade
    made = decided(reviews, request, mark=52)
    assert Result.objects.get(pk=request.result_id).mark == 49
    issue(decision=made, by=reviews.cas, at=WORKED)
    row = Result.objects.get(pk=request.result_id)
    new = grades(request)[grades(request).index(old) + 1]
    assert (row.mark, row.grade) == (52, new)
    assert ResultChange.objects.get().old_grade == old
    assert stands(request) == (states.DECIDED, False)
    assert [line.reason for line in FeeLine.objects.all()] == ["grade_changed"]
    running = Clock.objects.get(case=request.case, stopped_at=None)
    assert (running.limit, running.due_on) == (LODGE, date(2024, 7, 28))
    assert Case.objects.get(pk=request.pk).due_at is None
    assert request.case.documents.get().title == "Outcome of a review"


def test_a_mark_that_changes_no_grade_leaves_the_fee(reviews):
    request = reviews.asked(mark=45)
    issue(decision=decided(reviews, request, mark=47), by=reviews.cas, at=WORKED)
    assert Result.objects.get(pk=request.result_id).mark == 47
    assert FeeLine.objects.owed().count() == 1


def test_where_there_is_an_overall_grade_the_fee_follows_that_one_for_all_components(reviews):
    request = reviews.asked(mark=49, overall="P")
    issue(decision=decided(reviews, request, mark=52), by=reviews.cas, at=WORKED)
    assert FeeLine.objects.owed().count() == 1
    other = reviews.asked("0013", mark=49, overall="P")
    issue(decision=decided(reviews, other, mark=52, overall="M"), by=reviews.cas, at=WORKED)
    assert AwardResult.objects.get(registration=other.registration).grade == "M"
    assert AwardChange.objects.get().old_grade == "P"
    assert FeeLine.objects.get(group=other.group).reason == "grade_changed"


def test_an_invoiced_fee_comes_back_as_a_credit(reviews):
    request = reviews.asked(mark=49)
    FeeLine.objects.update(pence=5700)
    invoice(centre=reviews.centre, by=reviews.cas, at=WORKED)
    issue(decision=decided(reviews, request, mark=52), by=reviews.cas, at=WORKED)
    assert sorted(FeeLine.objects.values_list("pence", flat=True)) == [-5700, 5700]


def test_a_falling_grade_needs_a_second_person(reviews):
    request = reviews.asked(mark=50)
    made = decided(reviews, request, mark=48)
    assert "second person" in refused(issue, decision=made, by=reviews.cas, at=WORKED)
    assert "Pat Reviewer reviewed this case" in refused(countersign, decision=made, by=reviews.pat, at=WORKED)
    assert "Dee Decider made the decision" in refused(countersign, decision=made, by=reviews.dee, at=WORKED)
    countersign(decision=made, by=reviews.cas, at=WORKED)
    issue(decision=made, by=reviews.cas, at=WORKED)
    assert Result.objects.get(pk=request.result_id).mark == 48


def test_sent_back_it_is_decided_again_on_a_new_recommendation(reviews):
    request = reviews.asked(mark=50)
    made = decided(reviews, request, mark=48)
    send_back(decision=made, reason="Look at question 4 again.", by=reviews.cas, at=WORKED)
    recommend(request=request, mark=50, reason="none", comment="", by=reviews.pat, at=WORKED)
    (again,) = decide_reviews(requests=[request], reasons="No error.", by=reviews.dee, at=WORKED)
    assert (again.outcome, again.needs_countersign) == (states.UNCHANGED, False)


@pytest.mark.parametrize("part", [Part.MARKED, Part.MODERATED, Part.INTEREST, Part.SUBJECT])
def test_nobody_involved_reviews_decides_or_accepts(reviews, part):
    request = reviews.asked()
    declare_interest(user=reviews.dee, part=part, unit=request.unit, by=reviews.cas, at=FILED)
    words = f"Dee Decider {part.label}."
    assert words in refused(accept, requests=[request], by=reviews.dee, at=WORKED)
    assert words in refused(refuse, request=request, reason="No.", by=reviews.dee, at=WORKED)
    assert words in refused(begin, request=request, reviewer=reviews.dee, by=reviews.cas, at=WORKED)
    found(reviews, request)
    given = {"request": request, "mark": 50, "reason": "scheme", "comment": WHY, "by": reviews.dee, "at": WORKED}
    assert words in refused(recommend, **given)
    assert words in refused(decide_reviews, requests=[request], reasons="So.", by=reviews.dee, at=WORKED)
    assert stands(request) == (states.REVIEWING, True)


def test_the_reviewer_has_a_part_and_does_not_decide(reviews):
    request = reviews.asked()
    found(reviews, request)
    assert Involvement.objects.filter(case=request.case, user=reviews.pat, part="reviewed").count() == 1
    words = refused(decide_reviews, requests=[request], reasons="So.", by=reviews.pat, at=WORKED)
    assert words == "Pat Reviewer reviewed this case. Somebody who is not involved must do this."


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"mark": 52, "reason": "scheme", "comment": " "}, "explain why"),
        ({"mark": 52, "reason": "none", "comment": WHY}, "which error"),
        ({"mark": 91, "reason": "scheme", "comment": WHY}, "highest mark, 90"),
        ({"mark": 52, "reason": "", "comment": WHY}, "Choose what the review found"),
        ({"mark": 52, "reason": "scheme", "comment": WHY, "overall": "M"}, "no overall grade"),
    ],
)
def test_a_recommendation_says_what_it_must(reviews, given, words):
    request = reviews.asked()
    begin(request=request, reviewer=reviews.pat, by=reviews.cas, at=WORKED)
    assert words in refused(recommend, request=request, by=reviews.pat, at=WORKED, **given)


def test_a_clerical_check_judges_no_marking(reviews):
    request = reviews.asked(service=Service.CLERICAL)
    begin(request=request, reviewer=reviews.pat, by=reviews.cas, at=WORKED)
    words = refused(recommend, request=request, mark=52, reason="judgement", comment=WHY, by=reviews.pat, at=WORKED)
    assert words.startswith("Clerical re-check (service 1) does not judge")


def test_nothing_is_decided_before_somebody_recommended_it(reviews):
    request = reviews.asked()
    begin(request=request, reviewer=reviews.pat, by=reviews.cas, at=WORKED)
    words = refused(decide_reviews, requests=[request], reasons="So.", by=reviews.dee, at=WORKED)
    assert "No reviewer has recommended anything" in words


def test_a_refusal_ends_the_clock_and_the_fee_and_can_be_taken_back(reviews):
    request = reviews.asked()
    refuse(request=request, reason="The component was not assessed by us.", by=reviews.cas, at=WORKED)
    assert stands(request) == (states.REFUSED, False)
    assert [line.reason for line in FeeLine.objects.all()] == ["refused"]
    assert not Clock.objects.filter(stopped_at=None).exists()
    assert request.case.notes.get().text.endswith("not assessed by us.")
    reopen(case=request.case, reason="It was.", by=reviews.cas, at=WORKED)
    assert stands(request) == (states.RECEIVED, True)


def test_a_later_receipt_moves_the_window_and_a_new_decision_starts_another(reviews):
    request = reviews.asked()
    made = issue(decision=decided(reviews, request), by=reviews.cas, at=WORKED)
    later = WORKED + timedelta(days=4)
    record_received(decision=made, received_at=later, by=reviews.cas, at=later)
    assert Clock.objects.get(case=request.case, stopped_at=None).due_on == date(2024, 8, 1)
    reopen(case=request.case, reason="A page was missed.", by=reviews.cas, at=later)
    assert stands(request) == (states.REVIEWING, True)
    recommend(request=request, mark=60, reason="administrative", comment="A page.", by=reviews.pat, at=later)
    (again,) = decide_reviews(requests=[request], reasons="A page was missed.", by=reviews.dee, at=later)
    issue(decision=again, by=reviews.cas, at=later + timedelta(days=1))
    assert Clock.objects.get(case=request.case, stopped_at=None).due_on == date(2024, 8, 2)
    assert Result.objects.get(pk=request.result_id).mark == 60
    old, new = request.case.documents.order_by("pk")
    assert old.verification.superseded_at is not None and new.verification.superseded_at is None


def test_a_letter_is_made_again_and_the_old_code_says_so(reviews):
    request = reviews.asked()
    assert "no letter" in refused(reissue_letter, request=request, by=reviews.cas, at=WORKED)
    issue(decision=decided(reviews, request), by=reviews.cas, at=WORKED)
    reissue_letter(request=request, by=reviews.cas, at=WORKED)
    codes = [one.verification.superseded_at is None for one in request.case.documents.order_by("pk")]
    assert codes == [False, True]


def test_outcomes_go_out_together_and_one_that_is_not_ready_is_held_back(reviews):
    ready, falls = reviews.asked("0012", mark=49), reviews.asked("0013", mark=50)
    made = [decided(reviews, ready, mark=52), decided(reviews, falls, mark=48)]
    goes_out_at = WORKED + timedelta(days=1)
    ids = [each.pk for each in made]
    release_together(decision_ids=ids, goes_out_at=goes_out_at, by=reviews.cas, at=WORKED)
    assert "another release" in refused(
        release_together, decision_ids=ids, goes_out_at=goes_out_at, by=reviews.cas, at=WORKED
    )
    assert release_due(as_of=goes_out_at - timedelta(seconds=1)) == 0
    assert release_due(as_of=goes_out_at) == 1
    assert release_due(as_of=goes_out_at) == 0
    assert [stands(each)[0] for each in (ready, falls)] == [states.DECIDED, states.REVIEWING]
    assert "second person" in OutcomeReleaseLine.objects.get(decision=made[1]).held_back


def test_a_case_closes_when_its_window_is_over_and_the_window_is_no_promise_of_ours(reviews):
    request = reviews.asked()
    issue(decision=decided(reviews, request), by=reviews.cas, at=WORKED)
    last = Clock.objects.get(case=request.case, stopped_at=None).until_at
    assert sweep(as_of=last + timedelta(seconds=1)).breached == 0
    assert close_when_over(as_of=last) == 0
    assert close_when_over(as_of=last + timedelta(seconds=1)) == 1
    assert close_when_over(as_of=last + timedelta(seconds=1)) == 0
    assert stands(request) == (states.CLOSED, False)


def test_a_delay_is_told_with_its_likely_extent(reviews):
    request = reviews.asked()
    told = delay(request=request, to_on=date(2024, 7, 31), reason="The examiner is ill.", by=reviews.cas, at=WORKED)
    assert (told.extended_to, told.told_late) == (date(2024, 7, 31), False)


def test_consents_are_kept_six_months_after_the_outcome(reviews):
    request = reviews.asked()
    asked = reviews.ask([request.result])
    consent = asked.consent
    type(consent).objects.filter(pk=consent.pk).update(answer="yes", answered_at=FILED, typed_name="A")
    freeze(consents={consent.pk}, by=reviews.officer, at=FILED)
    Request.objects.filter(pk=request.pk).update(consent=consent)
    issue(decision=decided(reviews, request), by=reviews.cas, at=WORKED)
    consent.refresh_from_db()
    assert consent.retain_until == date(2024, 12, 28)
