import pytest

from portal.learners.models import Result
from tests.factories.consent import Season


@pytest.fixture
def season(db: None) -> Season:
    return Season()


@pytest.fixture
def papers(season: Season) -> list[Result]:
    return season.result(units=2)
