"""How the 2016 Nationals turn unit grades into points, and points into an overall grade.

Source: the points tables of the 2016 Nationals specifications, two independent copies of which agree.
"""

from collections.abc import Mapping
from fractions import Fraction

# For every ten guided learning hours of the unit.
POINTS_PER_TEN_HOURS: Mapping[str, Fraction] = {
    "U": Fraction(0),
    "N": Fraction(2, 3),
    "P": Fraction(1),
    "M": Fraction(5, 3),
    "D": Fraction(8, 3),
}


def unit_points(*, grade: str, guided_hours: int) -> int:
    """Points for one unit: a Merit in 120 hours is 20. The published tables hold whole numbers only."""
    points = POINTS_PER_TEN_HOURS[grade] * guided_hours / 10
    if points.denominator != 1:
        raise ValueError(f"{guided_hours} guided learning hours at {grade} do not come to whole points.")
    return points.numerator


def overall_grade(*, points: int, thresholds: Mapping[str, int]) -> str | None:
    """The best grade whose threshold the points reach; None when they reach none. `thresholds` maps grade to points."""
    reached = [(least, grade) for grade, least in thresholds.items() if points >= least]
    return max(reached)[1] if reached else None
