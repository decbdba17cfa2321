"""Published figures of how long answers take: median and 90th percentile, in whole calendar days."""

from collections.abc import Mapping
from dataclasses import dataclass

# Fewer answers than this say more about single cases than about the service.
SMALLEST = 10
MEDIAN, NINETIETH = 50, 90


@dataclass(frozen=True)
class Turnaround:
    """How many answers took how many days. The days are London dates apart: answered on the same day counts as 0."""

    answers: int
    median: int | None
    ninetieth: int | None
    kept: int | None

    @property
    def kept_percent(self) -> int | None:
        """The share within the promise, rounded down: 99.9 percent is not "all"."""
        return None if self.kept is None else 100 * self.kept // self.answers


def turnaround(counts: Mapping[int, int], *, promised: int) -> Turnaround:
    """From days → number of answers. No figure but their number where they are few."""
    answers = sum(counts.values())
    if answers < SMALLEST:
        return Turnaround(answers, None, None, None)
    kept = sum(number for days, number in counts.items() if days <= promised)
    return Turnaround(answers, percentile(counts, MEDIAN), percentile(counts, NINETIETH), kept)


def percentile(counts: Mapping[int, int], percent: int) -> int:
    """The nearest rank: the smallest number of days within which at least `percent` of the answers came."""
    total, seen = sum(counts.values()), 0
    for days in sorted(counts):
        seen += counts[days]
        if seen * 100 >= total * percent:
            return days
    raise ValueError("There are no answers.")
