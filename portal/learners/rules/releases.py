"""The two moments at which results of a series and level come out."""

from datetime import datetime

from portal.errors import Refused
from portal.web.words import moment as moment_words


def check_moments(*, to_centres_at: datetime, to_candidates_at: datetime) -> None:
    """Centres have results no later than candidates. Raises Refused."""
    if to_candidates_at < to_centres_at:
        raise Refused(
            "Choose a moment for candidates that is not before the one for centres.", field="to_candidates_at"
        )


def check_not_out(*, moment: datetime, whom: str, at: datetime) -> None:
    """What people have seen cannot be hidden again. Raises Refused once the moment has passed."""
    if moment <= at:
        raise Refused(f"The results went to {whom} {moment_words(moment)}. That moment cannot change.", code="out")
