"""A morning at the staff's desk: many centres reassigned, filters kept, an absence covered."""

import pytest

from claims.models import Care
from portal.desk.models import Cover
from tests.factories.claims import learner_on, programme, summer
from tests.factories.people import CentreFactory, StaffMembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)
LIST = "/admin/claims/centrestanding/"


@pytest.fixture
def joanne():
    return StaffMembershipFactory(role="casework", user__name="Joanne Pike").user


@pytest.fixture
def sam():
    return StaffMembershipFactory(role="casework", user__name="Sam Reed").user


def at_risk(number, owner=None):
    """So many centres with a learner at risk, looked after by somebody."""
    for _ in range(number):
        place = programme(CentreFactory())
        learner_on(place)
        if owner is not None:
            row = {"owner": owner, "given_by": owner, "given_at": place.released_at}
            Care.objects.create(centre=place.centre, series=summer(), **row)


def test_twenty_five_centres_change_hands_in_five_clicks_and_three_screens(visit, axe, joanne, sam):
    at_risk(25, owner=joanne)
    journey = visit(joanne, f"{LIST}?whose=mine")
    assert journey.page.locator(".masthead__person").inner_text() == "Joanne Pike, casework"
    axe(journey.page)
    journey.click(journey.page.locator("#action-toggle"))
    journey.clicks += 1
    journey.page.get_by_label("Do with the selected:").select_option("Give to a colleague")
    journey.click(journey.page.locator("button[name=index]"))
    axe(journey.page)
    journey.clicks += 1
    journey.page.get_by_label("Colleague").select_option("Sam Reed")
    journey.click("Give to a colleague: 25 centres")
    assert journey.reads("Sam Reed was given 25 centres.")
    axe(journey.page)
    assert journey.clicks <= 5
    assert journey.screens <= 3
    assert Care.objects.filter(owner=sam).count() == 25


def test_filters_are_saved_once_and_opened_with_one_press(visit, axe, joanne):
    at_risk(1)
    journey = visit(joanne, f"{LIST}?whose=nobody&contact=never")
    journey.click("Save these filters")
    axe(journey.page)
    journey.fill("Name", "Nobody has rung").click(journey.page.locator("button[type=submit]").last)
    assert journey.reads("“Nobody has rung” stands over this list.")
    axe(journey.page)
    journey.open(LIST).click("Nobody has rung")
    assert journey.page.url.endswith(f"{LIST}?contact=never&whose=nobody")
    axe(journey.page)
    journey.click("Rename or delete")
    axe(journey.page)


def test_an_absence_is_recorded_and_seen(visit, axe, joanne, sam):
    journey = visit(joanne, "/admin/desk/cover/")
    journey.click("Record cover for an absence")
    axe(journey.page)
    journey.page.get_by_label("Who covers").select_option("Sam Reed")
    journey.fill("First day", "2024-06-28").fill("Last day", "2024-07-05")
    journey.click(journey.page.locator("button[type=submit]").last)
    assert journey.reads("Sam Reed covers for Joanne Pike")
    axe(journey.page)
    assert Cover.objects.get().away == joanne
