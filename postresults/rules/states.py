"""How a request moves, and what each state is called."""

from postresults.rules.services import Service

WAITING = "waiting"
RECEIVED = "received"
ACCEPTED = "accepted"
REVIEWING = "reviewing"
DECIDED = "decided"
CLOSED = "closed"
WITHDRAWN = "withdrawn"
REFUSED = "refused"
LAPSED = "lapsed"

LABELS: dict[str, str] = {
    WAITING: "Waiting for consent",
    RECEIVED: "Received",
    ACCEPTED: "Accepted",
    REVIEWING: "Under review",
    DECIDED: "Outcome issued",
    CLOSED: "Closed",
    WITHDRAWN: "Withdrawn",
    REFUSED: "Refused",
    LAPSED: "Not sent",
}

# From where to where, and nothing else. Work starts with `reviewing`: until then a request can be withdrawn.
MOVES: dict[str, frozenset[str]] = {
    WAITING: frozenset({RECEIVED, WITHDRAWN, LAPSED}),
    RECEIVED: frozenset({ACCEPTED, REFUSED, WITHDRAWN}),
    ACCEPTED: frozenset({REVIEWING, REFUSED, WITHDRAWN}),
    REVIEWING: frozenset({DECIDED}),
    # Reopened where the outcome itself was wrong, closed when the window for an appeal is over.
    DECIDED: frozenset({CLOSED, REVIEWING}),
    CLOSED: frozenset({REVIEWING}),
    WITHDRAWN: frozenset(),
    REFUSED: frozenset({RECEIVED}),
    LAPSED: frozenset(),
}

# With us, and not answered yet. A request that waits for consent holds its place too.
LIVE = frozenset({WAITING, RECEIVED, ACCEPTED, REVIEWING})
ANSWERED = frozenset({DECIDED, CLOSED})
# Open, with nothing for us to do: the learner has to sign, or the window for an appeal runs.
RESTS = frozenset({WAITING, DECIDED})
ENDED = frozenset({CLOSED, WITHDRAWN, REFUSED, LAPSED})

STEP_OF: dict[str, int] = {
    WAITING: 0,
    RECEIVED: 1,
    ACCEPTED: 2,
    REVIEWING: 3,
    DECIDED: 4,
    CLOSED: 5,
    WITHDRAWN: 5,
    REFUSED: 5,
    LAPSED: 5,
}
# Who makes each move, for the diagram.
MOVERS: dict[tuple[str, str], str] = {
    (WAITING, RECEIVED): "the consent",
    (WAITING, WITHDRAWN): "centre",
    (WAITING, LAPSED): "the consent, or the end of the window",
    (RECEIVED, ACCEPTED): "casework",
    (RECEIVED, REFUSED): "casework",
    (RECEIVED, WITHDRAWN): "centre",
    (ACCEPTED, REVIEWING): "reviewer",
    (ACCEPTED, REFUSED): "casework",
    (ACCEPTED, WITHDRAWN): "centre",
    (REVIEWING, DECIDED): "decider",
    (DECIDED, CLOSED): "the end of the window for an appeal",
    (DECIDED, REVIEWING): "casework",
    (CLOSED, REVIEWING): "casework",
    (REFUSED, RECEIVED): "casework",
}
STEPS = ("Consent", "Received", "Accepted", "Under review", "Outcome", "Closed")

# What a review came to. Kept with the decision as its outcome.
CHANGED, UNCHANGED = "changed", "unchanged"
OUTCOMES: dict[str, str] = {CHANGED: "The result changes", UNCHANGED: "The result stands"}

# Why a mark was changed or left: codes of the marking-error reasons that the regulator defines.
REASONS: dict[str, str] = {
    "none": "No marking error was found",
    "administrative": "An administrative error: marks were added, recorded or entered wrongly",
    "scheme": "The mark scheme or our procedures were not followed, where no judgement was needed",
    "judgement": "An unreasonable exercise of academic judgement",
}
# A clerical re-check exercises no academic judgement.
REASONS_OF: dict[Service, tuple[str, ...]] = {
    Service.CLERICAL: ("none", "administrative"),
    Service.MARKING: tuple(REASONS),
    Service.PRIORITY: tuple(REASONS),
    Service.MODERATION: tuple(REASONS),
}
