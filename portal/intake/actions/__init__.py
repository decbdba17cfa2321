"""The only writers of uploads: rows are received, looked at, and committed or discarded."""

from portal.intake.actions.calls import Taken, take_rows
from portal.intake.actions.files import Committed, commit_upload, discard, discard_waiting, receive, use_suggestions

__all__ = [
    "Committed",
    "Taken",
    "commit_upload",
    "discard",
    "discard_waiting",
    "receive",
    "take_rows",
    "use_suggestions",
]
