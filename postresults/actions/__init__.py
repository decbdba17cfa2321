"""The verbs of post-results services: releases, requests, and what a consent sets going."""

from postresults.actions.consenting import ask_learners
from postresults.actions.releases import seed_releases
from postresults.actions.requesting import submit_requests
from postresults.actions.sending import send_signed
from postresults.actions.signing import end_out_of_time, file_signed
from postresults.actions.withdrawing import withdraw_request

__all__ = [
    "ask_learners",
    "end_out_of_time",
    "file_signed",
    "seed_releases",
    "send_signed",
    "submit_requests",
    "withdraw_request",
]
