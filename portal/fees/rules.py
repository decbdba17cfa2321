"""What can cost something, how money is said, and why a charge falls away."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from portal.errors import Refused
from portal.web.labels import Labelled

NOT_KNOWN = "price not known yet"


class FeeKey(Labelled):
    SERVICE_1 = "service_1", "Clerical re-check"
    SERVICE_2 = "service_2", "Review of marking"
    PRIORITY_SERVICE_2 = "priority_service_2", "Priority review of marking"
    SERVICE_3 = "service_3", "Review of moderation"
    REVIEWED_SCRIPT = "reviewed_script", "Copy of the reviewed paper"
    SCRIPT = "script", "Copy of the paper, self-service"
    MARKING_COMMENTS = "marking_comments", "Marking comments"
    APPEAL_PRELIMINARY = "appeal_preliminary", "Preliminary appeal"
    APPEAL_HEARING = "appeal_hearing", "Appeal hearing"


class Reason(Labelled):
    """Why a charge falls away."""

    GRADE_CHANGED = "grade_changed", "the overall grade changed"
    UPHELD = "upheld", "the appeal was upheld"
    CANCELLED = "cancelled", "cancelled before work began"
    REFUSED = "refused", "we refused the request"
    OUR_ERROR = "our_error", "charged in error"


class Charged(Protocol):
    """What a line says about its money."""

    @property
    def pence(self) -> int | None: ...


@dataclass(frozen=True)
class Exposure:
    """The most that some lines can come to: whole pence, and how many lines have no price yet."""

    pence: int
    unknown: int

    @property
    def words(self) -> str:
        if not self.unknown:
            return pounds(self.pence)
        waiting = "1 price is" if self.unknown == 1 else f"{self.unknown} prices are"
        return f"{pounds(self.pence)}, and {waiting} not known yet"


def exposure(lines: Iterable[Charged]) -> Exposure:
    """The sum of the lines' prices. A price that is not known counts as unknown, never as nothing."""
    amounts = [line.pence for line in lines]
    return Exposure(sum(amount for amount in amounts if amount is not None), amounts.count(None))


def pounds(pence: int | None) -> str:
    """ "£42.50", "−£3.00", "£1,204.00"; "price not known yet" where there is none."""
    if pence is None:
        return NOT_KNOWN
    sign = "−" if pence < 0 else ""
    whole, rest = divmod(abs(pence), 100)
    return f"{sign}£{whole:,}.{rest:02d}"


def invoice_number(year: int, sequence: int) -> str:
    """ "INV-2024-00042"."""
    return f"INV-{year}-{sequence:05d}"


def check_price(*, pence: int | None, confirmed: bool, source: str, in_force_from: date, year: str) -> None:
    """A price says where it is from, is confirmed only when it is known, and begins in its year. Raises Refused."""
    if not source.strip():
        raise Refused("Say where the price is from.", code="source", field="source")
    if confirmed and pence is None:
        raise Refused("A price that is not known cannot be confirmed.", code="unknown", field="confirmed")
    if academic_year(in_force_from) != year:
        raise Refused(f"A price from that day belongs to {academic_year(in_force_from)}.", code="year", field="year")


def academic_year(on: date) -> str:
    """ "2024-25": from 1 September to 31 August."""
    first = on.year if on.month >= 9 else on.year - 1
    return f"{first}-{(first + 1) % 100:02d}"
