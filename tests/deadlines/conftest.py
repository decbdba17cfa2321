"""The real key dates, and duties whose outstanding work a test writes down."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from django.core.management import call_command

from deadlines import duties as registry
from deadlines.duties import Duty, Outstanding
from deadlines.models import KeyDate
from deadlines.rules.calendar import instant_from


@pytest.fixture
def key_dates(db: None) -> Any:
    call_command("load_key_dates", verbosity=0)
    return KeyDate.objects


class Ledger:
    """What is left to do, by duty and centre; `asked` counts the queries for it."""

    def __init__(self) -> None:
        self.left: dict[str, dict[int, int]] = {"test.claim": {}, "test.blocked": {}}
        self.asked = 0

    def duty(self, key: str, subject: str, key_date: str = "claims.full_award") -> Duty:
        def outstanding(*, as_of: datetime, series: Any, centre_id: int | None = None) -> list[Outstanding]:
            self.asked += 1
            if series.pk != "2024-06":
                return []
            rows = self.left[key].items()
            return [Outstanding(pk, count) for pk, count in rows if centre_id in (None, pk)]

        return Duty(key, key_date, outstanding, "deadlines:dates", "Do {count} thing{s}", subject, "state=ready")


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    """The registry holds two duties of this test's own while it runs."""
    kept = dict(registry._DUTIES)
    registry._DUTIES.clear()
    book = Ledger()
    registry.register(book.duty("test.claim", "{count} learner{s} to claim"))
    registry.register(book.duty("test.blocked", "{count} blocked learner{s}"))
    yield book
    registry._DUTIES.clear()
    registry._DUTIES.update(kept)


def at(text: str) -> datetime:
    return instant_from(text)
