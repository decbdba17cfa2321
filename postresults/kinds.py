"""The kinds of case of post-results services: reviews, and scripts or comments that somebody has to bring out."""

from portal.casework.kinds import Kind
from postresults.rules import states


def _kind(key: str, label: str, prefix: str) -> Kind:
    return Kind(
        key=key,
        label=label,
        initial=states.RECEIVED,
        moves=states.MOVES,
        labels=states.LABELS,
        closed=frozenset({states.CLOSED, states.WITHDRAWN, states.REFUSED, states.LAPSED}),
        steps=states.STEPS,
        step_of=states.STEP_OF,
        decides=frozenset({states.REVIEWING}),
        issued=states.DECIDED,
        reopened=states.REVIEWING,
        rests=states.RESTS,
        checks=False,
        movers=states.MOVERS,
        url_name="postresults:request",
        prefix=prefix,
        retain="results.requests",
    )


REVIEW = _kind("review", "Review", "R")
SCRIPT = _kind("script", "Script request", "S")
KINDS = (REVIEW, SCRIPT)
