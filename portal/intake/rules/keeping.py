"""How long what was uploaded is kept."""

from datetime import datetime, timedelta

WAITS_FOR = timedelta(days=30)


def waited_since(at: datetime) -> datetime:
    """A file that came before this instant and was never committed is discarded: it holds learners' names."""
    return at - WAITS_FOR
