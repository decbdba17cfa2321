"""What a head and a vendor see of the API: the tokens and the documentation, held against WCAG."""

import pytest
from django.urls import reverse

from portal.centres.rules import CAPABILITIES, Role
from portal.people.actions import make_token
from tests.factories.learners import AT
from tests.factories.people import MembershipFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def head():
    member = MembershipFactory(role="head")
    rights = CAPABILITIES[Role.HEAD]
    make_token(centre=member.centre, name="MIS", scopes=["tracker:read"], capabilities=rights, by=member.user, at=AT)
    return member


@pytest.mark.parametrize("width", [1280, 375])
def test_the_documentation_can_be_read_by_everybody(visit, axe, head, width):
    journey = visit(head.user, reverse("api:docs"))
    journey.page.set_viewport_size({"width": width, "height": 900})
    axe(journey.page)
    assert journey.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [1280, 375])
def test_a_token_is_made_shown_once_and_listed(visit, axe, head, width):
    journey = visit(head.user, reverse("people:tokens", args=[head.centre.number]))
    journey.page.set_viewport_size({"width": width, "height": 900})
    axe(journey.page)
    journey.fill("Name", "Register")
    journey.page.get_by_label("Read where each learner stands").check()
    journey.click("Make the token")
    axe(journey.page)
    assert journey.page.evaluate("document.documentElement.scrollWidth") <= width
    journey.page.reload()
    axe(journey.page)
