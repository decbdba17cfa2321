"""What a file of unit grades holds, and how its cells are read."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from portal.intake.rules.cells import nearest
from portal.intake.rules.columns import Column
from portal.learners.rules.sheets import AWARD_COLUMNS, CANDIDATE_NUMBER, REGISTRATION_NUMBER, UNIT

COLUMNS = (
    CANDIDATE_NUMBER,
    REGISTRATION_NUMBER,
    *AWARD_COLUMNS,
    UNIT,
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


@lru_cache(maxsize=1024)
def _folded(words: str) -> str:
    """Case and spaces do not matter; the star of D* does."""
    return re.sub(r"\s+", "", words).casefold()
