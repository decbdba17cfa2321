"""A head lets a program be told of claims, tries it, and sees what became of the message. Every page is accessible."""

from typing import Any

import pytest

from portal import clock
from portal.hooks.actions import deliver
from tests.factories.hooks import AT, happened, receiving
from tests.factories.people import CentreFactory, MembershipFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def look(journey: Any, axe: Any) -> None:
    for width in (1280, 375):
        journey.page.set_viewport_size({"width": width, "height": 900})
        axe(journey.page)
        assert journey.page.evaluate("document.documentElement.scrollWidth") <= width
    journey.page.set_viewport_size({"width": 1280, "height": 900})


def test_a_webhook_is_made_tried_and_read_up_on(visit: Any, axe: Any) -> None:
    centre = CentreFactory(number="12345")
    journey = visit(MembershipFactory(centre=centre, role="head").user, "/c/12345/people/")
    journey.click("Webhooks")
    with receiving() as receiver:
        journey.fill("Name of the program", "Our MIS").fill("Address", receiver.url)
        journey.page.get_by_label("Claims were sent to us").check()
        journey.click("Make the webhook")
        look(journey, axe)
        assert journey.reads("whsec_")
        journey.click("Send a test event")
        deliver(at=AT, wall=clock.wall())
        happened(centre, 2)
        receiver.answer = lambda taken, request: 503
        deliver(at=AT, wall=clock.wall())
        journey.page.reload()
        look(journey, axe)
        assert (journey.reads("Delivered"), journey.reads("To be tried again")) == (True, True)
        journey.click("Make a new secret").click("Make a new secret")
        assert journey.reads("whsec_")
        journey.page.get_by_role("link", name="test").click()
        look(journey, axe)
        assert journey.reads("This is a test. Nothing happened.")
    assert journey.clicks == 5
