"""The pages of a request as an exams officer, a colleague who only reads, and a stranger meet them."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from deadlines.models import KeyDate
from portal.casework.models import Note
from portal.consent.models import Consent
from portal.notices.models import Notice
from postresults.models import Request, Submission
from tests.factories.people import CentreFactory, MembershipFactory, signed_in
from tests.factories.postresults import SIGNED

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(season, client):
    return signed_in(client, season.officer)


def at(season, name, **kwargs):
    return reverse(f"postresults:{name}", kwargs={"number": season.centre.number, **kwargs})


def picks(papers, service="service_2"):
    return "?" + "&".join(f"pick={paper.pk}:{service}" for paper in papers)


def hidden(body):
    """Token and fingerprint of the check page."""
    return {name: re.search(rf'name="{name}" value="([^"]*)"', body)[1] for name in ("token", "seen")}


def send(client, address, **said):
    page = client.get(address).content.decode()
    return client.post(address, {**hidden(page), "declaration": "on", **said})


def test_the_grid_offers_what_exists_with_price_and_date(season, papers, officer):
    body = officer.get(at(season, "new") + "?candidate=0012").content.decode()
    assert "Review of marking (service 2), £42.50 (unconfirmed), by Thursday 18 July" in body
    assert "Priority review of marking (service P2), £51.00 (unconfirmed), by Saturday 13 July" in body
    assert ':service_3"' not in body


def test_with_consent_in_place_the_step_is_skipped_and_the_receipt_has_it_all(season, papers, officer):
    season.agrees(papers)
    step = officer.get(at(season, "consent") + picks(papers))
    assert step.url == at(season, "check") + picks(papers).replace(":", "%3A")
    body = officer.get(step.url).content.decode()
    assert "Check and submit 2 requests" in body and "£85.00" in body
    assert "checked" not in body
    sent = send(officer, step.url)
    receipt = officer.get(sent.url).content.decode()
    submission = Submission.objects.get()
    assert submission.reference in receipt and "By Thursday 18 July 2024" in receipt
    pdf = officer.get(at(season, "receipt-pdf", reference=submission.reference))
    assert pdf.content.startswith(b"%PDF") and b"/StructTreeRoot" in pdf.content


def test_asking_by_email_and_submitting_when_signed(season, papers, officer):
    step = at(season, "consent") + picks(papers)
    assert "Not asked" in officer.get(step).content.decode()
    going_on = officer.post(step, {"address-review-0012": "amara@learner.example"})
    assert Consent.objects.get().contact_email == "amara@learner.example"
    assert {paper.unit_id for paper in Consent.objects.get().papers.all()} == {paper.unit_id for paper in papers}
    refused = send(officer, going_on.url)
    assert refused.status_code == 409
    assert "still wait for the learner’s written consent" in refused.content.decode()
    send(officer, going_on.url, when_signed="on", ceiling="85")
    assert Submission.objects.get().ceiling_pence == 8500
    token = re.search(r"/consent/([^/\s]+)/", Notice.objects.get(text__contains="/consent/").text)[1]
    season.answers(token, yes=True)
    assert season.states() == ["received", "received"]


def test_an_address_that_is_none_is_said_and_nobody_is_asked(season, papers, officer):
    body = officer.post(at(season, "consent") + picks(papers), {"address-review-0012": "amara"}).content.decode()
    assert "Enter an email address, such as name@example.com." in body
    assert not Consent.objects.exists()


def test_a_priority_review_asks_about_a_place_and_keeps_the_answer(season, papers, officer):
    season.agrees(papers)
    address = at(season, "check") + picks(papers[:1], "priority_service_2")
    assert "Say whether a place depends on it" in send(officer, address).content.decode()
    send(officer, address, **{f"place-{papers[0].pk}": "no"})
    assert Request.objects.get().place_depends is False


def test_a_page_that_has_become_stale_sends_nothing_and_keeps_the_answers(season, papers, officer):
    address = at(season, "check") + picks(papers[:1], "priority_service_2")
    page = officer.get(address).content.decode()
    season.agrees(papers)
    said = {**hidden(page), "declaration": "on", f"place-{papers[0].pk}": "yes", "when_signed": "on", "ceiling": "60"}
    answer = officer.post(address, said)
    body = answer.content.decode()
    assert (answer.status_code, Request.objects.count()) == (409, 0)
    assert "Something changed after you opened this page" in body
    assert re.search(rf'name="place-{papers[0].pk}" value="yes"[^>]*checked', body)


def test_a_double_click_is_one_submission(season, papers, officer):
    season.agrees(papers)
    address = at(season, "check") + picks(papers)
    said = {**hidden(officer.get(address).content.decode()), "declaration": "on"}
    assert officer.post(address, said).url == officer.post(address, said).url
    assert Submission.objects.count() == 1


@pytest.fixture
def elsewhere(season):
    """Another centre with a learner and results of its own."""
    other = MembershipFactory(centre=CentreFactory(), role="officer")
    return signed_in(Client(), other.user), other.centre


def test_late_is_refused_with_its_reason(season, papers, officer):
    KeyDate.objects.filter(key__in=["romm.others", "romm.priority"]).update(on="2024-06-27")
    season.agrees(papers)
    body = officer.get(at(season, "check") + picks(papers)).content.decode()
    assert "The last moment to ask was Thursday 27 June 2024, 11:59pm. We cannot accept late requests." in body
    assert "2 requests cannot be sent" in body and "Submit" not in body


def test_ineligible_is_explained_on_a_page_of_its_own(season, papers, officer):
    body = officer.get(at(season, "services", pk=papers[0].pk)).content.decode()
    assert "Review of moderation (service 3) does not exist for this qualification." in body
    assert "Open until Saturday 20 July 2024, 11:59pm" in body


def test_foreign_is_as_if_it_never_existed(season, papers, elsewhere):
    stranger, centre = elsewhere
    own = {"number": centre.number}
    body = stranger.get(reverse("postresults:check", kwargs=own) + picks(papers)).content.decode()
    assert "Some of what was chosen is not a result of your centre" in body and "Okafor" not in body
    assert stranger.get(reverse("postresults:services", kwargs={**own, "pk": papers[0].pk})).status_code == 404


def test_repeated_is_told_that_it_is_under_way(season, papers, officer):
    season.agrees(papers)
    season.asks(papers)
    body = officer.get(at(season, "check") + picks(papers)).content.decode()
    assert body.count("A review of this component is under way. Its outcome comes first.") == 2


def test_the_request_page_says_what_was_asked_and_takes_a_message(season, papers, officer):
    season.agrees(papers)
    request = season.asks(papers[:1]).requests.get()
    page = at(season, "request", reference=request.case.reference)
    body = officer.get(page).content.decode()
    for words in ("Amara Okafor", "Thursday 18 July 2024", "£42.50", "Withdraw this request", "Why this date?"):
        assert words in body
    sent = officer.post(at(season, "message", reference=request.case.reference), {"text": "Is it the same paper?"})
    assert sent.url == page
    assert "Is it the same paper?" in officer.get(page).content.decode()
    assert Note.objects.get().from_centre is True
    assert "Write the message." in officer.post(f"{page}message/", {"text": " "}).content.decode()


def test_withdrawing_on_its_page_and_once_more(season, papers, officer):
    season.agrees(papers)
    reference = season.asks(papers[:1]).requests.get().case.reference
    page = at(season, "withdraw", reference=reference)
    assert "Its fee falls away" in officer.get(page).content.decode()
    officer.post(page)
    again = officer.post(page)
    assert again.status_code == 409
    assert "This request is withdrawn already." in again.content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", True),
        ("?q=12", True),
        ("?q=okaf", True),
        ("?q=0013", False),
        ("?service=service_1", False),
        ("?state=waiting", False),
        ("?state=with-us&service=service_2", True),
    ],
)
def test_the_list_is_searched(season, papers, officer, query, found):
    season.agrees(papers)
    reference = season.asks(papers[:1]).requests.get().case.reference
    assert (reference in officer.get(at(season, "requests") + query).content.decode()) is found


def test_the_list_is_searched_by_either_reference(season, papers, officer):
    season.agrees(papers)
    submission = season.asks(papers)
    case = submission.requests.order_by("pk")[0].case.reference
    assert officer.get(at(season, "requests") + f"?q={submission.reference}").content.decode().count("R24-") >= 2
    assert case in officer.get(at(season, "requests") + f"?q={case.lower()}").content.decode()


def test_the_newest_stands_first_and_pages_go_on_from_a_row(season, papers, officer):
    season.agrees(papers)
    first, second = season.asks(papers).requests.order_by("pk")
    body = officer.get(at(season, "requests")).content.decode()
    assert body.index(second.case.reference) < body.index(first.case.reference)
    onward = officer.get(at(season, "requests") + f"?after={second.pk}").content.decode()
    assert (first.case.reference in onward, second.case.reference in onward) == (True, False)


def test_who_only_reads_sees_requests_and_makes_none(season, papers, client):
    season.agrees(papers)
    submission = season.asks(papers[:1])
    reference = submission.requests.get().case.reference
    reader = signed_in(client, season.member("reader"))
    assert reader.get(at(season, "request", reference=reference)).status_code == 200
    assert "Withdraw" not in reader.get(at(season, "request", reference=reference)).content.decode()
    for name, kwargs in (("new", {}), ("check", {}), ("withdraw", {"reference": reference})):
        assert reader.get(at(season, name, **kwargs)).status_code == 403


def test_a_stranger_meets_a_request_as_one_that_never_was(season, papers, elsewhere):
    stranger, centre = elsewhere
    season.agrees(papers)
    submission = season.asks(papers[:1])
    reference = submission.requests.get().case.reference
    for name, written in (("request", reference), ("withdraw", reference), ("receipt", submission.reference)):
        found = stranger.get(reverse(f"postresults:{name}", kwargs={"number": centre.number, "reference": written}))
        assert found.status_code == 404


def test_the_pages_of_the_flow_cost_at_most_twelve_questions_whatever_is_picked(
    season, officer, django_assert_max_num_queries
):
    papers = [paper for number in ("0012", "0013", "0014") for paper in season.result(number, units=2)]
    season.agrees(papers[:2])
    for some in (papers[:2], papers):
        for name in ("new", "consent", "check"):
            with django_assert_max_num_queries(12):
                officer.get(at(season, name) + picks(some))


def test_signed_requests_over_the_ceiling_are_sent_by_the_officer(season, papers, officer):
    asked = season.ask(papers)
    submission = season.asks(papers, ceiling_pence=0)
    season.answers(asked.token, yes=True, at=SIGNED)
    home = officer.get(f"/c/{season.centre.number}/").content.decode()
    assert "Send 2 requests that learners have signed" in home
    page = at(season, "signed")
    body = officer.get(page).content.decode()
    assert "2 requests signed, ready to send" in body and "£85.00" in body
    said = {"requests": re.search(r'name="requests" value="([^"]*)"', body)[1]}
    assert officer.post(page, said).url == at(season, "receipt", reference=submission.reference)
    assert season.states() == ["received", "received"]
    assert officer.post(page, said).status_code == 409
    assert "2 requests for results services" in officer.get(f"/c/{season.centre.number}/").content.decode()


def test_a_component_shows_what_is_under_way_and_offers_the_rest(season, papers, officer):
    season.result("0013")
    season.agrees(papers[:1])
    reference = season.asks(papers[:1]).requests.get().case.reference
    url = at(season, "component", series="2024-06", unit=papers[0].unit.code)
    body = officer.get(f"{url}?show=all").content.decode()
    assert (body.count("Review under way"), body.count("Ask for a review<")) == (1, 1)
    assert reference in body
    assert "Ask for a review" in officer.get(f"/c/{season.centre.number}/learners/0012/").content.decode()


def test_the_start_page_counts_and_leads_on(season, papers, officer):
    season.asks(papers, ceiling_pence=0)
    body = officer.get(at(season, "results")).content.decode()
    for words in ("New request", "2 requests waiting for consent", "Saturday 20 July 2024", "Charges and invoices"):
        assert words in body
