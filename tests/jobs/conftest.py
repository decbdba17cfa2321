"""A real mail server for the worker to deliver to."""

import pytest

from tests.notices.sinks import serving


@pytest.fixture
def sink(settings):
    with serving(settings) as sink:
        yield sink
