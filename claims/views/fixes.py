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

_ROUTES = {
    UNIT_GRADE_MISSING: "claims:grades",
    UNITS_INELIGIBLE: "learners:units",
    ENTRY_MISSING: "learners:enter",
    NOT_RELEASED: "claims:release",
    CLAIM_REFUSED: "claims:refusal",
}


def with_fixes(row: Readiness, number: str) -> list[dict[str, Any]]:
    """The reasons of one row, each with the words and the address of what puts it right."""
    return [{**reason, **_fix(reason, row, number)} for reason in row.reasons]


def _fix(reason: dict[str, Any], row: Readiness, number: str) -> dict[str, str]:
    route, words = _ROUTES[reason["code"]], FIXES[reason["code"]]
    url = reverse(route, kwargs={"number": number, "registration": row.registration.number})
    return {"fix_url": f"{url}#unit-{reason['unit']}" if reason["unit"] else url, "fix": words.format(**reason)}
