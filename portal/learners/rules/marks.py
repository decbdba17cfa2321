"""Marks and grade boundaries of one unit in one series. Marks are whole."""

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
