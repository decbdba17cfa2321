import pytest

from portal.learners.models import Result
from tests.factories.autumn import Autumn
from tests.factories.postresults import ReviewSeason


@pytest.fixture
def season(db: None) -> ReviewSeason:
    """A centre whose results have reached the candidates, within the windows of the summer."""
    return ReviewSeason()


@pytest.fixture
def papers(season: ReviewSeason) -> list[Result]:
    return season.result(units=2)


@pytest.fixture
def autumn(db: None) -> Autumn:
    """The same with the real key dates and prices."""
    return Autumn()
