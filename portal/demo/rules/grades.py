"""Unit grades that come to a given number of points."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from claims.rules.points import unit_points

_GRADES = ("P", "M", "D")
_NEARLY = "N"


@dataclass(frozen=True)
class Graded:
    """A unit to be graded, with its guided learning hours."""

    code: str
    guided_hours: int
    external: bool


def grades_for(
    units: Sequence[Graded], *, points: int, fixed: Mapping[str, str] | None = None, turn: int = 0
) -> dict[str, str]:
    """A grade for every unit, so that their points come to exactly `points`. ValueError when none do.

    Grades keep near the learner's average; `turn` varies them between learners. A near pass is given only where
    nothing else fits, and only in units that are externally assessed.
    """
    for near_pass in (False, True):
        choices = [_choices(unit, fixed or {}, near_pass) for unit in units]
        left = _reachable(choices)
        if points in left[0]:
            return _walk(units, choices, left, points, turn)
    raise ValueError(f"No grades in {', '.join(unit.code for unit in units)} come to {points} points.")


def _choices(unit: Graded, fixed: Mapping[str, str], near_pass: bool) -> dict[str, int]:
    if unit.code in fixed:
        grades: tuple[str, ...] = (fixed[unit.code],)
    else:
        grades = (*_GRADES, _NEARLY) if near_pass and unit.external else _GRADES
    return {grade: unit_points(grade=grade, guided_hours=unit.guided_hours) for grade in grades}


def _reachable(choices: Sequence[Mapping[str, int]]) -> list[set[int]]:
    """For every unit, the sums that it and the units after it can come to."""
    sums = [{0}]
    for options in reversed(choices):
        sums.append({worth + rest for worth in options.values() for rest in sums[-1]})
    return sums[::-1]


def _walk(
    units: Sequence[Graded], choices: Sequence[Mapping[str, int]], left: list[set[int]], points: int, turn: int
) -> dict[str, str]:
    grades: dict[str, str] = {}
    hours = sum(unit.guided_hours for unit in units)
    for index, (unit, options) in enumerate(zip(units, choices, strict=True)):
        fair = points * unit.guided_hours / hours
        fitting = sorted(
            (grade for grade, worth in options.items() if points - worth in left[index + 1]),
            key=lambda grade, fair=fair, options=options: abs(options[grade] - fair),  # type: ignore[misc]
        )
        grade = fitting[1] if len(fitting) > 1 and (turn + index) % 3 == 0 else fitting[0]
        grades[unit.code] = grade
        points -= options[grade]
        hours -= unit.guided_hours
    return grades
