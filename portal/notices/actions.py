"""The only writers of notices."""

from datetime import datetime
from typing import Any

from portal.notices.models import Notice


def queue(
    *,
    kind: str,
    dedupe_key: str,
    address: str,
    at: datetime,
    template: str,
    context: dict[str, Any],
    centre: Any = None,
    user: Any = None,
    secret: bool = False,
    send_after: datetime | None = None,
) -> Notice:
    """Put a message in the outbox (and the person's inbox), inside the caller's transaction.

    `template` names a folder under templates/_email/ with subject.txt, body.txt and body.html. A message whose
    `dedupe_key` was queued before is returned as it stands. Without an `at` in the past nothing is sent here:
    the delivery sweep does that.
    """
    raise NotImplementedError
