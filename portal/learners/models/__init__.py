"""Learners of a centre, what they are registered and entered for, and what has been issued to them."""

from portal.learners.models.people import Entry, Learner, OfRegistration, Programme, Registration, UnitChoice
from portal.learners.models.releases import ReleaseProposal, ReleaseProposalStatus
from portal.learners.models.results import (
    AwardResult,
    Boundary,
    Paper,
    Result,
    ResultFile,
    ResultFileStatus,
    ResultRelease,
)

__all__ = [
    "AwardResult",
    "Boundary",
    "Entry",
    "Learner",
    "OfRegistration",
    "Paper",
    "Programme",
    "Registration",
    "ReleaseProposal",
    "ReleaseProposalStatus",
    "Result",
    "ResultFile",
    "ResultFileStatus",
    "ResultRelease",
    "UnitChoice",
]
