"""Marks and grade boundaries of one unit in one series. Marks are whole."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from portal.errors import Refused


@dataclass(frozen=True)
class MarkScale:
    """The highest mark (None: not known) and the lowest mark for each grade; grades in order, lowest first."""

    max_mark: int | None
    boundaries: tuple[tuple[str, int], ...] = ()
    unclassified: str = "U"


def grade_at(mark: int, scale: MarkScale) -> str:
    """The grade of a mark: that of the highest boundary it reaches, or unclassified below all of them."""
    reached = [grade for grade, lowest in scale.boundaries if mark >= lowest]
    return reached[-1] if reached else scale.unclassified


def check_mark(*, mark: int, grade: str, scale: MarkScale) -> None:
    """A mark lies within the paper and gives the grade it stands beside. Raises Refused."""
    if scale.max_mark is not None and mark > scale.max_mark:
        raise Refused(f"{mark} is more than the highest mark, {scale.max_mark}.", code="invalid", field="mark")
    if scale.boundaries and (gives := grade_at(mark, scale)) != grade:
        raise Refused(f"{mark} marks give the grade {gives}, not {grade}.", code="invalid", field="mark")


def check_boundaries(*, boundaries: Mapping[str, int], max_mark: int, grades: Sequence[str]) -> None:
    """Boundaries are for grades of the scale, rise with them, and lie within the paper. Raises Refused."""
    unknown = next((grade for grade in boundaries if grade not in grades), None)
    if unknown is not None:
        raise Refused(f"{unknown} is not a grade of the unit.", code="invalid", field="grade")
    marks = [boundaries[grade] for grade in grades if grade in boundaries]
    if marks != sorted(set(marks)):
        raise Refused("A higher grade needs a higher mark than the grade beneath it.", code="invalid", field="mark")
    if marks and not 0 < marks[0] <= marks[-1] <= max_mark:
        raise Refused(f"Boundaries lie between 1 and the highest mark, {max_mark}.", code="invalid", field="mark")
