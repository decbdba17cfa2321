"""The step “Consent” of a request: each learner with how their consent stands."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.consent.models import Consent
from portal.consent.queries.force import in_force, waiting
from portal.consent.queries.standing import Standing, standing_of
from portal.consent.rules import Purpose
from portal.learners.models import Learner

NOBODY_ASKED = Standing("blocked", "Not asked", "Ask, or record what they signed.", may_ask=True)


@dataclass(frozen=True)
class StepLine:
    """A learner of the request. `signed`: every one of their papers is covered."""

    learner: Learner
    consent: Consent | None
    standing: Standing
    signed: bool


def step_lines(
    *,
    wanted: Sequence[tuple[Learner, Collection[int]]],
    series: str,
    purpose: Purpose,
    at: datetime,
    wall: datetime,
) -> list[StepLine]:
    """A line for each (learner, ids of units), in their order, at the cost of two queries for all of them."""
    ids = {learner.pk for learner, _ in wanted}
    units = {unit for _, unit_ids in wanted for unit in unit_ids}
    given = in_force(learner_ids=ids, unit_ids=units, series=series, purpose=purpose, at=at)
    asked = waiting(learner_ids=ids, unit_ids=units, series=series, purpose=purpose)
    return [_line(learner, unit_ids, given, asked, wall=wall) for learner, unit_ids in wanted]


def _line(
    learner: Learner,
    unit_ids: Collection[int],
    given: dict[tuple[int, int], Consent],
    asked: dict[tuple[int, int], Consent],
    *,
    wall: datetime,
) -> StepLine:
    missing = [unit for unit in unit_ids if (learner.pk, unit) not in given]
    source = asked if missing else given
    units = missing or list(unit_ids)
    consent = next((source[learner.pk, unit] for unit in units if (learner.pk, unit) in source), None)
    standing = standing_of(consent, wall=wall) if consent else NOBODY_ASKED
    return StepLine(learner, consent, standing, signed=not missing)
