"""Where each reason's fix link leads, and what it says."""

from typing import Any

from django.urls import reverse

from claims.models import Readiness
from claims.rules.eligibility import (
    CLAIM_REFUSED,
    ENTRY_MISSING,
    NOT_RELEASED,
    UNIT_GRADE_MISSING,
    UNITS_INELIGIBLE,
)
from claims.rules.words import FIXES
from portal.centres.rules import CLAIMS_MAKE, CLAIMS_VIEW, GRADES_ENTER
from portal.web.actor import Actor

_ROUTES = {
    UNIT_GRADE_MISSING: ("claims:grades", GRADES_ENTER),
    UNITS_INELIGIBLE: ("learners:units", GRADES_ENTER),
    ENTRY_MISSING: ("learners:enter", CLAIMS_MAKE),
    NOT_RELEASED: ("claims:release", CLAIMS_VIEW),
    CLAIM_REFUSED: ("claims:refusal", CLAIMS_MAKE),
}


def with_fixes(row: Readiness, actor: Actor) -> list[dict[str, Any]]:
    """The reasons of one row, each with the words and the address of what puts it right.

    Whoever may not do that gets no address, and is told who may.
    """
    return [{**reason, **_fix(reason, row, actor)} for reason in row.reasons]


def with_addresses(row: Readiness, number: str) -> list[dict[str, Any]]:
    """The same for a program, which is told where a person would put it right."""
    return [{**reason, "fix_url": _address(reason, row, number)} for reason in row.reasons]


def _fix(reason: dict[str, Any], row: Readiness, actor: Actor) -> dict[str, str]:
    _, capability = _ROUTES[reason["code"]]
    if not actor.can(capability):
        return {"fix_url": "", "fix": "Your exams officer can put this right"}
    return {
        "fix_url": _address(reason, row, actor.centre.number),
        "fix": FIXES[reason["code"]].format(**reason),
    }


def _address(reason: dict[str, Any], row: Readiness, number: str) -> str:
    route, _ = _ROUTES[reason["code"]]
    url = reverse(route, kwargs={"number": number, "registration": row.registration.number})
    return f"{url}#unit-{reason['unit']}" if reason["unit"] else url
