"""Copies of the database, and the proof that one can be restored."""

from portal.dashboard.actions.backups import back_up
from portal.dashboard.actions.drills import drill

__all__ = ["back_up", "drill"]
