"""What a centre has to do by a key date, and how much of it is outstanding. Apps register from `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Outstanding:
    """How much of a duty one centre still has to do. `detail` is a sentence without names."""

    centre_id: int
    count: int
    oldest: date | None = None
    detail: str = ""


@dataclass(frozen=True)
class Duty:
    """`outstanding(*, as_of, series, centre_id=None, centre_ids=None)` is one set-based query over all centres, one
    or some.

    `key_date` is the KeyDate.key the duty is due on (one duty may also carry its own dates in `oldest`);
    `url_name` takes the centre's number and reverses to the page where the work is done;
    `act` is the sentence on pages with {count} and {s}, `subject` the one in mail.
    """

    key: str
    key_date: str
    outstanding: Callable[..., list[Outstanding]]
    url_name: str
    act: str
    subject: str
    url_query: str = ""
    # Who sees the duty on the pages, and who does it; "" is everybody.
    seen_by: str = ""
    done_by: str = ""


_DUTIES: dict[str, Duty] = {}


def register(duty: Duty) -> None:
    if _DUTIES.setdefault(duty.key, duty) != duty:
        raise ValueError(f"The duty {duty.key} is registered twice.")


def duties() -> list[Duty]:
    return list(_DUTIES.values())


def duty(key: str) -> Duty:
    return _DUTIES[key]
