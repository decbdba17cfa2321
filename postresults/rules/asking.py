"""What a submission of requests must hold to."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.errors import Refused
from postresults.rules.services import OF_MARKS, Service


@dataclass(frozen=True)
class Line:
    """A service wanted for one result. `place_depends`: does a place in further or higher education depend on it?"""

    result_id: int
    service: Service
    with_copy: bool = False
    place_depends: bool | None = None


def check_lines(lines: Sequence[Line]) -> None:
    """Some line, none twice, one review for a component, a copy only with its review, P2 with its question answered."""
    if not lines:
        raise Refused("Choose at least one component and a service.", code="empty")
    if len({(line.result_id, line.service) for line in lines}) != len(lines):
        raise Refused("The same service is chosen twice for one component.", code="twice")
    reviewed = [line.result_id for line in lines if line.service in OF_MARKS]
    if len(set(reviewed)) != len(reviewed):
        raise Refused("Choose one review for a component: ordinary or priority, not both.", code="exclusive")
    if any(line.with_copy and line.service not in OF_MARKS for line in lines):
        raise Refused("A copy of the reviewed script is ordered together with a review of its marks.", code="copy")
    if any(line.service is Service.PRIORITY and line.place_depends is None for line in lines):
        raise Refused(
            "Say for each priority review whether a place in further or higher education depends on it. "
            "Either answer is accepted.",
            code="place",
            field="place_depends",
        )


def reference(*, series: str, serial: int) -> str:
    """ "PRS-2406-00012": the series and the number of the submission."""
    return f"PRS-{series[2:4]}{series[5:7]}-{serial:05d}"
