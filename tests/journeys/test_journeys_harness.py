"""The browser fixtures themselves: each guard is seen to catch what it is there for."""

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def broken(page: Page, faults: list[str]):
    """A page with one fault of each kind; the faults are taken out again so that the guard does not fail the test."""

    def show(body: str, policy: str = "default-src 'none'") -> list[str]:
        page.route("https://broken.example/**", lambda route: _answer(route, body, policy))
        page.goto("https://broken.example/")
        page.wait_for_timeout(200)
        seen = list(faults)
        faults.clear()
        return seen

    return show


def _answer(route, body: str, policy: str) -> None:
    if route.request.url.endswith("/broken"):
        return route.fulfill(status=500, body="no")
    return route.fulfill(
        status=200,
        content_type="text/html",
        headers={"Content-Security-Policy": policy},
        body=f"<!doctype html><html lang=en><title>Broken</title><body>{body}</body></html>",
    )


def test_an_inline_style_is_caught_as_a_breach_of_the_policy(broken):
    assert [fault.split(" blocked")[0] for fault in broken("<p style='color: red'>x</p>")] == [
        "content policy: style-src-attr"
    ]


def test_a_script_error_is_caught(broken):
    (fault,) = broken("<script>throw new Error('lost')</script>", "script-src 'unsafe-inline'")
    assert "lost" in fault


def test_a_500_is_caught(broken):
    (fault,) = broken("<img alt='' src='/broken'>", "img-src *")
    assert fault == "500 from https://broken.example/broken"


def test_axe_catches_a_field_without_a_label(broken, page, axe):
    broken("<main><h1>Form</h1><input></main>")
    with pytest.raises(AssertionError, match="label"):
        axe(page)
