"""The only writers of key dates and reminders."""

from deadlines.actions.dates import load_key_dates, supersede_key_date
from deadlines.actions.planning import Plan, plan_reminders
from deadlines.actions.settling import cancel_settled

__all__ = ["Plan", "cancel_settled", "load_key_dates", "plan_reminders", "supersede_key_date"]
