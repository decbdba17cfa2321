"""The verbs of post-results services: releases, requests, and what a consent sets going."""

from postresults.actions.closing import close_when_over
from postresults.actions.concerns import raise_concern
from postresults.actions.consenting import ask_learners
from postresults.actions.delivering import deliver, take_document
from postresults.actions.effects import open_window_again, outcome_issued, review_reopened
from postresults.actions.letters import reissue_letter
from postresults.actions.moderating import submit_moderation
from postresults.actions.outcome_releases import release_due, release_together
from postresults.actions.releases import propose_moments, seed_releases
from postresults.actions.requesting import submit_requests
from postresults.actions.reviewing import decide_reviews, recommend
from postresults.actions.scripts import keep_script, take_script, take_scripts
from postresults.actions.sending import send_signed
from postresults.actions.signing import end_out_of_time, file_signed
from postresults.actions.withdrawing import withdraw_request
from postresults.actions.working import accept, begin, delay, refuse

__all__ = [
    "accept",
    "ask_learners",
    "begin",
    "close_when_over",
    "decide_reviews",
    "delay",
    "deliver",
    "end_out_of_time",
    "file_signed",
    "keep_script",
    "open_window_again",
    "outcome_issued",
    "propose_moments",
    "raise_concern",
    "recommend",
    "refuse",
    "reissue_letter",
    "release_due",
    "release_together",
    "review_reopened",
    "seed_releases",
    "send_signed",
    "submit_moderation",
    "submit_requests",
    "take_document",
    "take_script",
    "take_scripts",
    "withdraw_request",
]
