import pytest

from claims.rules.points import overall_grade, unit_points

EXTENDED_CERTIFICATE = {"P": 36, "M": 52, "D": 74, "D*": 90}


@pytest.mark.parametrize(
    ("hours", "points"),
    [
        (60, {"U": 0, "N": 4, "P": 6, "M": 10, "D": 16}),
        (90, {"U": 0, "N": 6, "P": 9, "M": 15, "D": 24}),
        (120, {"U": 0, "N": 8, "P": 12, "M": 20, "D": 32}),
    ],
)
def test_points_are_the_published_ones(hours, points):
    assert {grade: unit_points(grade=grade, guided_hours=hours) for grade in points} == points


def test_the_worked_example_comes_to_a_merit():
    units = [("D", 90), ("M", 90), ("P", 120), ("M", 60)]
    points = sum(unit_points(grade=grade, guided_hours=hours) for grade, hours in units)
    assert points == 61
    assert overall_grade(points=points, thresholds=EXTENDED_CERTIFICATE) == "M"


@pytest.mark.parametrize(
    ("points", "grade"),
    [(0, None), (35, None), (36, "P"), (51, "P"), (52, "M"), (73, "M"), (74, "D"), (89, "D"), (90, "D*"), (128, "D*")],
)
def test_each_threshold_counts_from_its_own_point(points, grade):
    assert overall_grade(points=points, thresholds=EXTENDED_CERTIFICATE) == grade


def test_hours_that_give_no_whole_points_are_refused():
    with pytest.raises(ValueError, match="whole points"):
        unit_points(grade="N", guided_hours=65)
