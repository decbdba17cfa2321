"""Who comes in, who may do what, who leaves: the only writers of this app."""

from portal.people.actions.calls import LeaseLost, begin_call, finish_call, forget_answers, give_up_call
from portal.people.actions.invitations import accept, accept_as_new, add_centre, invite, revoke, send_again
from portal.people.actions.leaving import deactivate, end_role, end_staff_role, suspend_centre
from portal.people.actions.registers import confirm_register
from portal.people.actions.resets import ask_reset, confirm_reset, withdraw_reset
from portal.people.actions.roles import delegate, give_role, give_staff_role
from portal.people.actions.security import tell_of_security
from portal.people.actions.tokens import count_call, make_token, mark_used, revoke_token

__all__ = [
    "LeaseLost",
    "accept",
    "accept_as_new",
    "add_centre",
    "ask_reset",
    "begin_call",
    "confirm_register",
    "confirm_reset",
    "count_call",
    "deactivate",
    "delegate",
    "end_role",
    "end_staff_role",
    "finish_call",
    "forget_answers",
    "give_role",
    "give_staff_role",
    "give_up_call",
    "invite",
    "make_token",
    "mark_used",
    "revoke",
    "revoke_token",
    "send_again",
    "suspend_centre",
    "tell_of_security",
    "withdraw_reset",
]
