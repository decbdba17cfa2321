"""The only writers of key dates, their changes, reminders and calendar links."""

from deadlines.actions.clocks import Swept, extend, start_clock, start_clocks, stop_clock, stop_clocks, sweep
from deadlines.actions.date_files import (
    Used,
    approve_new_dates,
    discard_dates,
    receive_dates,
    return_new_dates,
    use_dates,
)
from deadlines.actions.dates import load_key_dates, supersede_key_date
from deadlines.actions.feeds import renew_feed, revoke_feed
from deadlines.actions.planning import Plan, plan_reminders
from deadlines.actions.proposals import approve_date, propose_date, return_proposal
from deadlines.actions.settling import cancel_settled

__all__ = [
    "Plan",
    "Swept",
    "Used",
    "approve_date",
    "approve_new_dates",
    "cancel_settled",
    "discard_dates",
    "extend",
    "load_key_dates",
    "plan_reminders",
    "propose_date",
    "receive_dates",
    "renew_feed",
    "return_new_dates",
    "return_proposal",
    "revoke_feed",
    "start_clock",
    "start_clocks",
    "stop_clock",
    "stop_clocks",
    "supersede_key_date",
    "sweep",
    "use_dates",
]
