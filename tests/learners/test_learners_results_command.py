from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from claims.models import Readiness
from portal.learners.models import Result
from tests.factories.claims import GRADES, learner_on, programme
from tests.factories.people import CentreFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def waiting():
    """A learner who waits for the result of Unit 2 only."""
    return learner_on(programme(CentreFactory()), grades={unit: grade for unit, grade in GRADES.items() if unit != "2"})


@pytest.fixture
def file(tmp_path, waiting):
    unit = waiting.programme.qualification.parts.get(unit__number="2").unit

    def write(*grades, unit=unit.code, headings="registration,unit,series,grade"):
        path = tmp_path / "results.csv"
        path.write_text("\n".join([headings, *(f"{waiting.number},{unit},2024-06,{grade}" for grade in grades)]))
        return path

    return write


def load(path):
    told = StringIO()
    call_command("load_results", path, stdout=told)
    return told.getvalue().strip()


def test_loading_results_makes_ready_and_the_same_file_again_changes_nothing(waiting, file):
    assert Readiness.objects.get(registration=waiting).state == "blocked"
    assert load(file("M")) == "1 results loaded, 0 stood already."
    assert Readiness.objects.get(registration=waiting).state == "ready"
    assert load(file("M")) == "0 results loaded, 1 stood already."


@pytest.mark.parametrize(
    ("grades", "changes", "words"),
    [
        (["X"], {}, "Nothing was loaded"),
        (["M"], {"unit": "NOPE"}, "Row 2: there is no unit NOPE. Nothing was loaded"),
        (["M"], {"headings": "a,b"}, "The headings must be"),
    ],
)
def test_a_wrong_file_loads_nothing(waiting, file, grades, changes, words):
    before = Result.objects.count()
    with pytest.raises(CommandError, match=words):
        load(file(*grades, **changes))
    assert Result.objects.count() == before
