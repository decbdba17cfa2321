"""Every component of the house stands on the style guide, and all of it is accessible."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1280, 375])
def test_the_style_guide_is_accessible(visit, axe, width):
    journey = visit(None, "/style-guide/")
    journey.page.set_viewport_size({"width": width, "height": 900})
    assert journey.page.locator("h1").count() == 1
    axe(journey.page)
    assert journey.page.evaluate("document.documentElement.scrollWidth") <= width
