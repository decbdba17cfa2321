"""The main job, as an exams officer does it on a June morning. Click budgets are maxima."""

import pytest

from claims.models import Claim, Readiness
from tests.factories.claims import GRADES, learner_on, programme
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
HALF = {unit: grade for unit, grade in GRADES.items() if unit != "8"}


@pytest.fixture
def place():
    return programme(CentreFactory(name="Northgate College"))


@pytest.fixture
def officer(place):
    return MembershipFactory(centre=place.centre, role="officer").user


@pytest.fixture
def summer_cohort(place):
    """34 learners who are ready, and 3 blocked ones."""
    ready = [learner_on(place, name=f"Ready{number:02}") for number in range(34)]
    blocked = [learner_on(place, grades=HALF, name="Blocked") for _ in range(2)]
    blocked.append(learner_on(place, chosen="1 2 3", name="Short"))
    return ready, blocked


def home(place):
    return f"/c/{place.centre.number}/"


def test_thirty_four_claims_take_at_most_six_clicks_and_four_screens(visit, axe, place, officer, summer_cohort):
    journey = visit(officer, home(place))
    assert journey.reads("37 learners will have no result")
    axe(journey.page)
    journey.click("Claim for 34 learners who are ready")
    axe(journey.page)
    journey.click("Review 34 claims")
    axe(journey.page)
    journey.click(journey.page.get_by_role("checkbox", name="I confirm that these 34 learners"))
    journey.click("Submit 34 claims")
    assert journey.reads("34 claims submitted")
    assert journey.reads("in time")
    axe(journey.page)
    assert journey.clicks <= 6
    assert journey.screens <= 4
    assert Claim.objects.filter(status="submitted").count() == 34


def test_a_double_click_on_submit_is_one_submission(visit, place, officer, summer_cohort):
    journey = visit(officer, f"{home(place)}claims/check/?every=1")
    journey.page.get_by_role("checkbox", name="I confirm").check()
    journey.page.get_by_role("button", name="Submit 34 claims").dblclick()
    journey.page.wait_for_url("**/receipts/**")
    assert Claim.objects.count() == 34


def test_the_same_job_without_script(browser, live_server, place, officer, summer_cohort):
    from django.conf import settings
    from django.test import Client

    from tests.factories.people import signed_in

    context = browser.new_context(java_script_enabled=False)
    session = signed_in(Client(), officer).cookies[settings.SESSION_COOKIE_NAME].value
    context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
    page = context.new_page()
    page.goto(live_server.url + home(place))
    page.get_by_role("link", name="Claim for 34 learners").click()
    page.get_by_role("button", name="Review 34 claims").click()
    page.get_by_role("checkbox", name="I confirm").check()
    page.get_by_role("button", name="Submit 34 claims").click()
    assert "34 claims submitted" in page.locator("h1").inner_text()
    context.close()


def test_unticking_one_takes_one_out_and_the_bar_says_so(visit, place, officer, summer_cohort):
    journey = visit(officer, f"{home(place)}claims/")
    journey.page.get_by_role("checkbox", name="Ready00").uncheck()
    assert journey.reads("33 selected")
    journey.click("Review 33 claims")
    assert journey.reads("Check and submit 33 claims")


def test_a_blocked_learner_is_at_most_four_clicks_and_three_screens_from_the_fix(
    visit, axe, place, officer, summer_cohort
):
    learner = summer_cohort[1][0]
    journey = visit(officer, home(place))
    journey.click("Unblock 3 learners")
    axe(journey.page)
    row = journey.page.locator(f"#row-{learner.number}")
    journey.click(row.get_by_role("link", name="Enter the Unit 8 grade"))
    assert journey.clicks <= 4
    assert journey.screens <= 3
    axe(journey.page)
    journey.page.get_by_label("Unit 8").select_option("M")
    journey.click("Save unit grades")
    assert journey.reads("is ready to claim")
    journey.click("Review 1 claim")
    journey.click(journey.page.get_by_role("checkbox", name="I confirm"))
    journey.click("Submit 1 claim")
    assert Readiness.objects.get(registration=learner).state == "claimed"


def test_the_error_summary_lands_on_the_declaration(visit, axe, place, officer, summer_cohort):
    journey = visit(officer, f"{home(place)}claims/check/?every=1")
    journey.click("Submit 34 claims")
    axe(journey.page)
    journey.click("Tick the declaration to submit 34 claims")
    assert journey.page.evaluate("document.activeElement.name") == "declaration"
    assert Claim.objects.count() == 0


def test_undo_says_that_a_later_claim_may_be_late(visit, axe, place, officer, summer_cohort):
    journey = visit(officer, f"{home(place)}claims/check/?every=1")
    journey.click(journey.page.get_by_role("checkbox", name="I confirm"))
    journey.click("Submit 34 claims").click("Undo these claims")
    assert journey.reads("A claim made again after that date is late")
    axe(journey.page)
    journey.click("Undo 34 claims")
    assert journey.reads("34 learners can be claimed now")


def test_staff_accept_in_bulk_and_the_learners_show_as_issued(visit, axe, place, officer, summer_cohort):
    journey = visit(officer, f"{home(place)}claims/check/?every=1")
    journey.click(journey.page.get_by_role("checkbox", name="I confirm"))
    journey.click("Submit 34 claims")
    staff = visit(StaffMembershipFactory(role="casework").user, "/admin/claims/claim/")
    axe(staff.page)
    staff.page.locator("#action-toggle").check()
    staff.page.get_by_label("Do with the selected").select_option(label="Accept")
    staff.click("Go")
    axe(staff.page)
    staff.click("Accept")
    assert staff.reads("34 claims accepted")
    assert Readiness.objects.filter(state="issued").count() == 34


@pytest.mark.parametrize("width", [375, 1280])
def test_the_tracker_and_home_hold_at_phone_and_desktop_width(visit, axe, place, officer, summer_cohort, width):
    journey = visit(officer, home(place))
    journey.page.set_viewport_size({"width": width, "height": 800})
    for path in ("", "claims/", "claims/?state=blocked", "claims/?state=all", "claims/check/?every=1"):
        journey.open(home(place) + path)
        axe(journey.page)
        assert journey.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
