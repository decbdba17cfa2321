"""What a centre has to do by a key date, and how much of it is outstanding. Apps register from `ready()`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any


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

    `key_date` is the KeyDate.key the duty is due on (one duty may also carry its own dates in `oldest`). Where kinds
    of the work have key dates of their own, `other_dates` names these, and `outstanding` takes `keys`: count only the
    work that is due on those.
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
    other_dates: tuple[str, ...] = ()
    # Key date → what its kind of work adds to `url_query`, where the dates of the duty fall apart.
    narrowed_by: tuple[tuple[str, str], ...] = ()

    @property
    def key_dates(self) -> tuple[str, ...]:
        return (self.key_date, *self.other_dates) if self.key_date else ()


@dataclass(frozen=True)
class Part:
    """What of a duty is due on one day: by one of its key dates, or by several that fall together.

    `key_date` is the row that stands for the day, None for work that carries its own dates; `keys` is empty for all
    of the work.
    """

    duty: Duty
    key_date: Any
    keys: tuple[str, ...] = ()

    def outstanding(self, **where: Any) -> list[Outstanding]:
        only = {"keys": self.keys} if self.keys else {}
        return [row for row in self.duty.outstanding(**where, **only) if row.count]

    @property
    def url_query(self) -> str:
        """What shows the part's own work, and no more, on the duty's page."""
        narrowed = [query for key, query in self.duty.narrowed_by if key in self.keys]
        return "&".join([self.duty.url_query, *narrowed]) if len(narrowed) == 1 else self.duty.url_query


def parts(duty: Duty, dates: Mapping[str, Any]) -> list[Part]:
    """A duty by the days it is due on, given the key dates of one series by key.

    Work whose key has no date joins that of the first.
    """
    days: dict[date, list[str]] = {}
    for key in duty.key_dates:
        if key in dates:
            days.setdefault(dates[key].on, []).append(key)
    if len(days) < 2:
        return [Part(duty, next((dates[keys[0]] for keys in days.values()), None))]
    first, *others = days.values()
    undated = [key for key in duty.key_dates if key not in dates]
    return [Part(duty, dates[keys[0]], tuple(keys)) for keys in ([*first, *undated], *others)]


_DUTIES: dict[str, Duty] = {}


def register(duty: Duty) -> None:
    if _DUTIES.setdefault(duty.key, duty) != duty:
        raise ValueError(f"The duty {duty.key} is registered twice.")


def duties() -> list[Duty]:
    return list(_DUTIES.values())


def duty(key: str) -> Duty:
    return _DUTIES[key]


def parts_of_all(dates: Mapping[str, Any]) -> list[Part]:
    """Every registered duty by the days it is due on."""
    return [part for duty in duties() for part in parts(duty, dates)]
