"""Mail about how somebody signs in."""

from datetime import datetime
from typing import Any

from django.db import transaction

from portal.accounts.models import User
from portal.centres.queries import whom_to_ask
from portal.clock import london_date
from portal.notices.actions import queue

# Mails with a link that lets its reader in: never in the inbox on the pages, blanked after sending.
SECRET_EVENTS = frozenset({"password_reset_key", "factor_reset"})


@transaction.atomic
def tell_of_security(*, user: User, event: str, address: str, at: datetime, context: dict[str, Any], key: str) -> None:
    """Mail somebody about a change to how they sign in. `event` names a folder under _email/security/."""
    secret = event in SECRET_EVENTS
    queue(
        kind="security",
        dedupe_key=f"security:{event}:{key}",
        address=address,
        at=at,
        template=f"security/{event}",
        context={"whom": whom_to_ask(user=user, on=london_date(at)), **context},
        user=None if secret else user,
        secret=secret,
    )
