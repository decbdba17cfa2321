"""The selection of a new request as it stands in the address: `pick=<result>:<service>[:copy]`."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from postresults.rules.services import OF_MARKS, Service

_COPY = "copy"
_KNOWN = frozenset(service.value for service in Service)
# A whole cohort stands in one address: servers take 4,094 signs of it, and a pick is 26 of them.
COHORT = 150


@dataclass(frozen=True)
class Pick:
    """A service picked for one result."""

    result_id: int
    service: Service
    with_copy: bool = False

    def __str__(self) -> str:
        return ":".join([str(self.result_id), self.service.value, *([_COPY] if self.with_copy else [])])


def read_picks(written: Iterable[str], *, copies: Iterable[str] = ()) -> tuple[Pick, ...]:
    """The picks of an address, each result's last one; what cannot be read is not picked.

    `copies` are results whose copy is ticked beside them. A copy comes with a review only.
    """
    ticked = set(copies)
    found: dict[int, Pick] = {}
    for text in written:
        pick = _read(text, ticked)
        if pick is not None:
            found[pick.result_id] = pick
    return tuple(found.values())


def _read(text: str, ticked: set[str]) -> Pick | None:
    result, _, rest = text.partition(":")
    service, _, more = rest.partition(":")
    if not (result.isascii() and result.isdecimal() and len(result) <= 18) or service not in _KNOWN:
        return None
    copy = more == _COPY or result in ticked
    return Pick(int(result), Service(service), copy and Service(service) in OF_MARKS)


def address(picks: Iterable[Pick]) -> str:
    """The picks as a query string."""
    return urlencode([("pick", str(pick)) for pick in picks])
