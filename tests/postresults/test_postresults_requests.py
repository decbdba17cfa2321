"""Asking, from the act to the charge: with consent, on the learner's answer, over the ceiling, late, and twice."""

from datetime import date, timedelta

import pytest

from deadlines.models import Clock
from portal.errors import Refused
from portal.fees.models import FeeLine
from portal.notices.models import Notice
from postresults.actions import end_out_of_time, withdraw_request
from postresults.actions.signing import GRACE
from postresults.models import Request, Submission
from postresults.rules.services import Service
from tests.factories.consent import NOON
from tests.factories.postresults import LAST, TOO_LATE

pytestmark = pytest.mark.django_db


def refusal(act, **kwargs):
    with pytest.raises(Refused) as caught:
        act(**kwargs)
    return caught.value


def test_with_consent_a_request_is_with_us_at_once(season, papers):
    consent = season.agrees(papers)
    submission = season.asks(papers)
    assert season.states() == ["received", "received"]
    assert submission.reference == f"PRS-2406-{submission.pk:05d}"
    assert [request.received_at for request in submission.requests.all()] == [NOON, NOON]
    assert {clock.due_on for clock in Clock.objects.all()} == {date(2024, 7, 18)}
    assert [line.pence for line in FeeLine.objects.all()] == [4250, 4250]
    consent.refresh_from_db()
    assert consent.used_at == NOON
    receipt = Notice.objects.get(dedupe_key__startswith="postresults.receipt:", user=season.officer)
    assert "Okafor" not in receipt.subject + receipt.text


def test_without_consent_nothing_is_sent_unless_it_may_wait(season, papers):
    said = refusal(season.asks, papers=papers)
    assert (said.code, said.field) == ("consent", "ceiling")
    assert Submission.objects.count() == 0


def test_a_waiting_request_files_itself_on_a_yes_at_the_instant_of_the_answer(season, papers):
    asked = season.ask(papers)
    season.asks(papers, ceiling_pence=8500)
    assert season.states() == ["waiting", "waiting"]
    assert (FeeLine.objects.count(), Clock.objects.count()) == (0, 0)
    later = NOON + timedelta(hours=5)
    season.answers(asked.token, yes=True, at=later)
    assert season.states() == ["received", "received"]
    assert set(Request.objects.values_list("received_at", flat=True)) == {later}
    assert FeeLine.objects.count() == 2


def test_a_no_ends_it_and_the_officer_is_told(season, papers):
    asked = season.ask(papers)
    season.asks(papers, ceiling_pence=8500)
    season.answers(asked.token, yes=False)
    assert season.states() == ["lapsed", "lapsed"]
    assert Notice.objects.filter(user=season.officer, dedupe_key__startswith="postresults.lapsed:").count() == 1
    assert not Request.objects.filter(live=True).exists()


def test_over_the_ceiling_nothing_is_filed_and_the_officer_decides(season, papers):
    asked = season.ask(papers)
    season.asks(papers, ceiling_pence=8499)
    season.answers(asked.token, yes=True)
    assert season.states() == ["waiting", "waiting"]
    assert FeeLine.objects.count() == 0
    assert Notice.objects.filter(user=season.officer, dedupe_key__startswith="postresults.ceiling:").count() == 1


@pytest.mark.parametrize(("at", "state"), [(LAST, "received"), (TOO_LATE, "lapsed")])
def test_a_consent_in_the_last_microsecond_is_in_time(season, papers, at, state):
    asked = season.ask(papers)
    season.asks(papers, ceiling_pence=8500)
    season.answers(asked.token, yes=True, at=at)
    assert season.states() == [state, state]


def test_the_last_microsecond_counts_and_the_next_does_not(season, papers):
    season.agrees(papers)
    season.asks(papers[:1], at=LAST)
    late = refusal(season.asks, papers=papers[1:], at=TOO_LATE, token="second")
    assert late.code == "late"
    assert late.message == (
        "The last moment to ask was Saturday 20 July 2024, 11:59pm. We cannot accept late requests."
    )
    assert season.states() == ["received"]


def test_what_still_waits_ten_minutes_after_the_window_has_closed_is_not_sent(season, papers):
    season.ask(papers)
    season.asks(papers, ceiling_pence=8500)
    assert end_out_of_time(as_of=TOO_LATE) == 0
    assert end_out_of_time(as_of=LAST + GRACE) == 0
    assert end_out_of_time(as_of=TOO_LATE + GRACE) == 2
    assert end_out_of_time(as_of=TOO_LATE + GRACE) == 0
    assert season.states() == ["lapsed", "lapsed"]


def test_the_same_page_sent_twice_is_one_submission(season, papers):
    season.agrees(papers)
    assert season.asks(papers) == season.asks(papers)
    assert season.states() == ["received", "received"]


def test_two_officers_ask_for_one_candidate_and_the_second_is_told(season, papers):
    season.agrees(papers)
    season.asks(papers[:1])
    second = refusal(season.asks, papers=papers[:1], token="another")
    assert second.message == "A review of this component is under way. Its outcome comes first."
    assert season.states() == ["received"]


def test_priority_asks_about_a_place_and_takes_either_answer(season, papers):
    season.agrees(papers)
    assert refusal(season.asks, papers=papers, service=Service.PRIORITY).code == "place"
    season.asks(papers[:1], service=Service.PRIORITY, place_depends=False)
    season.asks(papers[1:], service=Service.PRIORITY, place_depends=True, token="second")
    assert list(Request.objects.order_by("pk").values_list("place_depends", flat=True)) == [False, True]


def test_withdrawing_one_component_stops_its_clock_and_takes_back_its_fee_alone(season, papers):
    season.agrees(papers)
    first, _ = season.asks(papers).requests.order_by("pk")
    withdraw_request(request=first, by=season.officer, at=NOON)
    assert season.states() == ["withdrawn", "received"]
    assert [line.waived_at is None for line in FeeLine.objects.order_by("pk")] == [False, True]
    assert [clock.stopped_at is None for clock in Clock.objects.order_by("case")] == [False, True]
    first.refresh_from_db()
    assert first.live is False
    season.asks(papers[:1], token="again")
    assert season.states() == ["withdrawn", "received", "received"]


def test_withdrawing_what_waits_costs_nothing_and_a_later_yes_files_nothing(season, papers):
    asked = season.ask(papers)
    request = season.asks(papers[:1], ceiling_pence=8500).requests.get()
    withdraw_request(request=request, by=season.officer, at=NOON)
    season.answers(asked.token, yes=True)
    assert season.states() == ["withdrawn"]
    assert FeeLine.objects.count() == 0


def test_nothing_is_withdrawn_twice(season, papers):
    season.agrees(papers)
    request = season.asks(papers[:1]).requests.get()
    withdraw_request(request=request, by=season.officer, at=NOON)
    assert refusal(withdraw_request, request=request, by=season.officer, at=NOON).message == (
        "This request is withdrawn already."
    )
