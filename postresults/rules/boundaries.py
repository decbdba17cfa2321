"""How far a mark stands from the grade boundaries of its component. Marks are whole."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

NEAR = 2  # marks below a boundary at which a result is listed first


@dataclass(frozen=True)
class Step:
    """A grade and the lowest mark that gives it."""

    grade: str
    label: str
    mark: int


@dataclass(frozen=True)
class Place:
    """Marks missing to the next grade (None at the top), and marks above the own grade's boundary (None below all)."""

    below: int | None
    next_label: str
    above: int | None
    own_label: str

    @property
    def near(self) -> bool:
        return self.below is not None and self.below <= NEAR


@dataclass(frozen=True)
class Band:
    """One grade of the table: its lowest and highest mark, and the candidates on each mark."""

    label: str
    lowest: int
    highest: int
    candidates: int
    share: int
    on_marks: tuple[tuple[int, int], ...]


def place(mark: int, steps: Sequence[Step]) -> Place:
    """Where a mark stands among the boundaries, given lowest first."""
    reached = [step for step in steps if mark >= step.mark]
    ahead = [step for step in steps if mark < step.mark]
    return Place(
        below=ahead[0].mark - mark if ahead else None,
        next_label=ahead[0].label if ahead else "",
        above=mark - reached[-1].mark if reached else None,
        own_label=reached[-1].label if reached else "",
    )


def bands(marks: Iterable[int], steps: Sequence[Step], *, max_mark: int, unclassified: str) -> list[Band]:
    """The distribution as a table, highest grade first. Shares are whole percentages, each rounded by itself."""
    on_marks = Counter(marks)
    total = on_marks.total()
    floors = [(unclassified, 0), *((step.label, step.mark) for step in steps)]
    ceilings = [*(step.mark - 1 for step in steps), max_mark]
    return [
        _band(label, lowest, highest, on_marks, total)
        for (label, lowest), highest in reversed(list(zip(floors, ceilings, strict=True)))
        if highest >= lowest
    ]


def _band(label: str, lowest: int, highest: int, on_marks: Counter[int], total: int) -> Band:
    within = tuple(sorted((mark, number) for mark, number in on_marks.items() if lowest <= mark <= highest))
    candidates = sum(number for _, number in within)
    return Band(label, lowest, highest, candidates, round(100 * candidates / total) if total else 0, within)
