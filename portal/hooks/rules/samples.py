"""What the documentation says of webhooks: a sample of every event, and an example that can be worked through."""

import json
from datetime import UTC, datetime
from typing import Any

from portal.hooks.rules.events import EventKind, body_of
from portal.hooks.rules.retrying import CONNECT_SECONDS, READ_SECONDS, RETRY_DELAYS
from portal.hooks.rules.signing import (
    DELIVERY_ID,
    EVENT,
    EVENT_ID,
    OVERLAP,
    SCHEMA_VERSION,
    SIGNATURE,
    TOLERANCE,
    header,
)

_TRACKER = "https://exams-office.example/api/v1/tracker/?series=2024-06"
_CLAIMS = {
    "submission": "CLM-24-00001",
    "series": "2024-06",
    "registrations": ["AB00012", "AB00013"],
    "tracker_url": _TRACKER,
}
_SENT = {**_CLAIMS, "receipt_url": "https://exams-office.example/c/12345/claims/receipts/CLM-24-00001/"}
# The fields of `data`, by event.
SAMPLES: dict[EventKind, dict[str, Any]] = {
    EventKind.CLAIM_MADE: _SENT,
    EventKind.CLAIM_UNDONE: _SENT,
    EventKind.CLAIM_QUERIED: {**_CLAIMS, "answer_by": "2024-07-02"},
    EventKind.CLAIM_ISSUED: _CLAIMS,
    EventKind.CLAIM_REFUSED: _CLAIMS,
    EventKind.DATE_CHANGED: {
        "key": "claims.full_award",
        "series": "2024-06",
        "was": "2024-07-05",
        "on": "2024-07-08",
        "key_dates_url": "https://exams-office.example/api/v1/key-dates/?series=2024-06",
    },
    EventKind.REMINDER_PLANNED: {
        "duty": "claims.claim",
        "days_before": 7,
        "key": "claims.full_award",
        "series": "2024-06",
        "on": "2024-07-05",
        "people": 2,
        "outstanding": 34,
    },
    EventKind.TEST: {"message": "This is a test. Nothing happened."},
}
SECRET = "whsec_example-only-never-use-this-one"  # noqa: S105 it signs the example and nothing else
_AT = datetime(2024, 6, 28, 8, 44, tzinfo=UTC)
STAMP = int(_AT.timestamp())
BODY = body_of(
    event_id="5f1c9a4e-2b7d-4c55-9a51-0d6f0c1e7b42",
    kind=EventKind.CLAIM_QUERIED.value,
    at=_AT,
    centre="12345",
    data=SAMPLES[EventKind.CLAIM_QUERIED],
)


def documentation() -> dict[str, Any]:
    """Everything the page says, worked out from the rules that hold."""
    return {
        "events": [{"name": kind.value, "words": kind.label, "fields": ", ".join(SAMPLES[kind])} for kind in EventKind],
        "headers": {
            "signature": SIGNATURE,
            "event": EVENT,
            "event_id": EVENT_ID,
            "delivery": DELIVERY_ID,
            "schema": SCHEMA_VERSION,
        },
        "secret": SECRET,
        "body": BODY,
        "readable": json.dumps(json.loads(BODY), indent=2),
        "header": header(secret_list=[SECRET], timestamp=STAMP, body=BODY.encode()),
        "attempts": len(RETRY_DELAYS) + 1,
        "connect_seconds": int(CONNECT_SECONDS),
        "read_seconds": int(READ_SECONDS),
        "tolerance_minutes": int(TOLERANCE.total_seconds() // 60),
        "overlap_hours": int(OVERLAP.total_seconds() // 3600),
    }
