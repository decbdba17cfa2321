"""The only writers of cases, their decisions and issued results."""

from portal.casework.actions.assigning import (
    assign,
    assign_free,
    assign_many,
    check_may_take,
    declare_interest,
    involve,
    take_next,
)
from portal.casework.actions.checks import do_task
from portal.casework.actions.deciding import Line, countersign, decide, record_part, reissue, send_back
from portal.casework.actions.documents import file_letter
from portal.casework.actions.issuing import issue, issue_many, record_received
from portal.casework.actions.locks import lock_cases
from portal.casework.actions.moving import move, move_many, reopen
from portal.casework.actions.notes import write_note
from portal.casework.actions.opening import Opening, add_tasks, open_case, open_many
from portal.casework.actions.results import change_award, change_result
from portal.casework.actions.telling import tell_centre, tell_owner

__all__ = [
    "Line",
    "Opening",
    "add_tasks",
    "assign",
    "assign_free",
    "assign_many",
    "change_award",
    "change_result",
    "check_may_take",
    "countersign",
    "decide",
    "declare_interest",
    "do_task",
    "file_letter",
    "involve",
    "issue",
    "issue_many",
    "lock_cases",
    "move",
    "move_many",
    "open_case",
    "open_many",
    "record_part",
    "record_received",
    "reissue",
    "reopen",
    "send_back",
    "take_next",
    "tell_centre",
    "tell_owner",
    "write_note",
]
