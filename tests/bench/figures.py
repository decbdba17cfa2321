"""Figures: a ratio of two sides, the target that it is held to, and whether it may be published."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from tests.bench.rounds import CPU, STEADY, WALL, Answer, Measured


@dataclass(frozen=True)
class Target:
    """`at_least`: how many times as fast as the reference. Otherwise: at most how many times as long."""

    must: float | None = None
    moonshot: float | None = None
    at_least: bool = True

    def met(self, ratio: float) -> str:
        """Which of the two a ratio reaches."""
        if self.must is None and self.moonshot is None:
            return "no target"
        if self._reaches(ratio, self.moonshot):
            return "moonshot met"
        return "Must met" if self._reaches(ratio, self.must) else "not met"

    def _reaches(self, ratio: float, bar: float | None) -> bool:
        return bar is not None and (ratio >= bar if self.at_least else ratio <= bar)

    def words(self, bar: float | None) -> str:
        return "" if bar is None else f"{'≥' if self.at_least else '≤'} {bar:g}x"


@dataclass(frozen=True)
class Figure:
    """One line of the report. `refused` says why there is no ratio."""

    subject: str
    reference: str
    target: Target
    clock: str
    ratios: tuple[float, ...] = ()
    other: tuple[float, ...] = ()
    refused: str = ""

    @property
    def median(self) -> float:
        return median(self.ratios)


@dataclass(frozen=True)
class Fact:
    """Something counted rather than timed, and whether it holds."""

    what: str
    found: str
    must: str
    held: bool


@dataclass(frozen=True)
class Section:
    """One workload: its figures and facts, what was compared, and a sentence on what bounds it."""

    code: str
    title: str
    compared: str
    bound: str
    figures: tuple[Figure, ...] = ()
    facts: tuple[Fact, ...] = ()
    answers: tuple[tuple[str, Answer], ...] = ()


@dataclass(frozen=True)
class Workload:
    """`run(size)` makes its section; `needs_rows` says that it reads the national data set."""

    code: str
    title: str
    run: Callable[..., Section]
    needs_rows: bool = True


def figure(
    measured: Measured, *, subject: str, reference: str, target: Target, clock: str = CPU, shown: str = ""
) -> Figure:
    """The ratio of a subject to a reference, or a refusal when the reference itself moved between rounds.

    `shown` is what the report calls the subject.
    """
    shown = shown or subject
    moved = measured.moved(reference, clock=clock)
    if moved > STEADY:
        words = f"refused: the reference moved by {moved:.0%} between rounds"
        return Figure(shown, reference, target, clock, refused=words)
    over, under = (reference, subject) if target.at_least else (subject, reference)
    ratios = measured.ratios(over=over, under=under, clock=clock)
    other = () if clock == WALL else measured.ratios(over=over, under=under, clock=WALL)
    return Figure(shown, reference, target, clock, tuple(ratios), tuple(other))


def absent(*, subject: str, reference: str, target: Target, why: str) -> Figure:
    """A line without a ratio, because the reference could not run here."""
    return Figure(subject, reference, target, CPU, refused=f"not measured: {why}")
