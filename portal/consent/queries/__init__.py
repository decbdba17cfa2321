"""Reading consents."""

from portal.consent.queries.force import in_force, waiting
from portal.consent.queries.lists import consents, one_consent
from portal.consent.queries.papers import by_token, papers_of
from portal.consent.queries.step import StepLine, step_lines

__all__ = [
    "StepLine",
    "by_token",
    "consents",
    "in_force",
    "one_consent",
    "papers_of",
    "step_lines",
    "waiting",
]
