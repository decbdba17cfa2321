"""A review is asked for, as an exams officer does it in results week. Budgets of clicks and screens are maxima."""

import pytest
from django.conf import settings
from django.test import Client

from postresults.models import Request, Submission
from tests.factories.people import signed_in
from tests.factories.postresults import SIGNED, ReviewSeason

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def season():
    return ReviewSeason()


@pytest.fixture
def papers(season):
    return season.result()


def start(season):
    return f"/c/{season.centre.number}/results/"


def picked(page, words="Review of marking (service 2)"):
    """Choose a service in the first row: opening a list and choosing is one press."""
    select = page.get_by_label("Service for").first
    option = select.locator("option", has_text=words).first.get_attribute("value")
    select.select_option(option)


def test_with_consent_asked_at_most_nine_clicks_and_five_screens(visit, axe, season, papers):
    journey = visit(season.officer, f"{start(season)}components/2024-06/{papers[0].unit.code}/?show=all")
    axe(journey.page)
    journey.click("Ask for a review")
    axe(journey.page)
    picked(journey.page)
    journey.clicks += 1
    journey.click("Continue")
    assert journey.reads("Consent of the learners")
    axe(journey.page)
    journey.fill("Email address of Amara Okafor", "amara@learner.example")
    journey.click("Ask and continue")
    assert journey.reads("Check and submit 1 request")
    axe(journey.page)
    journey.click(journey.page.get_by_role("checkbox", name="Send 1 request by itself"))
    journey.click(journey.page.get_by_role("checkbox", name="I have told each learner"))
    journey.click("Submit 1 request")
    assert journey.reads("1 request kept until consent arrives")
    axe(journey.page)
    assert (journey.clicks <= 9, journey.screens <= 5) == (True, True)
    assert Submission.objects.get().ceiling_pence == 4250


def test_with_consent_in_place_at_most_six_clicks_and_four_screens(visit, axe, season, papers):
    season.agrees(papers)
    journey = visit(season.officer, f"{start(season)}components/2024-06/{papers[0].unit.code}/?show=all")
    journey.click("Ask for a review")
    picked(journey.page, "Priority review of marking")
    journey.clicks += 1
    journey.click("Continue")
    assert journey.reads("Check and submit 1 request")
    axe(journey.page)
    journey.click(journey.page.get_by_role("radio", name="Yes"))
    journey.click(journey.page.get_by_role("checkbox", name="I have told each learner"))
    journey.click("Submit 1 request")
    assert journey.reads("1 request received") and journey.reads("By Saturday 13 July 2024")
    assert (journey.clicks <= 6, journey.screens <= 4) == (True, True)
    assert Request.objects.get().place_depends is True
    journey.click("R24-00001")
    assert journey.reads("What you can do now")
    axe(journey.page)
    journey.click("Withdraw this request")
    axe(journey.page)
    journey.click("Withdraw this request")
    assert journey.reads("R24-00001 is withdrawn.")


def test_coming_back_when_a_batch_is_signed_takes_three_clicks_and_three_screens(visit, axe, season, papers):
    asked = season.ask(papers)
    season.asks(papers, ceiling_pence=0)
    season.answers(asked.token, yes=True, at=SIGNED)
    journey = visit(season.officer, f"/c/{season.centre.number}/")
    journey.click("Send 1 request that learners have signed")
    axe(journey.page)
    journey.click("Send 1 request")
    assert journey.reads("1 request received")
    assert (journey.clicks <= 3, journey.screens <= 3) == (True, True)
    assert season.states() == ["received"]


def test_the_same_without_script_found_by_name_from_the_start_page(browser, live_server, season, papers):
    season.agrees(papers)
    context = browser.new_context(java_script_enabled=False)
    session = signed_in(Client(), season.officer).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + start(season))
    page.get_by_role("link", name="New request").click()
    page.get_by_label("Names or candidate numbers").fill("okafor")
    page.get_by_role("button", name="Find").click()
    picked(page)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("checkbox", name="I have told each learner").check()
    page.get_by_role("button", name="Submit 1 request").click()
    assert "1 request received" in page.locator("h1").inner_text()
    context.close()
    assert season.states() == ["received"]


def test_a_double_click_on_submit_is_one_submission(visit, season, papers):
    season.agrees(papers)
    journey = visit(season.officer, f"{start(season)}new/check/?pick={papers[0].pk}:service_2")
    journey.page.get_by_role("checkbox", name="I have told each learner").check()
    journey.page.get_by_role("button", name="Submit 1 request").dblclick()
    journey.page.wait_for_url("**/receipts/**")
    assert Submission.objects.count() == 1
