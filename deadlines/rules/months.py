"""Lists by month."""

from collections.abc import Iterable
from datetime import date
from itertools import groupby
from typing import Any


def by_month(lines: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines in order of their `on`, grouped under the first day of their month with its words."""
    return [
        {"first": first, "words": f"{first:%B} {first.year}", "lines": list(group)}
        for first, group in groupby(lines, key=_month)
    ]


def _month(line: dict[str, Any]) -> date:
    on: date = line["on"]
    return on.replace(day=1)
