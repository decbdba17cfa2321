"""The parts people play in a case, and which of them keep somebody from another part."""

from collections.abc import Collection

from portal.errors import Refused
from portal.web.labels import Labelled


class Part(Labelled):
    """What somebody did, does or is in a case. The label follows the name: “Joanne Pike marked this component”."""

    MARKED = "marked", "marked this component"
    MODERATED = "moderated", "moderated this component"
    REVIEWED = "reviewed", "reviewed this case"
    INVESTIGATED = "investigated", "investigated this case"
    DECIDED = "decided", "made the decision in this case"
    COUNTERSIGNED = "countersigned", "countersigned the decision in this case"
    ASSIGNED = "assigned", "looks after this case"
    INTEREST = "interest", "declared an interest in this case"
    SUBJECT = "subject", "is a subject of this case"


_CLOSE = (Part.SUBJECT, Part.INTEREST, Part.MARKED, Part.MODERATED)
_WORKED = (Part.REVIEWED, Part.INVESTIGATED)

# The part to be taken → the parts that keep somebody from it, the weightiest first: the first one is told.
BARRED_BY: dict[Part, tuple[Part, ...]] = {
    Part.ASSIGNED: _CLOSE,
    Part.REVIEWED: (*_CLOSE, Part.DECIDED, Part.COUNTERSIGNED),
    Part.INVESTIGATED: (*_CLOSE, Part.DECIDED, Part.COUNTERSIGNED),
    Part.DECIDED: (*_CLOSE, *_WORKED),
    Part.COUNTERSIGNED: (*_CLOSE, *_WORKED, Part.DECIDED),
}
# What the database itself refuses to see in the same case as a decision of the same person.
NEVER_DECIDES = (Part.MARKED, Part.MODERATED, Part.REVIEWED, Part.INVESTIGATED, Part.SUBJECT)


def bars(*, parts: Collection[Part], taking: Part) -> Part | None:
    """The part that keeps somebody with these parts from taking another, or nothing."""
    return next((part for part in BARRED_BY.get(taking, _CLOSE) if part in parts), None)


def can_take(*, parts: Collection[Part], taking: Part) -> bool:
    """Whether somebody with these parts is independent enough to take another."""
    return bars(parts=parts, taking=taking) is None


def check_uninvolved(*, name: str, parts: Collection[Part], taking: Part) -> None:
    """Refuses a part to somebody whose other parts stand against it; the sentence says what they did.

    Source: reviews and appeals are done by people with no earlier involvement and no personal interest in the matter.
    """
    bar = bars(parts=parts, taking=taking)
    if bar is not None:
        raise Refused(f"{name} {bar.label}. Somebody who is not involved must do this.", code="involved", field="to")
