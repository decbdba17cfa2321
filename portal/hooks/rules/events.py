"""What programs of a centre can be told of, and the one form in which they are told."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portal.centres.rules import CENTRE_HOME, CLAIMS_VIEW
from portal.errors import Refused
from portal.web.labels import Labelled

# Of the body. It changes when a field goes or means something else, not when one is added.
SCHEMA = 1
# A message names at most this many registrations, so that a receiver can take it in one go.
MOST_NAMED = 500


class EventKind(Labelled):
    """What happened. TEST is sent by a button only; nobody subscribes to it."""

    CLAIM_MADE = "claim.made", "Claims were sent to us"
    CLAIM_UNDONE = "claim.undone", "Claims were taken back by the centre"
    CLAIM_QUERIED = "claim.queried", "We asked a question about claims"
    CLAIM_ISSUED = "claim.issued", "Claims were accepted and issued"
    CLAIM_REFUSED = "claim.refused", "Claims were refused"
    DATE_CHANGED = "date.changed", "A key date moved"
    REMINDER_PLANNED = "reminder.planned", "A reminder was planned for the people of the centre"
    TEST = "test", "Sent from the page, to try a webhook out"


# What somebody must be allowed to hear of an event: what asking for the same over the API takes. Of a reminder, that of
# the work that it counts.
NEEDS: dict[EventKind, str] = {
    EventKind.CLAIM_MADE: CLAIMS_VIEW,
    EventKind.CLAIM_UNDONE: CLAIMS_VIEW,
    EventKind.CLAIM_QUERIED: CLAIMS_VIEW,
    EventKind.CLAIM_ISSUED: CLAIMS_VIEW,
    EventKind.CLAIM_REFUSED: CLAIMS_VIEW,
    EventKind.DATE_CHANGED: CENTRE_HOME,
    EventKind.REMINDER_PLANNED: CLAIMS_VIEW,
    EventKind.TEST: CENTRE_HOME,
}

OFFERED: tuple[EventKind, ...] = tuple(kind for kind in EventKind if kind is not EventKind.TEST)


@dataclass(frozen=True)
class Happening:
    """One thing that happened at a centre. `data` holds numbers, references, dates and addresses, no names."""

    kind: EventKind
    centre_id: int
    data: Mapping[str, Any]


def check_events(events: Collection[str]) -> list[str]:
    """The chosen events in their order, once each. Refused when there is none or one is unknown."""
    known = [kind.value for kind in OFFERED]
    if not events:
        raise Refused("Choose at least one event.", code="empty", field="events")
    for event in events:
        if event not in known:
            raise Refused(f"“{event}” is not an event. Use: {', '.join(known)}.", code="event", field="events")
    return [event for event in known if event in events]


def beyond(events: Collection[str], capabilities: frozenset[str]) -> list[str]:
    """Those events of which somebody with these capabilities may not hear."""
    return [event for event in events if NEEDS[EventKind(event)] not in capabilities]


def body_of(*, event_id: str, kind: str, at: datetime, centre: str, data: Mapping[str, Any]) -> str:
    """The body of a message, byte for byte as it is signed and sent. `centre` is the centre's number."""
    said = {
        "id": event_id,
        "event": kind,
        "schema": SCHEMA,
        "occurred_at": at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "centre": centre,
        "data": dict(data),
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))


def in_parts(registrations: Sequence[str]) -> list[Sequence[str]]:
    """Registration numbers in groups that fit one message each."""
    return [registrations[start : start + MOST_NAMED] for start in range(0, len(registrations), MOST_NAMED)]
