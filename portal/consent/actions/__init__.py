"""The only writers of consents."""

from portal.consent.actions.answering import answer, withdraw, withdraw_for
from portal.consent.actions.asking import Asked, ask, ask_again
from portal.consent.actions.disposing import dispose
from portal.consent.actions.recording import record_paper, record_upload
from portal.consent.actions.using import freeze, set_retention
from portal.consent.actions.wordings import load_wordings

__all__ = [
    "Asked",
    "answer",
    "ask",
    "ask_again",
    "dispose",
    "freeze",
    "load_wordings",
    "record_paper",
    "record_upload",
    "set_retention",
    "withdraw",
    "withdraw_for",
]
