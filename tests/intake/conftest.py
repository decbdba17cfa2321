import pytest

from tests.factories.learners import College


@pytest.fixture
def college(db):
    return College()
