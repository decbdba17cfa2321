"""What a centre may download a script for, and which copy it then gets."""

from portal.consent.rules import Purpose
from portal.web.labels import Labelled


class Use(Labelled):
    REVIEW = "review", "to decide on a review"
    TEACHING = "teaching", "in lessons"


# What the learner must have agreed to in writing. Neither agreement covers the other use.
PURPOSES: dict[Use, Purpose] = {Use.REVIEW: Purpose.SCRIPTS, Use.TEACHING: Purpose.TEACHING}


def shows_name(use: Use, *, named: bool | None) -> bool:
    """Whether the copy carries the learner's name and number: in lessons only where the learner chose so."""
    return use is Use.REVIEW or named is True


def file_name(*, unit: str, series: str, candidate: str) -> str:
    """ "FIR-BUS-2-2024-05-3404.pdf". The candidate number, never the name; "script" for a copy without either."""
    return f"{unit}-{series}-{candidate or 'script'}.pdf"


def numbered(number: int) -> str:
    """ "script-07": the place of a copy without name among its like."""
    return f"script-{number:02d}"
