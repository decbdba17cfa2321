"""Reads over cases: who may do what, what happened, where a case stands, what waits for us."""

from portal.casework.queries.independence import Verdict, eligible_people, free_for, parts_of
from portal.casework.queries.mine import mine
from portal.casework.queries.pages import steps, thread, timeline
from portal.casework.queries.waiting import Waiting, waiting_for_us

__all__ = [
    "Verdict",
    "Waiting",
    "eligible_people",
    "free_for",
    "mine",
    "parts_of",
    "steps",
    "thread",
    "timeline",
    "waiting_for_us",
]
