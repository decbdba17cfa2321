"""What the check page shows of a selection: each line with its price, promised date and consent, and the total."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.consent.queries import StepLine, step_lines
from portal.consent.rules import Purpose
from portal.fees.rules import Exposure, FeeKey
from portal.learners.models import Learner, Result
from portal.web.actor import Actor
from postresults.queries.choosing import Known, chosen_results
from postresults.rules.offers import Offer
from postresults.rules.picking import Pick
from postresults.rules.purposes import purpose_of
from postresults.rules.services import FEE_KEYS, Service


@dataclass(frozen=True)
class Checked:
    """One line. `pence` are the prices of the service and of the copy that rides along; None: not known yet."""

    pick: Pick
    result: Result
    offer: Offer
    pence: tuple[int | None, ...]
    price_words: str
    due: dict[str, Any] | None
    signed: bool

    @property
    def learner(self) -> Learner:
        learner: Learner = self.result.registration.learner
        return learner

    @property
    def asks_place(self) -> bool:
        return self.pick.service is Service.PRIORITY


@dataclass(frozen=True)
class Selection:
    """A selection as it stands at an instant. `foreign`: some of it is not this centre's."""

    lines: tuple[Checked, ...]
    consents: tuple[tuple[Purpose, list[StepLine]], ...]
    foreign: bool

    @property
    def good(self) -> tuple[Checked, ...]:
        return tuple(line for line in self.lines if line.offer.offered)

    @property
    def bad(self) -> tuple[Checked, ...]:
        return tuple(line for line in self.lines if not line.offer.offered)

    @property
    def waiting(self) -> int:
        return sum(not line.signed for line in self.good)

    @property
    def signed(self) -> bool:
        return all(line.signed for line in self.good)

    @property
    def series(self) -> Any:
        return self.lines[0].result.series if self.lines else None

    @property
    def exposure(self) -> Exposure:
        """The most that it can come to: nothing falls away."""
        amounts = [pence for line in self.good for pence in line.pence]
        return Exposure(sum(amount for amount in amounts if amount is not None), amounts.count(None))

    @property
    def unconfirmed(self) -> bool:
        return any("unconfirmed" in line.price_words for line in self.good)

    @property
    def fingerprint(self) -> str:
        """Changes with whatever the reader decides on: lines, prices, promises and consents."""
        seen = [(str(one.pick), one.pence, one.due["on"] if one.due else "", one.signed) for one in self.lines]
        return hashlib.sha256(repr(seen).encode()).hexdigest()


def selection(*, actor: Actor, picks: Sequence[Pick], wall: datetime) -> Selection:
    """The picks of an address, read at once: about ten queries, however many there are."""
    found = chosen_results(actor=actor, picks=picks)
    mine = [(pick, found[pick.result_id]) for pick in picks if pick.result_id in found]
    known = Known.of([result for _, result in mine], at=actor.at)
    consents = _consents(mine, actor.at, wall)
    signed = {(purpose, line.learner.pk): line.signed for purpose, lines in consents for line in lines}
    return Selection(
        lines=tuple(_line(pick, result, known, signed) for pick, result in mine),
        consents=consents,
        foreign=len(mine) < len(picks),
    )


def _line(pick: Pick, result: Result, known: Known, signed: dict[tuple[Purpose, int], bool]) -> Checked:
    keys = [FEE_KEYS[pick.service], *([FeeKey.REVIEWED_SCRIPT] if pick.with_copy else [])]
    found = [known.price(key, result) for key in keys]
    return Checked(
        pick=pick,
        result=result,
        offer=known.offers(result)[pick.service],
        pence=tuple(price.pence if price else None for price in found),
        price_words=" + ".join(known.price_words(key, result) for key in keys),
        due=known.promised.get(pick.service),
        signed=signed[purpose_of(pick.service), result.registration.learner_id],
    )


def _consents(
    mine: Sequence[tuple[Pick, Result]], at: datetime, wall: datetime
) -> tuple[tuple[Purpose, list[StepLine]], ...]:
    """For each purpose, how every learner stands: two queries a purpose."""
    found = []
    for purpose in (Purpose.REVIEW, Purpose.SCRIPTS):
        wanted: dict[Learner, set[int]] = {}
        for pick, result in mine:
            if purpose_of(pick.service) is purpose:
                wanted.setdefault(result.registration.learner, set()).add(result.unit_id)
        if wanted:
            series = mine[0][1].series_id
            found.append(
                (purpose, step_lines(wanted=list(wanted.items()), series=series, purpose=purpose, at=at, wall=wall))
            )
    return tuple(found)
