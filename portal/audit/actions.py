"""The only writer of audit rows."""

from datetime import datetime
from typing import Any

from portal.audit.models import Entry

SYSTEM_CHAIN = "system"


def record(
    *, verb: str, by: Any, at: datetime, subject: Any, centre: Any = None, data: dict[str, Any] | None = None
) -> Entry:
    """Append one entry to the chain of the centre (or of the system), inside the caller's transaction.

    `verb` is registered in `audit.sentences`; `subject` is the row acted on; `data` holds codes, ids, counts and
    hashes only, never names or free text. Locks the chain's head, so callers record last.
    """
    raise NotImplementedError
