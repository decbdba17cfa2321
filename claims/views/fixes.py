"""Where each reason's fix link leads, and what it says."""

from collections.abc import Callable
from typing import Any

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
from portal.web.addresses import addresses

_ROUTES = {
    UNIT_GRADE_MISSING: ("claims:grades", GRADES_ENTER),
    UNITS_INELIGIBLE: ("learners:units", GRADES_ENTER),
    ENTRY_MISSING: ("learners:enter", CLAIMS_MAKE),
    NOT_RELEASED: ("claims:release", CLAIMS_VIEW),
    CLAIM_REFUSED: ("claims:refusal", CLAIMS_MAKE),
}


class Fixes:
    """What puts each reason right at one centre. The table of routes is asked once for each kind of reason."""

    def __init__(self, number: str) -> None:
        self._number = number
        self._places: dict[str, Callable[[str], str]] = {}

    def address(self, reason: dict[str, Any], registration: str) -> str:
        """Where a reason is put right, at the unit at fault."""
        url = self._place(reason["code"])(registration)
        return f"{url}#unit-{reason['unit']}" if reason["unit"] else url

    def offered(self, reason: dict[str, Any], *, registration: str, actor: Actor) -> tuple[str, str]:
        """Address and words for whoever looks. Whoever may not do it gets no address, and is told who may."""
        code = reason["code"]
        if not actor.can(_ROUTES[code][1]):
            return "", "Your exams officer can put this right"
        return self.address(reason, registration), FIXES[code].format(**reason)

    def _place(self, code: str) -> Callable[[str], str]:
        if code not in self._places:
            self._places[code] = addresses(_ROUTES[code][0], blank="registration", number=self._number)
        return self._places[code]


def with_fixes(row: Readiness, actor: Actor) -> list[dict[str, Any]]:
    """The reasons of one row, each with the words and the address of what puts it right."""
    fixes, number = Fixes(actor.centre.number), row.registration.number
    offered = [fixes.offered(reason, registration=number, actor=actor) for reason in row.reasons]
    return [{**reason, "fix_url": url, "fix": words} for reason, (url, words) in zip(row.reasons, offered, strict=True)]


def with_addresses(row: Readiness, fixes: Fixes) -> list[dict[str, Any]]:
    """The same for a program, which is told where a person would put it right."""
    return [{**reason, "fix_url": fixes.address(reason, row.registration.number)} for reason in row.reasons]
