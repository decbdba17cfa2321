"""The verbs of post-results services: releases, requests, and what a consent sets going."""

from postresults.actions.concerns import raise_concern
from postresults.actions.consenting import ask_learners
from postresults.actions.delivering import deliver, take_document
from postresults.actions.moderating import submit_moderation
from postresults.actions.releases import seed_releases
from postresults.actions.requesting import submit_requests
from postresults.actions.scripts import keep_script, take_script, take_scripts
from postresults.actions.sending import send_signed
from postresults.actions.signing import end_out_of_time, file_signed
from postresults.actions.withdrawing import withdraw_request

__all__ = [
    "ask_learners",
    "deliver",
    "end_out_of_time",
    "file_signed",
    "keep_script",
    "raise_concern",
    "seed_releases",
    "send_signed",
    "submit_moderation",
    "submit_requests",
    "take_document",
    "take_script",
    "take_scripts",
    "withdraw_request",
]
