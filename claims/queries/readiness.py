"""Turns standings into the rows that the tracker reads."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from typing import Any

from claims.models import Readiness
from claims.queries.positions import Standing, standings
from claims.rules import ClaimStatus, State
from claims.rules.eligibility import Finding, evaluate

_STATES = {
    ClaimStatus.SUBMITTED: State.CLAIMED,
    ClaimStatus.QUERIED: State.CLAIMED,
    ClaimStatus.ACCEPTED: State.ISSUED,
}


def readiness_of(registration_ids: Collection[int], *, at: datetime) -> list[Readiness]:
    """Freshly evaluated readiness, unsaved. The same function fills the table and checks it."""
    return [_row(standing, evaluate(standing.position), at) for standing in standings(registration_ids)]


def _state(standing: Standing, finding: Finding) -> State:
    if standing.claim_status in _STATES:
        return _STATES[standing.claim_status]
    if standing.absent:
        return State.ABSENT
    return State.READY if finding.eligible else State.BLOCKED


def _row(standing: Standing, finding: Finding, at: datetime) -> Readiness:
    registration = standing.registration
    qualification = registration.programme.qualification
    state = _state(standing, finding)
    return Readiness(
        registration=registration,
        centre_id=registration.centre_id,
        series_id=registration.series_id,
        state=state.value,
        kind=standing.position.claim_kind,
        rule_id=standing.rule_id,
        needs=[asdict(need) for need in finding.needs],
        reasons=[asdict(reason) for reason in finding.reasons] if state is State.BLOCKED else [],
        notes=_notes(standing, finding),
        grade=finding.grade,
        points=finding.points,
        units_done=finding.units_done,
        units_needed=finding.units_needed,
        learner_name=str(registration.learner),
        candidate_number=registration.learner.candidate_number,
        programme_title=str(qualification),
        level=qualification.level,
        evaluated_at=at,
    )


def _notes(standing: Standing, finding: Finding) -> list[dict[str, Any]]:
    """What the officer should read before claiming: a grade that differs from the one last uploaded."""
    if not standing.changes or finding.grade == finding.uploaded_grade:
        return []
    return [
        {
            "uploaded": finding.uploaded_grade,
            "points": (finding.points or 0) - (finding.uploaded_points or 0),
            "changes": list(standing.changes),
        }
    ]
