"""The geometry of the distribution of marks: plain numbers for a drawing that needs no style and no script."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil

from postresults.rules.boundaries import Step, place

WIDTH, LEFT, RIGHT = 1140, 34, 10
TOP, BOTTOM, FOOT = 62, 240, 52
SIGN, ROW = 7, 36  # a sign of a label is about so wide; a label without room goes a row higher
MOST_LINES = 5


@dataclass(frozen=True)
class Bar:
    x: float
    y: float
    width: float
    height: float
    near: bool


@dataclass(frozen=True)
class Line:
    """A boundary between two marks; `label_x` and `label_y` are where its words begin."""

    x: float
    top: float
    label_x: float
    label_y: float
    label: str
    mark: int


@dataclass(frozen=True)
class Chart:
    height: int
    base: int
    bars: tuple[Bar, ...]
    lines: tuple[Line, ...]
    grid: tuple[tuple[float, int], ...]  # y, candidates
    ticks: tuple[tuple[float, int], ...]  # x, mark
    max_mark: int
    width: int = WIDTH
    left: int = LEFT
    right: int = WIDTH - RIGHT

    @property
    def middle(self) -> int:
        return self.width // 2


def draw(marks: Iterable[int], steps: Sequence[Step], *, max_mark: int) -> Chart:
    """Bars of candidates on each mark, boundaries as labelled lines between marks, whole numbers on both axes."""
    on_marks = Counter(marks)
    slot = (WIDTH - LEFT - RIGHT) / (max_mark + 1)
    raised = _lines(steps, slot)
    rows = max((row for _, row in raised), default=0)
    base = BOTTOM + rows * ROW
    scale = _scale(max(on_marks.values(), default=1))
    unit = (base - TOP - rows * ROW) / scale[-1]
    return Chart(
        height=base + FOOT,
        base=base,
        bars=tuple(_bar(mark, number, slot, unit, base, steps) for mark, number in sorted(on_marks.items())),
        lines=tuple(_line(step, row, slot, rows) for step, row in raised),
        grid=tuple((round(base - number * unit, 1), number) for number in scale),
        ticks=tuple((round(LEFT + (mark + 0.5) * slot, 1), mark) for mark in _ticks(max_mark)),
        max_mark=max_mark,
    )


def _scale(most: int) -> list[int]:
    step = ceil(most / MOST_LINES)
    return list(range(step, most + step, step))


def _ticks(max_mark: int) -> range:
    return range(0, max_mark + 1, 5 if max_mark <= 60 else 10)


def _bar(mark: int, number: int, slot: float, unit: float, base: int, steps: Sequence[Step]) -> Bar:
    height = number * unit
    return Bar(
        x=round(LEFT + (mark + 0.1) * slot, 1),
        y=round(base - height, 1),
        width=round(slot * 0.8, 1),
        height=round(height, 1),
        near=place(mark, steps).near,
    )


def _lines(steps: Sequence[Step], slot: float) -> list[tuple[Step, int]]:
    """Each boundary with its row of labels: as low as the labels before it leave room, 0 the lowest."""
    ends: list[float] = []
    found = []
    for step in steps:
        x = LEFT + step.mark * slot
        row = next((row for row, end in enumerate(ends) if x >= end), len(ends))
        ends[row : row + 1] = [x + 2 * SIGN + SIGN * len(step.label)]
        found.append((step, row))
    return found


def _line(step: Step, row: int, slot: float, rows: int) -> Line:
    """The first row of labels stands over the drawing, the others over it."""
    x = round(LEFT + step.mark * slot, 1)
    y = 8 + (rows - row) * ROW
    return Line(x=x, top=y, label_x=x + 7, label_y=y + 12, label=step.label, mark=step.mark)
