from claims.actions.absence import not_this_summer, undo_not_this_summer
from claims.actions.claiming import Asked, Claimed, claim_those_ready, submit_claims, undo_submission
from claims.actions.deciding import accept_claims, answer_query, put_right, query_claim, query_claims, refuse_claims
from claims.actions.grades import GradeLine, record_grades
from claims.actions.readiness import check_readiness, recompute

__all__ = [
    "Asked",
    "Claimed",
    "GradeLine",
    "accept_claims",
    "answer_query",
    "check_readiness",
    "claim_those_ready",
    "not_this_summer",
    "put_right",
    "query_claim",
    "query_claims",
    "recompute",
    "record_grades",
    "refuse_claims",
    "submit_claims",
    "undo_not_this_summer",
    "undo_submission",
]
