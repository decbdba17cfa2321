"""A vendor with nothing but a token reads the documentation in a browser."""

from datetime import timedelta

import pytest
from django.test import Client

from portal import clock
from portal.api.access import OPEN_FOR
from portal.people.actions import revoke_token
from portal.people.models import ApiToken
from tests.factories.claims import JUNE

DOCS, SCHEMA, DOOR = "/api/v1/docs/", "/api/v1/schema/", "/api/v1/docs/token/"


@pytest.fixture
def browser():
    return Client(SERVER_NAME="localhost")


def test_a_token_opens_the_words_and_nothing_else(vendor, browser):
    answer = browser.post(DOOR, {"token": f" {vendor.secret} "})
    assert (answer.status_code, answer.headers["Location"]) == (302, DOCS)
    assert [browser.get(path).status_code for path in (DOCS, SCHEMA, "/api/v1/tracker/", "/c/12345/")] == [
        200,
        200,
        401,
        302,
    ]
    assert vendor.secret not in str(dict(browser.session.items()))


def test_the_hour_ends(vendor, browser):
    browser.post(DOOR, {"token": vendor.secret})
    session = browser.session
    left = session["api_words_until"] - clock.wall().timestamp()
    assert timedelta(0) < timedelta(seconds=left) <= OPEN_FOR
    session["api_words_until"] = clock.wall().timestamp() - 1
    session.save()
    assert [browser.get(path).status_code for path in (DOCS, SCHEMA)] == [401, 401]


@pytest.mark.parametrize(("token", "words"), [("", "Paste the token"), ("guess", "not valid"), ("x" * 300, "at most")])
def test_what_is_no_token_opens_nothing(vendor, browser, token, words):
    answer = browser.post(DOOR, {"token": token})
    assert (answer.status_code, words in answer.content.decode()) == (401, True)
    assert browser.get(DOCS).status_code == 401


def test_a_withdrawn_token_opens_nothing(vendor, browser):
    row = ApiToken.objects.get()
    revoke_token(token=row, by=row.created_by, at=JUNE)
    assert browser.post(DOOR, {"token": vendor.secret}).status_code == 401


def test_the_form_takes_nothing_from_other_sites_or_from_an_address(vendor):
    strict = Client(SERVER_NAME="localhost", enforce_csrf_checks=True)
    assert strict.post(DOOR, {"token": vendor.secret}).status_code == 403
    assert strict.get(f"{DOOR}?token={vendor.secret}").status_code == 405
    assert strict.get(f"{DOCS}?token={vendor.secret}").status_code == 401
