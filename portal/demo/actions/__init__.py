"""Fills a database with the demonstration, and empties it again."""

from portal.demo.actions.loading import load, load_or_reset
from portal.demo.actions.tables import recreate_tables

__all__ = ["load", "load_or_reset", "recreate_tables"]
