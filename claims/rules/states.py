"""Where a registration stands, and how a claim may move."""

from portal.web.labels import Labelled


class State(Labelled):
    """What the tracker shows. `ABSENT` is listed apart and in no count."""

    READY = "ready", "Ready"
    BLOCKED = "blocked", "Blocked"
    CLAIMED = "claimed", "Claimed"
    ISSUED = "issued", "Issued"
    ABSENT = "absent", "Not this summer"


class ClaimStatus(Labelled):
    SUBMITTED = "submitted", "Submitted"
    QUERIED = "queried", "Queried"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Refused"
    UNDONE = "undone", "Undone"


# From where to where, and nothing else.
MOVES: dict[ClaimStatus, frozenset[ClaimStatus]] = {
    ClaimStatus.SUBMITTED: frozenset(
        {ClaimStatus.QUERIED, ClaimStatus.ACCEPTED, ClaimStatus.REFUSED, ClaimStatus.UNDONE}
    ),
    ClaimStatus.QUERIED: frozenset({ClaimStatus.SUBMITTED, ClaimStatus.ACCEPTED, ClaimStatus.REFUSED}),
    ClaimStatus.ACCEPTED: frozenset(),
    ClaimStatus.REFUSED: frozenset(),
    ClaimStatus.UNDONE: frozenset(),
}

LIVE = frozenset({ClaimStatus.SUBMITTED, ClaimStatus.QUERIED, ClaimStatus.ACCEPTED})


def can_move(*, status: ClaimStatus, to: ClaimStatus) -> bool:
    return to in MOVES[status]
