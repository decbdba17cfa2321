"""Rounds: every side of a workload in turn, again and again, so that noise meets them all alike."""

import hashlib
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

# A reference that moved more than this between rounds measures the machine, not the work.
STEADY = 0.25
WALL, CPU = "wall", "CPU"


class Disagreement(Exception):
    """Two sides came to different answers, so there is nothing to compare."""


@dataclass(frozen=True)
class Answer:
    """What a side came to: how many rows, and a digest over all of them."""

    rows: int
    digest: str

    @classmethod
    def of(cls, rows: Iterable[Any]) -> "Answer":
        """The answer that these rows are, in their order."""
        count, digest = 0, hashlib.sha256()
        for row in rows:
            count += 1
            digest.update(f"{row}\n".encode())
        return cls(count, digest.hexdigest()[:16])


@dataclass(frozen=True)
class Side:
    """One way of doing the work. Only `run` is timed; `answers` names what its result comes to.

    Sides that give an answer of one name must agree on it. `around` sets up and takes back, untimed. `pids` are
    processes whose CPU time counts besides our own; with `own` false ours does not count. A side that does a part of
    the work says how much of it by `share`.
    """

    name: str
    run: Callable[[], Any]
    answers: Callable[[Any], dict[str, Answer]]
    around: Callable[[], AbstractContextManager[Any]] = nullcontext
    pids: Callable[[], Iterable[int]] = tuple
    own: bool = True
    share: float = 1.0


@dataclass(frozen=True)
class Spent:
    """Seconds for the whole work."""

    wall: float
    cpu: float

    def on(self, clock: str) -> float:
        return self.cpu if clock == CPU else self.wall


@dataclass
class Measured:
    """What every side spent, round by round, and the answers they agreed on."""

    spent: dict[str, list[Spent]] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)

    def ratios(self, *, over: str, under: str, clock: str) -> list[float]:
        """One ratio a round: how many times as long the first took as the second."""
        pairs = zip(self.spent[over], self.spent[under], strict=True)
        return [a.on(clock) / max(b.on(clock), 1e-9) for a, b in pairs]

    def moved(self, name: str, *, clock: str) -> float:
        """How far a side's rounds lie apart, as a part of their median."""
        times = [spent.on(clock) for spent in self.spent[name]]
        return (max(times) - min(times)) / max(median(times), 1e-9)


def alternate(sides: Sequence[Side], *, rounds: int, warm: bool = True) -> Measured:
    """Run the sides in turn. The first round is thrown away: it fills caches and makes tables. Raises Disagreement."""
    measured = Measured({side.name: [] for side in sides})
    for number in range(rounds + warm):
        for side in sides:
            spent, answers = _once(side)
            _agree(measured.answers, side, answers)
            if number >= warm:
                measured.spent[side.name].append(spent)
    return measured


def _once(side: Side) -> tuple[Spent, dict[str, Answer]]:
    with side.around():
        before, started = _cpu(side), time.perf_counter()
        result = side.run()
        wall = time.perf_counter() - started
        cpu = _between(before, _cpu(side))
        return Spent(wall / side.share, cpu / side.share), side.answers(result)


def _agree(known: dict[str, Answer], side: Side, answers: dict[str, Answer]) -> None:
    for name, answer in answers.items():
        if known.setdefault(name, answer) != answer:
            raise Disagreement(f"{side.name} comes to another {name}: {answer} instead of {known[name]}.")


def _cpu(side: Side) -> dict[int, float]:
    """Seconds used so far by each process whose time counts; 0 is our own."""
    used = {pid: cpu_of(pid) for pid in side.pids()}
    return {**used, 0: time.process_time()} if side.own else used


def _between(before: dict[int, float], after: dict[int, float]) -> float:
    """What was used meanwhile. A process that ended takes what it used with it; one that began is counted whole."""
    return sum(used - before.get(pid, 0.0) for pid, used in after.items())


def cpu_of(pid: int) -> float:
    """Seconds of CPU that a process of this machine has used; 0 where that cannot be read."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
