"""What a file of unit grades holds, and how its cells are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.intake.rules.cells import nearest
from portal.intake.rules.columns import Column
from portal.intake.rules.headings import plain
from portal.learners.rules.sheets import AWARD_COLUMNS, CANDIDATE_NUMBER, REGISTRATION_NUMBER

COLUMNS = (
    CANDIDATE_NUMBER,
    REGISTRATION_NUMBER,
    *AWARD_COLUMNS,
    Column(
        "unit",
        "Unit",
        ("Unit number", "Unit no", "Unit code", "Component", "Component number", "Component code", "Unit title"),
        "Number or code, such as 8 or N16-BUS-8",
    ),
    Column(
        "grade", "Grade", ("Unit grade", "Result", "Outcome", "Unit result", "Component grade"), "Such as M or Merit"
    ),
)
NEEDS = (("candidate_number", "registration_number"), ("unit",), ("grade",))


@dataclass(frozen=True)
class GradeName:
    """One grade of a scale, as a file may write it."""

    code: str
    label: str


def read_grade(words: str, scale: Sequence[GradeName]) -> str:
    """The code of a grade written by code or label in any case, or ""."""
    wanted = _folded(words)
    return next((grade.code for grade in scale if wanted in (_folded(grade.code), _folded(grade.label))), "")


def suggest_grade(words: str, scale: Sequence[GradeName]) -> str:
    """The code of the grade that was probably meant by words that are no grade of the scale, or ""."""
    near = nearest(words, [grade.label for grade in scale])
    return next((grade.code for grade in scale if near and grade.label == near), "")


def allowed_words(scale: Sequence[GradeName]) -> str:
    """ "U, P, M or D"."""
    *most, last = [grade.code for grade in scale]
    return f"{', '.join(most)} or {last}" if most else last


def unit_names(*, code: str, number: str, noun: str, title: str) -> tuple[str, ...]:
    """Every way a file may name a unit, without case and signs."""
    return tuple(
        plain(name) for name in (code, number, f"{noun} {number}", title, f"{noun} {number}: {title}", f"U{number}")
    )


@lru_cache(maxsize=1024)
def _folded(words: str) -> str:
    """Case and spaces do not matter; the star of D* does."""
    return re.sub(r"\s+", "", words).casefold()
