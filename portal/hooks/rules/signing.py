"""How a receiver can tell that a message is ours, whole and fresh."""

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from datetime import timedelta

SIGNATURE = "X-Exams-Office-Signature"
EVENT = "X-Exams-Office-Event"
EVENT_ID = "X-Exams-Office-Event-Id"
DELIVERY_ID = "X-Exams-Office-Delivery"
SCHEMA_VERSION = "X-Exams-Office-Schema"
# After a new secret was made, messages are signed with the former one as well for this long.
OVERLAP = timedelta(hours=24)
# A receiver refuses a message whose timestamp is further off than this.
TOLERANCE = timedelta(minutes=5)


def new_secret() -> str:
    """256 random bits. The prefix tells whoever finds it in the wrong place what it is."""
    return f"whsec_{secrets.token_urlsafe(32)}"


def signature(*, secret: str, timestamp: int, body: bytes) -> str:
    """HMAC-SHA256 in hexadecimal over the timestamp (Unix seconds, decimal), a full stop, and the body."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def header(*, secret_list: Sequence[str], timestamp: int, body: bytes) -> str:
    """ "t=…,v1=…": one v1 for each secret in force, the newest first."""
    signed = [f"v1={signature(secret=secret, timestamp=timestamp, body=body)}" for secret in secret_list]
    return ",".join([f"t={timestamp}", *signed])
