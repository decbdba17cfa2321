"""Where a consent stands, in the words of the office."""

from dataclasses import dataclass
from datetime import datetime

from portal.consent.models import Consent
from portal.consent.rules import State, Way
from portal.web.words import day, moment


@dataclass(frozen=True)
class Standing:
    """A tag and the sentence beside it. `may_ask` and `may_withdraw` say what can be done about it."""

    tone: str
    label: str
    words: str
    may_ask: bool = False
    may_withdraw: bool = False


def standing_of(consent: Consent, *, wall: datetime) -> Standing:
    """How a consent stands at a real instant."""
    state = consent.state(wall=wall)
    by_link = consent.way in (Way.LINK.value, Way.QR.value)
    way = Way(consent.way).label
    answered = moment(consent.answered_at) if consent.answered_at else ""
    signed = f"Signed {answered}, {way}." if by_link else f"Signed {_signed(consent)}, {way}."
    return {
        State.OPEN: Standing("soon", "Waiting", f"Asked {way}. {_until(consent)}", may_ask=True, may_withdraw=True),
        State.EXPIRED: Standing("late", "Run out", "Asked, and not answered in time.", True, True),
        State.YES: Standing("ready", "Signed", signed, may_withdraw=True),
        State.USED: Standing("issued", "Sent", f"{signed} A request rests on it."),
        State.NO: Standing("blocked", "Not agreed", f"Answered {answered}.", may_ask=by_link),
        State.WITHDRAWN: Standing("neutral", "Withdrawn", "Nothing may rest on it.", may_ask=by_link),
        State.SUPERSEDED: Standing("neutral", "Asked again", "A newer link has taken its place."),
        State.DISPOSED: Standing("neutral", "Erased", "Kept as long as the rules ask for."),
    }[state]


def _until(consent: Consent) -> str:
    return f"The link works until {day(consent.answer_by_on)}." if consent.answer_by_on else ""


def _signed(consent: Consent) -> str:
    return day(consent.signed_on) if consent.signed_on else ""
