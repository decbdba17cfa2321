"""docs/benchmarks.md: the figures with their spread, their targets, and what they were measured on."""

import os
import platform
import re
import subprocess
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.bench.figures import Fact, Figure, Section

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "benchmarks.md"
_PACKAGES = ("Django", "gunicorn", "djangorestframework", "psycopg2-binary", "django-helpdesk")
_PACKAGES += ("django-import-export", "tablib", "holidays", "workalendar", "numpy")

_HEAD = """# Benchmarks

Written by `make bench`; do not edit. Every figure is a ratio against a reference that was measured in the same run:
reference and subject alternate, round after round, over the same rows, and must come to the same answer (rows counted
and digested). Medians of the rounds, with the lowest and highest in brackets. All of it over loopback, so only the
ratios mean something elsewhere. A figure is refused when its reference moved by more than 25% between rounds.

“≥” wants so many times the speed of the reference; “≤” allows so many times its duration. The clock is the one that
the figure is judged by: CPU time of all processes on a side, the database’s included, where both sides are bound by
it, because other work on the machine hardly moves it; wall time where waiting is part of the matter.
"""


def page(sections: Iterable[str], *, database: str, rows: str) -> str:
    """The whole document, from its sections as they are written."""
    return "\n".join([_HEAD, _machine(database=database, rows=rows), *sections]).rstrip() + "\n"


def write(measured: dict[str, str], *, database: str, rows: str, path: Path = PAGE) -> None:
    """Write the document; what was not measured again stays as it stands, with its own date."""
    known = path.read_text() if path.exists() else ""
    stood = {part[3:5]: part for part in re.split(r"^(?=## )", known, flags=re.MULTILINE)[1:]}
    sections = {**stood, **measured}
    path.write_text(page((sections[code] for code in sorted(sections)), database=database, rows=rows))


def _machine(*, database: str, rows: str) -> str:
    found = {name: _version(name) for name in _PACKAGES}
    lines = [
        f"- Machine: {cores()}, {platform.system()} {platform.machine()}",
        f"- Python {platform.python_version()}, {database}",
        f"- Packages: {', '.join(f'{name} {number}' for name, number in found.items() if number)}",
        f"- Rows: {rows}",
    ]
    missing = [name for name, number in found.items() if not number]
    if missing:
        lines.append(f"- Not installed, so not measured: {', '.join(missing)}")
    return "\n".join([*lines, ""])


def cores() -> str:
    """How many cores and of which kind."""
    names = [line for line in _read("/proc/cpuinfo").splitlines() if line.startswith("model name")]
    model = names[0].partition(":")[2].strip() if names else "unknown processor"
    return f"{len(names) or '?'} cores, {model}"


def commit() -> str:
    """The commit that was measured, and whether the tree had other changes."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--exclude=*"], cwd=ROOT, capture_output=True, text=True
        )
    except OSError:
        return "unknown"
    return done.stdout.strip() or "unknown"


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def words(section: Section, *, at: datetime, of: str, rounds: int) -> str:
    """One workload as it stands in the document, measured at the commit `of`."""
    busy = f"{os.getloadavg()[0]:.1f}"
    measured = f"Measured on {at:%-d %B %Y} at commit {of}, in {rounds} rounds, under a load of {busy}."
    parts = [f"## {section.code}: {section.title}", "", section.compared, "", measured, ""]
    if section.figures:
        parts.append(_table(section.figures))
    if section.facts:
        parts.append(_facts(section.facts))
    if section.answers:
        agreed = "; ".join(f"{name}: {answer.rows:,}, {answer.digest}" for name, answer in section.answers)
        parts += [f"Agreed on by every side: {agreed}.", ""]
    return "\n".join([*parts, f"What bounds it: {section.bound}", ""])


def _table(figures: Sequence[Figure]) -> str:
    head = [
        "| subject | reference | clock | ratio | by wall time | Must | Moonshot | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    return "\n".join([*head, *map(_line, figures), ""])


def _line(figure: Figure) -> str:
    target = figure.target
    if figure.refused:
        told, other, met = figure.refused, "", "no figure"
    else:
        told, other = f"**{_number(figure.median)}x** {_spread(figure.ratios)}", _spread(figure.other)
        met = target.met(figure.median)
    cells = [figure.subject, figure.reference, figure.clock, told, other]
    return f"| {' | '.join([*cells, target.words(target.must), target.words(target.moonshot), met])} |"


def _spread(ratios: Sequence[float]) -> str:
    return f"({_number(min(ratios))}–{_number(max(ratios))})" if ratios else ""


def _number(ratio: float) -> str:
    """Three figures that mean something."""
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.3g}"


def _facts(facts: Sequence[Fact]) -> str:
    head = ["| counted | found | Must | |", "|---|---|---|---|"]
    lines = [f"| {fact.what} | {fact.found} | {fact.must} | {'held' if fact.held else 'NOT HELD'} |" for fact in facts]
    return "\n".join([*head, *lines, ""])
