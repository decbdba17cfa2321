from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string

from portal import clock
from portal.web.actor import Actor
from portal.web.context import page


@pytest.fixture
def request_of(rf):
    def make(*capabilities: str):
        request = rf.get("/")
        request.user = SimpleNamespace(name="Helen Marsh", is_authenticated=True, is_staff=False)
        centre = SimpleNamespace(number="12345", name="Northgate College")
        request.actor = Actor(request.user, centre, clock.now(), frozenset(capabilities), "exams officer")
        return request

    return make


def keys(request):
    return [room["key"] for room in page(request)["rooms"]]


def test_a_room_appears_for_those_who_may_enter(request_of):
    assert keys(request_of("centre.home", "claims.view"))[:2] == ["home", "claims"]
    assert "claims" not in keys(request_of("centre.home"))


def test_a_page_without_a_centre_has_no_rooms(rf):
    assert page(rf.get("/"))["rooms"] == []


def test_the_header_names_centre_person_role_and_unread_messages(request_of):
    request = request_of("centre.home", "claims.view")
    request.unread_notices = 2
    html = " ".join(render_to_string("web/help.html", {"nav": "claims", "user": request.user}, request).split())
    for words in ("Northgate College", "centre 12345", "Helen Marsh, exams officer", "Messages (2"):
        assert words in html
    assert html.count('aria-current="page"') == 2  # the bar, and the phone's menu
